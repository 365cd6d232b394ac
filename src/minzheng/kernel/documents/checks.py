"""An uploaded file is what its content says, not what its name says; anything else is refused plainly."""

from __future__ import annotations

import re
import unicodedata
import zlib
from pathlib import PurePosixPath

from minzheng.kernel.errors import Refused

from .hidden import hidden_in

__all__ = ["NAME_LENGTH", "clean_name", "content_type_of", "size_in_words"]

NAME_LENGTH = 120

_BY_EXTENSION = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".pdf": "application/pdf",
}
_LABELS = {
    "image/jpeg": "JPG 图片",
    "image/png": "PNG 图片",
    "image/webp": "WebP 图片",
    "application/pdf": "PDF 文件",
}
_WELCOME = "可以上传 JPG、PNG、WebP 图片和 PDF 文件。"
_PNG = b"\x89PNG\r\n\x1a\n"
_HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif"}
# JPEG frame headers: all SOFn markers except DHT (C4), JPG (C8) and DAC (CC).
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD8)})


def size_in_words(size: int) -> str:
    """A number of bytes as people say it, cut to one decimal."""
    if size >= 1024 * 1024:
        tenths = size * 10 // (1024 * 1024)
        return f"{tenths // 10}.{tenths % 10} MB" if tenths % 10 else f"{tenths // 10} MB"
    return f"{-(-size // 1024)} KB"


def clean_name(name: str) -> str:
    """A file name without folders, control or direction marks, short enough to keep; its ending stays."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    visible = "".join(c for c in last if unicodedata.category(c)[0] != "C")
    plain = re.sub(r'[<>:"|?*]', "_", visible).strip(" .")
    ending = PurePosixPath(plain).suffix[:10] if "." in plain else ""
    stem = plain[: len(plain) - len(ending)] if ending else plain
    return f"{(stem or '未命名')[: NAME_LENGTH - len(ending)]}{ending}"


def content_type_of(content: bytes, *, name: str, most_pixels: int) -> str:
    """The kind of file this is; refused unless it is welcome, whole, and what its name says."""
    found = _recognise(content)
    said = _BY_EXTENSION.get(PurePosixPath(name).suffix.lower())
    if said is None:
        raise Refused("file_kind", f"不能接收“{_ending(name)}”文件。{_WELCOME}", field="file")
    if found != said:
        what = f"内容是 {_LABELS[found]}" if found else "内容不是这种文件，或者文件已经损坏"
        message = f"文件内容与扩展名不符：名字是“{_ending(name)}”，{what}。请重新拍照或扫描后上传。"
        raise Refused("file_mismatch", message, field="file")
    if problem := _STRUCTURE[found](content):
        raise Refused("file_broken", f"{_LABELS[found]}{problem}", field="file")
    if problem := hidden_in(content, found, most_pixels=most_pixels):
        raise Refused("file_hides", f"这个{_LABELS[found]}{problem}", field="file")
    return found


def _recognise(content: bytes) -> str | None:
    """The kind by its first bytes; a kind known and unwelcome is refused by name."""
    head = content[:1024]
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC:
        message = (
            "这是 HEIC 照片，部分电脑打不开。"
            "请在手机“设置—相机—格式”里选“兼容性最佳”重拍，或另存为 JPG 后上传。"
        )
        raise Refused("file_heic", message, field="file")
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if re.match(rb"<(!doctype|html|svg|\?xml|script|!--)", start):
        message = f"这是网页或 SVG 文件，里面可能带有程序，不能接收。{_WELCOME}"
        raise Refused("file_markup", message, field="file")
    if content.startswith(_PNG):
        return "image/png"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return "application/pdf" if content.startswith(b"%PDF-") else None


def _png_problem(content: bytes) -> str:
    """Every chunk carries a checksum; the first is the header, the last the end."""
    at, first = len(_PNG), True
    while at + 12 <= len(content):
        length = int.from_bytes(content[at : at + 4])
        name, body = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        checksum = content[at + 8 + length : at + 12 + length]
        if len(checksum) < 4 or zlib.crc32(name + body) != int.from_bytes(checksum):
            return "不完整或已损坏。请重新保存后上传。"
        if first and (name != b"IHDR" or length != 13 or 0 in _pair(body, 4)):
            return "缺少图像尺寸，打不开。请重新保存后上传。"
        if name == b"IEND":
            return ""
        at, first = at + 12 + length, False
    return "没有传完整。请重新上传。"


def _jpeg_problem(content: bytes) -> str:
    """Segments up to the scan, one of them a frame with a size, and an end marker after it."""
    at, framed = 2, False
    while at + 4 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF or marker in _WITHOUT_LENGTH:
            at += 1 if marker == 0xFF else 2
            continue
        length = int.from_bytes(content[at + 2 : at + 4])
        if marker in _FRAMES:
            framed = length >= 8 and 0 not in _pair(content[at + 5 : at + 9], 2)
        if marker == 0xDA:
            ended = content.find(b"\xff\xd9", at + 2 + length) >= 0
            return "" if framed and ended else "不完整或已损坏。请重新拍照后上传。"
        at += 2 + max(length, 2)
    return "没有图像内容，打不开。请重新拍照后上传。"


def _webp_problem(content: bytes) -> str:
    """The container says how long it is and which of three codings it holds."""
    declared = int.from_bytes(content[4:8], "little") + 8
    if declared > len(content) or content[12:16] not in {b"VP8 ", b"VP8L", b"VP8X"}:
        return "不完整或已损坏。请改存为 JPG 后上传。"
    return ""


def _pdf_problem(content: bytes) -> str:
    """A header with a version, and at the end a trailer that says where the index is."""
    tail = content[-2048:]
    if not re.match(rb"%PDF-[12]\.\d", content) or b"startxref" not in tail or b"%%EOF" not in tail:
        return "没有传完整或已损坏。请重新导出后上传。"
    if b"/Encrypt" in content:
        return "设有密码，办理人员打不开。请去掉密码后上传。"
    return ""


_STRUCTURE = {
    "image/png": _png_problem,
    "image/jpeg": _jpeg_problem,
    "image/webp": _webp_problem,
    "application/pdf": _pdf_problem,
}


def _pair(body: bytes, width: int) -> tuple[int, int]:
    return int.from_bytes(body[:width]), int.from_bytes(body[width : 2 * width])


def _ending(name: str) -> str:
    return PurePosixPath(name).suffix.lower() or "无扩展名"
