"""A backup is restored beside what is there, never over it, and appears under its name only when it is whole."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import connection

from minzheng.kernel import clock
from minzheng.kernel.documents.models import Document
from minzheng.kernel.errors import Mistake, Refused
from minzheng.kernel.people.closed import closed_folder, new_file
from minzheng.kernel.people.filesealing import digest

from . import keys, manifest, records, server
from .manifest import Verdict
from .sealing import opened

__all__ = ["Restored", "folder_of", "restore", "switch", "verdicts"]

_NAME = re.compile(r"[a-z][a-z0-9_]{0,48}")
# Servers before 17 do not know this setting, which newer programs write at the top of a dump.
_SINCE_17 = b"SET transaction_timeout = 0;\n"


@dataclass
class Restored:
    """What was read from a backup: its manifest, its end, and where its papers went."""

    into: str
    folder: Path
    facts: dict[str, Any] = field(default_factory=dict)
    papers: dict[str, int] = field(default_factory=dict)


def folder_of(database: str) -> Path:
    """The papers of a restored database lie beside the documents of the office."""
    root = Path(settings.MEDIA_ROOT)
    return root.with_name(f"{root.name}-{database}")


def restore(path: Path, *, into: str) -> Restored:
    """A new database and a new folder from one file; whatever goes wrong, neither is left behind."""
    _may_go(path, into)
    restored, unfinished = Restored(into, folder_of(into)), f"{into}_unfinished"
    folder = restored.folder.with_name(f"{restored.folder.name}.part")
    try:
        server.drop(unfinished)
        shutil.rmtree(folder, ignore_errors=True)
        server.create(unfinished)
        folder.mkdir(mode=0o700, parents=True)
        with path.open("rb") as file:
            _fill(records.read(opened(file, keys.kept())), restored, unfinished, folder)
        with server.looking_at(unfinished), connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        server.rename(unfinished, into)
        folder.rename(restored.folder)
    finally:
        server.drop(unfinished)
        shutil.rmtree(folder, ignore_errors=True)
    return restored


def _may_go(path: Path, into: str) -> None:
    """Refused before anything is made: no such file, no such name, or a place that is taken."""
    if not path.is_file():
        sentence = f"没有找到备份文件 {path}。请检查文件名。\nThere is no such backup file; check the name."
        raise Refused("backup_missing", sentence)
    if not _NAME.fullmatch(into):
        raise Refused(
            "backup_name",
            f"数据库名“{into}”不能用：只能有小写字母、数字和下划线，以字母开头，最多 49 个字符。请换一个。\n"
            "A database name takes small letters, digits and underscores, at most 49; choose another.",
        )
    if server.exists(into) or folder_of(into).exists():
        raise Refused(
            "backup_target_exists",
            f"数据库 {into} 或文件目录 {folder_of(into)} 已存在，不会覆盖。请用 --into 换一个名称。\n"
            f"The database {into} or its folder exists and is kept; choose another name with --into.",
        )


def _fill(pieces: Iterator[tuple[bytes, bytes]], restored: Restored, database: str, folder: Path) -> None:
    """The records of a genuine file, each to its place."""
    paper: IO[bytes] | None = None
    try:
        with _loading(database) as load:
            for kind, content in pieces:
                if kind == records.MANIFEST:
                    restored.facts = json.loads(content)
                elif kind == records.DUMP:
                    load.take(content)
                elif kind == records.PAPER:
                    if paper:
                        paper.close()
                    paper = _new_paper(folder, content.decode())
                elif kind == records.CONTENT and paper:
                    paper.write(content)
                elif kind == records.END:
                    restored.papers = json.loads(content)
    finally:
        if paper:
            paper.close()


def _new_paper(folder: Path, name: str) -> IO[bytes]:
    place = folder / name
    if not place.resolve().is_relative_to(folder.resolve()):
        sentence = (
            f"备份中的文件名“{name}”指向目录之外，已停止恢复。\nA paper's name leads outside its folder."
        )
        raise Refused("backup_paper", sentence)
    closed_folder(place.parent, below=folder)
    return new_file(place)


@dataclass
class _Load:
    """The dump on its way into psql."""

    process: subprocess.Popen[bytes]
    complaints: IO[bytes]
    old_server: bool
    unpacker: Any = field(default_factory=zlib.decompressobj)
    begun: bool = False

    def take(self, packed: bytes) -> None:
        plain = self.unpacker.decompress(packed)
        if plain and not self.begun:
            self.begun = True
            plain = plain.replace(_SINCE_17, b"") if self.old_server else plain
        try:
            if self.process.stdin:
                self.process.stdin.write(plain)
        except BrokenPipeError:
            self.process.wait()
            raise self.refusal() from None

    def refusal(self) -> Refused:
        reason = server.said(self.complaints)
        return Refused(
            "backup_load",
            f"数据库恢复失败（{reason}）。没有留下任何内容，请处理后再试。\n"
            "The database did not take the dump; nothing was left behind. Put it right and run this again.",
        )


@contextmanager
def _loading(database: str) -> Iterator[_Load]:
    """psql in one transaction; an end that comes too early is killed, for a closed pipe would commit."""
    words = ["-X", "-q", "-v", "ON_ERROR_STOP=1", "--single-transaction", "-f", "-"]
    process, complaints = server.program("psql", database, *words, stdin=-1, stdout=subprocess.DEVNULL)
    load = _Load(process, complaints, old_server=server.version() < 170_000)
    with complaints:
        try:
            yield load
        except BaseException:
            process.kill()
            raise
        else:
            if process.stdin:
                process.stdin.close()
            if process.wait() != 0:
                raise load.refusal()
        finally:
            _let_go(process)


def _let_go(process: subprocess.Popen[bytes]) -> None:
    """Wait for the program; what it did not read any more is nobody's loss."""
    try:
        if process.stdin and not process.stdin.closed:
            process.stdin.close()
    except BrokenPipeError:
        pass
    process.wait()


def switch(restored: Restored) -> str:
    """The platform works on what was restored; what it worked on until now is kept, and this is its name."""
    root, kept_as = Path(settings.MEDIA_ROOT), f"{server.name()[:30]}_until_{clock.now():%Y%m%d_%H%M%S}"
    server.swap(restored.into, kept_as=kept_as)
    if root.exists():
        root.rename(folder_of(kept_as))
    restored.folder.rename(root)
    return kept_as


def verdicts(restored: Restored) -> Iterator[Verdict]:
    """The restored database and papers beside what the backup says of itself."""
    try:
        yield from _verdicts(restored)
    except Mistake as wrong:  # without the keys of that time neither accounts nor papers are read
        yield Verdict(False, f"不能继续核对：{wrong.message}")


def _verdicts(restored: Restored) -> Iterator[Verdict]:
    with server.looking_at(restored.into):
        yield from manifest.compare(restored.facts, manifest.facts())
        sound, unsound = _papers(restored.folder)
    told = restored.papers
    yield Verdict(
        (sound, unsound) == (told["files"], told["absent"]),
        f"文书文件：备份时 {told['files']} 个（缺 {told['absent']} 个），"
        f"恢复后摘要相符 {sound} 个，不符或缺 {unsound} 个",
    )


def _papers(folder: Path) -> tuple[int, int]:
    """How many files are as their row says, and how many are not or are gone."""
    sound = unsound = 0
    rows = Document.objects.order_by("stored_name").values_list("stored_name", "sha").distinct()
    for name, sha in rows.iterator(chunk_size=2000):
        if digest(folder / name) == sha:
            sound += 1
        else:
            unsound += 1
    return sound, unsound
