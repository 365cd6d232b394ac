"""manage backup [FILE] [--verify]: database and papers of one moment in one encrypted file."""

from __future__ import annotations

import secrets
import shutil
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from minzheng.config.backup import keys, making, restoring, server
from minzheng.config.backup.restoring import Restored
from minzheng.kernel.errors import MinzhengError


class Command(BaseCommand):
    """Ends with 1 where no backup was made, or where the trial restore differs from it."""

    help = "备份数据库和文书到一个加密文件"
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to, and whether it is tried at once."""
        parser.add_argument("file", nargs="?", type=Path, help="备份文件（默认放在 var/backups）")
        parser.add_argument("--verify", action="store_true", help="恢复到临时数据库，核对后删除")

    def handle(self, *_: Any, file: Path | None, verify: bool, **__: Any) -> None:
        """What was kept, where its key lies, and what a trial found."""
        try:
            made = making.make(file or making.usual_place())
            self._tell(made)
            if verify and not self._tried(made.path):
                sys.exit(1)
        except MinzhengError as error:
            self.stderr.write(error.message)
            sys.exit(1)

    def _tell(self, made: making.Made) -> None:
        size = made.path.stat().st_size / 1e6
        rows = sum(count for count, _ in made.facts["tables"].values())
        self.stdout.write(
            f"已备份：{made.path}（{size:.1f} MB）：{len(made.facts['tables'])} 张表 {rows} 行，"
            f"文书 {made.papers['files']} 个。\nBacked up: {rows} rows, {made.papers['files']} papers."
        )
        if made.new_key:
            self.stdout.write(
                f"新建了备份密钥：{keys.place()}。请另存一份到别处：密钥丢失，备份就无法恢复。\n"
                "A new backup key was made; keep a copy elsewhere: without it the backup is lost."
            )
        if made.papers["absent"]:
            self.stderr.write(
                f"注意：有 {made.papers['absent']} 个文书文件在磁盘上找不到，备份中也没有。请联系系统管理员核查。\n"
                "Warning: some papers are missing on the disk, and therefore in the backup."
            )
        if made.facts["proof"]:
            self.stderr.write(
                f"注意：账簿核验有 {len(made.facts['proof'])} 处不符，已照原样备份。"
                "请运行 python3 run.py ledger verify 查看。\n"
                "Warning: the ledger was not in order when it was backed up; see run.py ledger verify."
            )

    def _tried(self, path: Path) -> bool:
        """Restore beside, compare, and take everything away again."""
        trial = f"minzheng_trial_{secrets.token_hex(4)}"
        try:
            return told(self, restoring.restore(path, into=trial))
        finally:
            server.drop(trial)
            shutil.rmtree(restoring.folder_of(trial), ignore_errors=True)


def told(command: BaseCommand, restored: Restored) -> bool:
    """One line a comparison and one for all; whether everything is the same."""
    differing = 0
    for verdict in restoring.verdicts(restored):
        differing += not verdict.same
        command.stdout.write(f"{'一致　' if verdict.same else '不一致'}  {verdict.sentence}")
    command.stdout.write(
        f"与备份不一致 {differing} 处，请不要使用这份恢复结果，并联系系统管理员。\nThe restored data differ."
        if differing
        else "核对通过：恢复结果与备份一致。\nThe restored data are the same as in the backup."
    )
    return not differing
