"""XML from outside, element by element: no entities, no document type, no network, memory flat."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from lxml import etree

from minzheng.kernel.errors import Refused

__all__ = ["elements", "local", "text_of", "where_broken"]

_ELEMENT = re.compile(r"Element '(?:\{[^}]*\})?(\w+)'")


def elements(
    source: bytes | BinaryIO,
    *,
    namespace: str,
    names: Iterable[str],
    code: str,
    what: str,
    schema: Any = None,
) -> Iterator[Any]:
    """Each element of these names once it is complete; what was passed is let go.

    The first broken line stops the reading: syntax, another root, a document type, or what the schema forbids.
    """
    wanted = [f"{{{namespace}}}{name}" for name in names]
    reading = etree.iterparse(
        io.BytesIO(source) if isinstance(source, bytes) else source, events=("start", "end"),
        tag=[f"{{{namespace}}}Document", *wanted], schema=schema,
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    begun = False
    try:
        for event, element in reading:
            if not begun:
                _begins(element, code=code, what=what)
                begun = True
            if event == "end" and element.tag in wanted:
                yield element
                _let_go(element)
    except etree.XMLSyntaxError as broken:
        line, about = where_broken(broken)
        raise Refused(
            code,
            f"{what}第 {line} 行无法识别{about}。没有读入任何内容，请向对方索取完整、正确的文件。",
            line=line,
        ) from None
    if not begun:
        raise Refused(code, f"{what}不是约定的版本（{namespace.rpartition(':')[2]}）。请核对是否选错了文件。")


def where_broken(error: etree.XMLSyntaxError) -> tuple[int, str]:
    """The line and, if the schema was broken, the element; never what stood in it, which may be a name."""
    line = (error.position or (0, 0))[0] or getattr(error, "lineno", 0) or 0
    found = _ELEMENT.search(str(error))
    return line, f"（{found.group(1)} 不符合格式约定）" if found else ""


def local(element: Any) -> str:
    """The name of an element without its namespace."""
    return str(etree.QName(element).localname)


def text_of(element: Any, path: str) -> str:
    """The text at a path such as ``Amt/InstdAmt`` in the element's own namespace; empty if there is none."""
    space = etree.QName(element).namespace
    found = element.findtext("/".join(f"{{{space}}}{name}" for name in path.split("/")))
    return (found or "").strip()


def _begins(root: Any, *, code: str, what: str) -> None:
    if root.getroottree().docinfo.doctype:
        raise Refused(
            code, f"{what}带有文档类型定义（DTD），可能藏有恶意内容，没有读入。请向对方索取正确的文件。"
        )


def _let_go(element: Any) -> None:
    element.clear()
    parent = element.getparent()
    while element.getprevious() is not None:
        del parent[0]
