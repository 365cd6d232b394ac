"""manage restore FILE [--into NAME]: a backup into a new database beside the own, compared with its manifest."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from minzheng.config.backup import restoring
from minzheng.kernel.errors import MinzhengError

from .backup import told


class Command(BaseCommand):
    """Ends with 1 where nothing was restored, or where the restored data differ from the manifest."""

    help = "把备份恢复到新的数据库，并与备份核对"
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Which file, and the name of the new database."""
        parser.add_argument("file", type=Path, help="备份文件")
        parser.add_argument(
            "--switch", action="store_true", help="核对一致后，平台改用恢复的数据，原数据改名保留"
        )
        parser.add_argument("--into", default="minzheng_restored", help="新数据库名（minzheng_restored）")

    def handle(self, *_: Any, file: Path, into: str, switch: bool, **__: Any) -> None:
        """Where it went, then one line a comparison."""
        try:
            restored = restoring.restore(file, into=into)
        except MinzhengError as error:
            self.stderr.write(error.message)
            sys.exit(1)
        self.stdout.write(
            f"已恢复 {restored.facts['made_at'][:19]} 的备份：数据库 {into}，文书目录 {restored.folder}。\n"
            f"Restored into the database {into}; its papers lie in the folder named above."
        )
        if not told(self, restored):
            sys.exit(1)
        if switch:
            self._switch(restored)

    def _switch(self, restored: restoring.Restored) -> None:
        try:
            kept_as = restoring.switch(restored)
        except MinzhengError as error:
            self.stderr.write(error.message)
            sys.exit(1)
        self.stdout.write(
            f"平台已改用恢复的数据；原来的数据库改名为 {kept_as}，原文书在 {restoring.folder_of(kept_as)}。\n"
            f"The platform now works on the restored data; the former ones are kept as {kept_as}."
        )
