"""The other process: reads one PDF from standard input, writes a picture, its text or its number of pages, and ends.

It knows nothing of the platform: no settings, no database, no keys.  ``python pdf_worker.py picture 0 900 < in > out``
"""

from __future__ import annotations

import io
import struct
import sys
import zlib
from contextlib import suppress

import pypdfium2 as pdfium

_MEMORY = 1024 * 1024 * 1024
_SECONDS = 15
_MOST_PAGES = 200
_TALLEST = 6000


def _bounded() -> None:
    """Where the system knows limits, this process has them."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def _picture(book: pdfium.PdfDocument, page: int, wide: int) -> bytes:
    one = book[page]
    width, height = one.get_size()
    scale = min(wide / width, _TALLEST / height)
    drawn = one.render(scale=scale, rev_byteorder=True, prefer_bgrx=False)
    return _png(bytes(drawn.buffer), drawn.width, drawn.height, drawn.stride, drawn.n_channels)


def _png(raw: bytes, width: int, height: int, stride: int, channels: int) -> bytes:
    """The picture as PNG (ISO/IEC 15948): eight bits a channel, no filter."""
    kind = {1: 0, 3: 2, 4: 6}[channels]
    rows = b"".join(b"\0" + raw[at * stride : at * stride + width * channels] for at in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)
    pieces = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in pieces
    )


def _joined(content: bytes, sizes: list[int]) -> bytes:
    """One file of many; an odd number of pages gets an empty one, so that the next letter begins on a new sheet."""
    whole, at, out = pdfium.PdfDocument.new(), 0, io.BytesIO()
    for size in sizes:
        part = pdfium.PdfDocument(content[at : at + size])
        whole.import_pages(part)
        if len(part) % 2:
            whole.new_page(*part[len(part) - 1].get_size())
        at += size
    whole.save(out)
    return out.getvalue()


def _stamped(content: bytes, size: int) -> bytes:
    """The page of the stamp over every page, as large as that page."""
    book, stamp, out = pdfium.PdfDocument(content[:size]), pdfium.PdfDocument(content[size:]), io.BytesIO()
    wide, tall = stamp[0].get_size()
    form = stamp.page_as_xobject(0, book)
    for one in book:
        left, bottom, right, top = one.get_mediabox()
        laid = form.as_pageobject()
        laid.set_matrix(
            pdfium.PdfMatrix().scale((right - left) / wide, (top - bottom) / tall).translate(left, bottom)
        )
        one.insert_obj(laid)
        one.gen_content()
    book.save(out)
    return out.getvalue()


def main() -> int:
    """Do what is asked; a file that is none ends with a code."""
    what, *more = sys.argv[1:]
    if what == "join":
        sys.stdout.buffer.write(_joined(sys.stdin.buffer.read(), [int(one) for one in more[0].split(",")]))
        return 0
    _bounded()
    if what == "stamp":
        try:
            sys.stdout.buffer.write(_stamped(sys.stdin.buffer.read(), int(more[0].split(",")[0])))
        except pdfium.PdfiumError:
            return 3
        return 0
    try:
        book = pdfium.PdfDocument(sys.stdin.buffer.read())
    except pdfium.PdfiumError:
        return 3
    out = sys.stdout.buffer
    if what == "count":
        out.write(str(len(book)).encode())
    elif what == "text":
        for page in range(min(len(book), _MOST_PAGES)):
            out.write(book[page].get_textpage().get_text_range().encode(errors="replace") + b"\n")
    elif int(more[0]) < len(book):
        out.write(_picture(book, int(more[0]), int(more[1])))
    else:
        return 4
    return 0


if __name__ == "__main__":
    sys.exit(main())
