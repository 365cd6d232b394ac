"""manage rehearse [FILE]: an upgrade tried on a copy: the last backup restored, migrated, proved, and dropped again."""

from __future__ import annotations

import secrets
import shutil
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from minzheng.config.backup import making, restoring, server
from minzheng.kernel.audit import anchoring, verifying
from minzheng.kernel.errors import MinzhengError, Refused
from minzheng.kernel.ledger import proof

T = TypeVar("T")
_NAMED = 10


class Command(BaseCommand):
    """Ends with 1 where a migration fails or something does not prove; the platform's own data are not touched."""

    help = "升级演练：把最近的备份恢复到临时数据库，迁移，核验账簿和审计链，报告用时，然后删除"
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Which backup; the newest one without a word."""
        parser.add_argument("file", nargs="?", type=Path, help="备份文件（默认用 var/backups 中最新的）")

    def handle(self, *_: Any, file: Path | None, **__: Any) -> None:
        """One line a stage, with its time."""
        trial = f"minzheng_rehearsal_{secrets.token_hex(4)}"
        try:
            path = file or _newest()
            restored = self._timed(f"恢复 {path.name}", lambda: restoring.restore(path, into=trial))
            with server.looking_at(trial):
                wrong = self._carried_out(datetime.fromisoformat(restored.facts["made_at"]))
        except MinzhengError as error:
            self.stderr.write(error.message)
            sys.exit(1)
        finally:
            server.drop(trial)
            shutil.rmtree(restoring.folder_of(trial), ignore_errors=True)
        for one in wrong[:_NAMED]:
            self.stdout.write(f"不符  {one}")
        self.stdout.write(
            f"演练发现 {len(wrong)} 处不符，请不要升级，并联系系统管理员。\nDo not upgrade yet."
            if wrong
            else "演练通过，临时数据库已删除，可以升级。\nThe rehearsal went well; nothing was left behind."
        )
        if wrong:
            sys.exit(1)

    def _carried_out(self, made: datetime) -> list[str]:
        executor = MigrationExecutor(connection)
        steps = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        self._timed(f"迁移 {steps} 步", lambda: call_command("migrate", verbosity=0, interactive=False))
        books = self._timed("核验账簿", lambda: [f"{one.code} {one.subject}" for one in proof.verify()])
        chain = self._timed("核验审计链", lambda: _chain(made))
        return books + chain

    def _timed(self, what: str, act: Callable[[], T]) -> T:
        begun = time.monotonic()
        result = act()
        self.stdout.write(f"{what}：{time.monotonic() - begun:.1f} 秒")
        return result


def _newest() -> Path:
    """The last backup that lies in its usual place."""
    folder = making.usual_place().parent
    found = sorted(folder.glob("*.backup"), key=lambda one: one.stat().st_mtime)
    if not found:
        raise Refused(
            "backup_missing",
            f"目录 {folder} 中没有备份。请先运行 python3 run.py backup。\nNo backup there; make one first.",
        )
    return found[-1]


def _chain(made: datetime) -> list[str]:
    """The chain against the files of the days before the backup; later ones know more than it holds."""
    with transaction.atomic(), connection.cursor() as cursor:
        known = [
            (path, one)
            for path, one in anchoring.anchors(None)
            if one is None or str(one.on) < f"{made:%Y-%m-%d}"
        ]
        return verifying.prove(cursor, known).breaks
