"""Small real files to hand in: a whole PNG, JPEG, WebP and PDF, made byte by byte."""

from __future__ import annotations

import zlib

from django.core.files.base import ContentFile

__all__ = ["HEIC", "JPEG", "PDF", "PNG", "WEBP", "png", "upload"]


def _chunk(name: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4) + name + body + zlib.crc32(name + body).to_bytes(4)


def _segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(body) + 2).to_bytes(2) + body


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", (2).to_bytes(4) + (1).to_bytes(4) + bytes([8, 2, 0, 0, 0]))
    + _chunk(b"IDAT", zlib.compress(b"\0" + b"\xc8\x16\x1d" * 2))
    + _chunk(b"IEND", b"")
)


def png(comment: str) -> bytes:
    """The same picture with a comment inside, so that two are two files."""
    end = _chunk(b"IEND", b"")
    return PNG.removesuffix(end) + _chunk(b"tEXt", b"Comment\0" + comment.encode()) + end


JPEG = (
    b"\xff\xd8"
    + _segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0")
    + _segment(0xC0, bytes([8, 0, 4, 0, 6, 1, 1, 0x11, 0]))
    + _segment(0xDA, bytes([1, 1, 0, 0, 63, 0]))
    + b"\x55\xaa\x12"
    + b"\xff\xd9"
)
WEBP = b"RIFF" + (14).to_bytes(4, "little") + b"WEBPVP8L" + (2).to_bytes(4, "little") + b"/\0"
PDF = b"%PDF-1.4\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer\n<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 32


def upload(content: bytes = PNG, name: str = "户口簿.png") -> ContentFile[bytes]:
    """A file as a door hands it over."""
    return ContentFile(content, name=name)
