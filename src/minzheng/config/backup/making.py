"""A backup is made of one moment: manifest, dump and papers come from the same snapshot of the database."""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, BinaryIO, NamedTuple

from django.conf import settings
from django.db import connection, transaction

from minzheng.config.walls.proving import KEPT
from minzheng.kernel import clock
from minzheng.kernel.documents.models import Document
from minzheng.kernel.errors import Refused

from . import keys, manifest, records, server
from .sealing import Sealer

__all__ = ["Made", "make", "usual_place"]

_BLOCK = 256 * 1024
_LEVEL = 3  # a dump shrinks to a seventh; higher levels cost three times as long for a tenth less


class Made(NamedTuple):
    """What a backup became: where it lies, what it says of itself, what was missing."""

    path: Path
    facts: dict[str, Any]
    papers: dict[str, int]
    new_key: bool


def usual_place() -> Path:
    """A file named by its second lies with the other backups."""
    return Path(settings.VAR) / "backups" / f"minzheng-{clock.now():%Y%m%d-%H%M%S}.backup"


def make(path: Path) -> Made:
    """Write one sealed file; it bears its name only when it is whole."""
    if path.exists():
        raise Refused(
            "backup_exists",
            f"文件 {path} 已存在，不会覆盖。请换一个文件名。\nThe file exists and is kept; choose another name.",
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.part")
    try:
        unfinished.unlink(missing_ok=True)
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            facts, papers, new_key = _fill(out)
            out.flush()
            os.fsync(out.fileno())
        unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return Made(path, facts, papers, new_key)


def _fill(out: BinaryIO) -> tuple[dict[str, Any], dict[str, int], bool]:
    with _one_moment() as snapshot:
        facts = {"made_at": clock.now().isoformat(), "database": server.name(), **manifest.facts()}
        if "audit_entry" not in facts["tables"]:
            raise Refused(
                "backup_empty",
                "数据库里还没有平台的数据，没有可备份的内容。请先运行 python3 run.py。\n"
                "The database holds nothing of the platform yet; run python3 run.py first.",
            )
        key, new_key = keys.kept_or_made()
        sealer = Sealer(out, key)
        records.write_facts(sealer.write, records.MANIFEST, facts)
        _dump(sealer.write, snapshot)
        papers = _papers(sealer.write)
        records.write_facts(sealer.write, records.END, papers)
    sealer.finish()
    return facts, papers, new_key


@contextmanager
def _one_moment() -> Iterator[str]:
    """A snapshot that other connections can look at too, for as long as the block lasts."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        yield cursor.fetchone()[0]


def _dump(out: Callable[[bytes], object], snapshot: str) -> None:
    """The database as plain SQL, so that any newer server can read it, compressed on the way."""
    words = ["--format=plain", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", "--encoding=UTF8"]
    words.append(f"--exclude-schema={KEPT}")  # the key of what is told: laid anew when the walls are put on
    process, complaints = server.program("pg_dump", server.name(), *words, stdout=-1)
    with complaints:
        try:
            _pass_on(process.stdout, out)
        except BaseException:
            process.kill()
            raise
        finally:
            code = process.wait()
        if code != 0:
            reason = server.said(complaints)
            raise Refused(
                "backup_dump",
                f"数据库导出失败（{reason}）。请处理后再备份；如果提示版本不符，请用环境变量 "
                "MINZHENG_PG_PROGRAMS 指明与服务器同版本的程序目录。\n"
                "pg_dump failed; put it right and run this again. If the versions differ, name the server's own "
                "programs in MINZHENG_PG_PROGRAMS.",
            )


def _pass_on(dump: IO[bytes] | None, out: Callable[[bytes], object]) -> None:
    if dump is None:
        return
    packer = zlib.compressobj(_LEVEL)
    with dump:
        while block := dump.read(_BLOCK):
            if packed := packer.compress(block):
                records.write(out, records.DUMP, packed)
    records.write(out, records.DUMP, packer.flush())


def _papers(out: Callable[[bytes], object]) -> dict[str, int]:
    """Every file that a document of this moment names; one that is gone from the disk is counted."""
    root, told = Path(settings.MEDIA_ROOT), {"files": 0, "bytes": 0, "absent": 0}
    names = Document.objects.order_by("stored_name").values_list("stored_name", flat=True).distinct()
    for name in names.iterator(chunk_size=2000):
        if not (root / name).is_file():
            told["absent"] += 1
            continue
        told["files"] += 1
        records.write(out, records.PAPER, name.encode())
        with (root / name).open("rb") as paper:
            while block := paper.read(_BLOCK):
                told["bytes"] += len(block)
                records.write(out, records.CONTENT, block)
    return told
