"""Styles, scripts and outlines of maps travel packed: a first page on a slow line is a fifth of what lies on disk.

Packed once for each version of a file, beside the other things that are made (``var/packed``), never in the source.
"""

from __future__ import annotations

import gzip
import hashlib
import os
from pathlib import Path
from typing import Any
from wsgiref.headers import Headers

from django.conf import settings
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile

__all__ = ["Packed"]

_WORTH_IT = (".css", ".js", ".json", ".svg")
_LEAST = 1024
_READ: dict[tuple[str, str, int, int, int | None], Any] = {}


class Packed(WhiteNoiseMiddleware):  # type: ignore[misc]
    """The public files, as they are or packed, whichever the browser takes."""

    def get_static_file(self, path: str, url: str, stat_cache: Any = None) -> Any:
        """One file with its packed form, if it is of a kind that gets smaller; read once as long as it stays."""
        found = os.stat(path)
        known = (path, url, found.st_mtime_ns, found.st_size, self.max_age)
        if known not in _READ:
            packs = path.endswith(_WORTH_IT) and found.st_size >= _LEAST
            _READ[known] = (
                self._with_packed(path, url) if packs else super().get_static_file(path, url, stat_cache)
            )
        return _READ[known]

    def _with_packed(self, path: str, url: str) -> StaticFile:
        headers = Headers([])
        self.add_mime_headers(headers, path, url)
        self.add_cache_headers(headers, path, url)
        return StaticFile(path, headers.items(), encodings={"gzip": str(_packed(Path(path)))})


def _packed(path: Path) -> Path:
    """Made by whoever comes first; a file is complete before it has its name."""
    content = path.read_bytes()
    found = Path(settings.STATIC_ROOT).parent / "packed" / f"{hashlib.sha256(content).hexdigest()[:32]}.gz"
    if not found.is_file():
        found.parent.mkdir(parents=True, exist_ok=True)
        making = found.with_suffix(f".{os.getpid()}")
        making.write_bytes(gzip.compress(content, 9, mtime=0))
        os.replace(making, found)
    return found
