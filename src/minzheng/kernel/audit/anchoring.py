"""The head of the chain, written every day to a file outside the database (锚定): a chain made anew cannot fit it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import connection

from minzheng.kernel import clock

__all__ = ["Anchor", "anchor", "anchors"]


@dataclass(frozen=True)
class Anchor:
    """How far the chain had come when the file was written, and the hash of its last link."""

    on: str
    at: str
    position: int
    hash: str


def _folder() -> Path:
    return Path(settings.MINZHENG_ANCHORS)


def anchor(on: date) -> Path | None:
    """Write the day's file, once: a file that is there is never written over; nothing while the chain is empty."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT position, hash FROM audit_link ORDER BY position DESC LIMIT 1")
        head = cursor.fetchone()
    if head is None:
        return None
    facts = Anchor(on.isoformat(), clock.now().isoformat(), head[0], bytes(head[1]).hex())
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    path, aside = folder / f"audit-{facts.on}.json", folder / f".audit-{facts.on}.{os.getpid()}"
    aside.write_text(json.dumps(asdict(facts), indent=1) + "\n", encoding="utf-8")
    aside.chmod(0o444)
    try:
        os.link(aside, path)
    except FileExistsError:
        pass  # written before: the first file of a day is the one
    finally:
        aside.unlink()
    return path


def anchors(folder: Path | None = None) -> Iterator[tuple[Path, Anchor | None]]:
    """Each file by day; none in place of one that cannot be read."""
    for path in sorted((folder or _folder()).glob("audit-*.json")):
        try:
            yield path, Anchor(**json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            yield path, None
