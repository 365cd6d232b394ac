"""A workbook is an archive: before it is opened, what it holds is weighed, and weighed again while it is unpacked."""

from __future__ import annotations

import io
import zipfile
import zlib

import python_calamine

from minzheng.kernel.errors import Refused

__all__ = ["first_sheet"]

_MOST_UNPACKED = 512 * 1024 * 1024
_MOST_PARTS = 500
_PIECE = 1024 * 1024
_NEXT = "请换一份 CSV 或 Excel 格式的文件。"


def first_sheet(content: bytes) -> list[list[object]]:
    """The cells of the first sheet; refused if it is no workbook, or one that would not end."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            _weigh(packed)
        sheet = python_calamine.load_workbook(io.BytesIO(content)).get_sheet_by_index(0)
        found: list[list[object]] = [list(row) for row in sheet.to_python()]
    except (
        python_calamine.CalamineError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError,
        ValueError, IndexError,
    ) as error:  # fmt: skip
        raise Refused(
            "workbook_unreadable", f"这个文件打不开，可能已损坏或不是 Excel 文件。{_NEXT}"
        ) from error
    return found


def _weigh(packed: zipfile.ZipFile) -> None:
    """Its own list of contents is not believed: every part is unpacked here, piece by piece, and thrown away."""
    parts = packed.infolist()
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_UNPACKED:
        raise Refused("workbook_too_large", f"这个 Excel 文件展开后过大，没有读入。{_NEXT}")
    left = _MOST_UNPACKED
    for part in parts:
        with packed.open(part) as body:
            while piece := body.read(_PIECE):
                left -= len(piece)
                if left < 0:
                    raise Refused("workbook_too_large", f"这个 Excel 文件展开后过大，没有读入。{_NEXT}")
