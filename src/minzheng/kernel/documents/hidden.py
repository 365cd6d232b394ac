"""What hides in a file that looks right: a program, a second file, far more than its size tells."""

from __future__ import annotations

import re
import zlib

__all__ = ["hidden_in"]

_MOST_INFLATED = 64 * 1024 * 1024
_MOST_NOTED = 4 * 1024 * 1024
_AGAIN = "请重新拍照、扫描，或用“打印到 PDF”另存后上传。"
_TOO_MUCH = f"里面压缩了过多的内容，打开它会拖垮电脑。{_AGAIN}"
# Actions and attachments; a link to a page and a place to open at are no harm.
_ACTIVE = re.compile(
    rb"/(JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData|GoToE|Rendition)(?![A-Za-z0-9])"
)
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_MARKUP = re.compile(rb"<(script|html|!doctype|svg|iframe)\b", re.IGNORECASE)


def hidden_in(content: bytes, kind: str, *, most_pixels: int) -> str:
    """What is wrong inside a file of this kind, as the end of a sentence; empty if nothing is."""
    if problem := _second_file(content, kind):
        return problem
    if kind == "application/pdf":
        return _pdf(content)
    width, height = _SIZES[kind](content)
    if width * height > most_pixels:
        millions = most_pixels // 1_000_000
        return f"有 {width}×{height} 个像素，超过 {millions} 百万像素的上限。请缩小后上传。"
    return _png_notes(content) if kind == "image/png" else ""


def _second_file(content: bytes, kind: str) -> str:
    """A file that is another kind as well: an archive at its end, a page or a paper behind a picture."""
    if b"PK\x05\x06" in content[-66_000:]:
        return f"后面附带了一个压缩包。{_AGAIN}"
    if kind == "application/pdf":
        return ""
    if b"%PDF-" in content[:1024] or _MARKUP.search(content[-4096:]):
        return f"里面夹带了别的文件。{_AGAIN}"
    end = content.rfind(b"IEND") + 8
    return f"图像之后还附带了别的内容。{_AGAIN}" if kind == "image/png" and end < len(content) else ""


def _pdf(content: bytes) -> str:
    """No program, no attachment; also where names are written in escapes or packed into object streams."""
    found = [_STREAM.sub(b"stream endstream", content)]
    left = _MOST_INFLATED
    for match in _STREAM.finditer(content):
        head = content[max(0, match.start() - 1024) : match.start()].rsplit(b"obj", 1)[-1]
        if b"ObjStm" not in _plain(head):
            continue
        body = _inflated(match[1], left)
        if body is None:
            return _TOO_MUCH
        left -= len(body)
        found.append(body)
    if any(_ACTIVE.search(_plain(part)) for part in found):
        return f"里面带有程序、附件或会自动执行的动作，不能接收。{_AGAIN}"
    return ""


def _plain(text: bytes) -> bytes:
    """Names without escapes: /J#61vaScript is /JavaScript."""
    return _ESCAPED.sub(lambda m: bytes([int(m[1], 16)]), text)


def _inflated(body: bytes, most: int) -> bytes | None:
    """What a packed stream holds; None if it is more than may be, or is packed in a way that hides it."""
    try:
        unpacking = zlib.decompressobj()
        found = unpacking.decompress(body.lstrip(b"\r\n"), max(most, 1))
    except zlib.error:
        return None
    return None if unpacking.unconsumed_tail else found


def _png_notes(content: bytes) -> str:
    """Notes and colour tables of a PNG are packed too, and a picture is no place for a flood."""
    at, left = 8, _MOST_NOTED
    while at + 12 <= len(content):
        length, name = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8]
        if name in (b"zTXt", b"iCCP", b"iTXt"):
            start = content.find(b"\0", at + 8, at + 8 + length)
            packed = content[start + 2 : at + 8 + length]
            body = _inflated(packed, left) if packed[:1] == b"\x78" else packed
            if body is None:
                return _TOO_MUCH
            left -= len(body)
        at += 12 + length
    return ""


def _png_size(content: bytes) -> tuple[int, int]:
    return int.from_bytes(content[16:20]), int.from_bytes(content[20:24])


def _jpeg_size(content: bytes) -> tuple[int, int]:
    """From the frame that a viewer meets first; pictures inside notes are passed over."""
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return int.from_bytes(content[at + 7 : at + 9]), int.from_bytes(content[at + 5 : at + 7])
        bare = marker in (0x01, 0xFF) or 0xD0 <= marker <= 0xD7
        at += (1 if marker == 0xFF else 2) if bare else 2 + max(int.from_bytes(content[at + 2 : at + 4]), 2)
    return 0, 0


def _webp_size(content: bytes) -> tuple[int, int]:
    kind, body = content[12:16], content[20:]
    if kind == b"VP8X":
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return int.from_bytes(body[6:8], "little") & 0x3FFF, int.from_bytes(body[8:10], "little") & 0x3FFF


_SIZES = {"image/png": _png_size, "image/jpeg": _jpeg_size, "image/webp": _webp_size}
