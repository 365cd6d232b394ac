"""XML from outside, element by element: no entities, no document type, no network, memory flat."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from lxml import etree

from minzheng.kernel.errors import Refused

__all__ = ["elements", "local", "text_of", "where_broken", "within"]

_LOOKED_AT_TWICE = 64 * 1024 * 1024
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

    Broken syntax, another root or a document type stop the reading.  What the schema forbids is told only at the
    end, naming the first such line: whoever reads must bear values that the schema does not allow until then.
    """
    wanted = [f"{{{namespace}}}{name}" for name in names]
    root, begun, ended = f"{{{namespace}}}Document", False, False
    if isinstance(source, bytes) and b"<!DOCTYPE" in source:
        raise _with_a_document_type(code, what)
    # Never resolve_entities=False: together with a schema it lets a file that was cut off pass without a word.
    reading = etree.iterparse(
        io.BytesIO(source) if isinstance(source, bytes) else source, tag=[root, *wanted], schema=schema,
        no_network=True, load_dtd=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        for _, element in reading:
            if not begun and element.getroottree().docinfo.doctype:
                raise _with_a_document_type(code, what)
            begun, ended = True, element.tag == root
            if not ended:
                yield element
                _let_go(element)
    except etree.XMLSyntaxError as broken:
        raise _broken(broken, source, schema, code=code, what=what) from None
    if not begun:
        raise Refused(code, f"{what}不是约定的版本（{namespace.rpartition(':')[2]}）。请核对是否选错了文件。")
    if not ended:
        raise Refused(code, f"{what}不完整。没有读入任何内容，请向对方索取完整的文件。")


def local(element: Any) -> str:
    """The name of an element without its namespace."""
    return str(element.tag.rpartition("}")[2])


def within(element: Any, name: str) -> Any:
    """The first element of a name inside this one, in its namespace; ``None`` if there is none.

    By iterator: a path would be taken apart anew for each of a million payments.
    """
    return next(element.iter(element.tag.rpartition("}")[0] + "}" + name), None)


def text_of(element: Any, name: str) -> str:
    """The text of the first element of a name inside this one; empty if there is none."""
    found = within(element, name)
    return "" if found is None else (found.text or "").strip()


def where_broken(error: etree.XMLSyntaxError) -> str:
    """The element that broke the schema, if one did; never what stood in it, which may be a name."""
    found = _ELEMENT.search(str(error))
    return f"（{found.group(1)} 不符合格式约定）" if found else ""


def _broken(
    error: etree.XMLSyntaxError, source: bytes | BinaryIO, schema: Any, *, code: str, what: str
) -> Refused:
    line, about = (error.position or (0, 0))[0], where_broken(error)
    if about and isinstance(source, bytes) and len(source) <= _LOOKED_AT_TWICE:
        line = _line_in(source, schema)
    place = f"第 {line} 行" if line else ""
    message = f"{what}{place}无法识别{about}。没有读入任何内容，请向对方索取完整、正确的文件。"
    return Refused(code, message, line=line)


def _line_in(source: bytes, schema: Any) -> int:
    """Validation on the run knows no line: the whole tree does."""
    try:
        good = schema.validate(etree.fromstring(source))
    except etree.XMLSyntaxError as broken:
        return int((broken.position or (0, 0))[0])
    return 0 if good else int(schema.error_log[0].line)


def _with_a_document_type(code: str, what: str) -> Refused:
    return Refused(
        code, f"{what}带有文档类型定义（DTD），可能藏有恶意内容，没有读入。请向对方索取正确的文件。"
    )


def _let_go(element: Any) -> None:
    element.clear()
    parent = element.getparent()
    while element.getprevious() is not None:
        del parent[0]
