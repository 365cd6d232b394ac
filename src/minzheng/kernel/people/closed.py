"""Files and folders that the account of the platform alone may enter, whatever the machine gives by default."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

__all__ = ["closed_folder", "new_file"]


def new_file(path: Path) -> BinaryIO:
    """A file that is not there yet, to be written: mode 0600."""
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def closed_folder(folder: Path, *, below: Path | None = None) -> Path:
    """The folder, made where it is missing: mode 0700, and so is each one above it down from ``below``.

    One of the same account that stood open to others is closed; one that belongs to another account is its matter.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for each in (folder, *folder.parents):
        stands = each.stat()
        if stands.st_mode & 0o077 and stands.st_uid == os.getuid():
            each.chmod(0o700)
        if each == (below or folder):
            break
    return folder
