"""XML from outside, element by element: no entities, no document type, no network, memory flat."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, NamedTuple

from lxml import etree

from minzheng.kernel.errors import Refused

__all__ = ["Kind", "elements", "local", "text_of", "where_broken", "within"]

_DOCUMENT_TYPE = "带有文档类型定义（DTD），可能藏有恶意内容，没有读入。请向对方索取正确的文件。"
_LOOKED_AT_TWICE = 64 * 1024 * 1024
_ELEMENT = re.compile(r"Element '(?:\{[^}]*\})?(\w+)'")


class Kind(NamedTuple):
    """A kind of file: its namespace, the code it is refused under, and what it is called."""

    namespace: str
    code: str
    what: str

    def refused(self, message: str, **fields: Any) -> Refused:
        """The file is not read."""
        return Refused(self.code, self.what + message, **fields)


def elements(
    source: bytes | BinaryIO, kind: Kind, names: Iterable[str], *, schema: Any = None
) -> Iterator[Any]:
    """Each element of these names once it is complete; what was passed is let go.

    Broken syntax, another root or a document type stop the reading.  What the schema forbids is told only at the
    end, naming the first such line: whoever reads must bear values that the schema does not allow until then.
    """
    root, begun, ended = f"{{{kind.namespace}}}Document", False, False
    if isinstance(source, bytes) and b"<!DOCTYPE" in source:
        raise kind.refused(_DOCUMENT_TYPE)
    reading = _reading(source, [root, *(f"{{{kind.namespace}}}{name}" for name in names)], schema)
    try:
        for _, element in reading:
            if not begun and element.getroottree().docinfo.doctype:
                raise kind.refused(_DOCUMENT_TYPE)
            begun, ended = True, element.tag == root
            if not ended:
                yield element
                _let_go(element)
    except etree.XMLSyntaxError as broken:
        raise _broken(broken, source, kind, schema) from None
    if not begun:
        version = kind.namespace.rpartition(":")[2]
        raise kind.refused(f"不是约定的版本（{version}）。请核对是否选错了文件。")
    if not ended:
        raise kind.refused("不完整。没有读入任何内容，请向对方索取完整的文件。")


def _reading(source: bytes | BinaryIO, tags: list[str], schema: Any) -> Any:
    # Never resolve_entities=False: together with a schema it lets a file that was cut off pass without a word.
    return etree.iterparse(
        io.BytesIO(source) if isinstance(source, bytes) else source, tag=tags, schema=schema,
        no_network=True, load_dtd=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip


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


def _broken(error: etree.XMLSyntaxError, source: bytes | BinaryIO, kind: Kind, schema: Any) -> Refused:
    line, about = (error.position or (0, 0))[0], where_broken(error)
    if about and isinstance(source, bytes) and len(source) <= _LOOKED_AT_TWICE:
        line = _line_in(source, schema)
    place = f"第 {line} 行" if line else ""
    return kind.refused(
        f"{place}无法识别{about}。没有读入任何内容，请向对方索取完整、正确的文件。", line=line
    )


def _line_in(source: bytes, schema: Any) -> int:
    """Validation on the run knows no line: the whole tree does."""
    try:
        good = schema.validate(etree.fromstring(source))
    except etree.XMLSyntaxError as broken:
        return int((broken.position or (0, 0))[0])
    return 0 if good else int(schema.error_log[0].line)


def _let_go(element: Any) -> None:
    element.clear()
    parent = element.getparent()
    while element.getprevious() is not None:
        del parent[0]
