"""The text a PDF shows, read back through its own fonts: enough of the format for the letters we set."""

from __future__ import annotations

import io
import re
import zlib

from pypdf import PdfReader

_STREAM = re.compile(rb"(\d+) 0 obj\n(<<.*?>>)\nstream\n(.*?)\nendstream", re.S)
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def pdf_text(pdf: bytes) -> str:
    """Every character shown, in the order it is drawn, without spaces and line ends."""
    streams = {int(n): _inflate(head, body) for n, head, body in _STREAM.findall(pdf)}
    pages = re.findall(rb"/Type/Page/Resources (\d+) 0 R[^\n]*?/Contents (\d+) 0 R", pdf)
    if not pages:  # written anew by another program, as a copy that leaves is
        return re.sub(r"\s+", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))
    shown = (_page_text(streams[int(body)], _fonts(pdf, resources, streams)) for resources, body in pages)
    return re.sub(r"\s+", "", "".join(shown))


def _fonts(pdf: bytes, resources: bytes, streams: dict[int, bytes]) -> dict[bytes, dict[int, str]]:
    """The fonts of one page by the names it gives them."""
    listed = re.search(rb"\n%s 0 obj\n(<<.*?)\nendobj" % resources, pdf, re.S)
    assert listed, "a page without resources"
    return {
        name: _unicode_map(streams[int(found[1])])
        for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", listed[1])
        if (found := re.search(rb"\n%s 0 obj\n<<[^\n]*?/ToUnicode (\d+) 0 R" % number, pdf))
    }


def _inflate(head: bytes, body: bytes) -> bytes:
    return zlib.decompress(body) if b"/FlateDecode" in head else body


def _unicode_map(cmap: bytes) -> dict[int, str]:
    found: dict[int, str] = {}
    for section in re.findall(rb"beginbfchar(.*?)endbfchar", cmap, re.S):
        for code, text in re.findall(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>", section):
            found[int(code, 16)] = bytes.fromhex(text.decode()).decode("utf-16-be")
    return found


def _page_text(page: bytes, fonts: dict[bytes, dict[int, str]]) -> str:
    text, font, at, inside = "", {}, 0, False
    token = re.compile(rb"/(f\d+) [\d.]+ Tf|<([0-9A-Fa-f]+)>|(\()|\n([BE]T)\b", re.S)
    while found := token.search(page, at):
        at = found.end()
        if found[4]:
            inside = found[4] == b"BT"
        if not inside or found[4]:
            continue
        if found[1]:
            font = fonts[found[1]]
            continue
        codes = bytes.fromhex(found[2].decode()) if found[2] else b""
        if found[3]:
            codes, at = _literal(page, at)
        text += "".join(font.get(int.from_bytes(codes[n : n + 2]), "") for n in range(0, len(codes), 2))
    return text


def _literal(page: bytes, at: int) -> tuple[bytes, int]:
    """A string in parentheses, which may hold others in pairs, and where it ends."""
    out, depth = bytearray(), 1
    while True:
        one = page[at : at + 1]
        at += 1
        if one == b"\\":
            octal = re.match(rb"[0-7]{1,3}", page[at : at + 3])
            mark = octal[0] if octal else page[at : at + 1]
            out += bytes([int(mark, 8)]) if octal else _ESCAPES.get(mark, mark)
            at += len(mark)
            continue
        depth += {b"(": 1, b")": -1}.get(one, 0)
        if depth == 0:
            return bytes(out), at
        out += one
