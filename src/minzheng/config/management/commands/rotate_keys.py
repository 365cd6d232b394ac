"""manage rotate_keys [--check | --retire]: a new key seals all personal data anew, or the old keys are put away."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from collections import Counter, defaultdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from minzheng.kernel.audit import Actor, system
from minzheng.kernel.errors import MinzhengError
from minzheng.kernel.people import keyring, rotating

__all__ = ["Command"]

# Rows that somebody holds are passed over and met again.
_PASSES = 20


class Command(BaseCommand):
    """Stopped at any moment, the same command goes on where rows are left under an older key."""

    help = "更换个人信息密钥：启用新密钥，并把已封存的内容逐批换用新密钥；中断后再次运行即从剩余处继续"

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--check", action="store_true", help="只统计还用旧密钥封存的行数")
        what.add_argument("--retire", action="store_true", help="没有内容再用旧密钥时，把旧密钥移出密钥文件")

    def handle(self, *_: Any, check: bool, retire: bool, **__: Any) -> None:
        """One of the three."""
        by = system("rotate_keys")
        try:
            if check:
                self._told(rotating.left_over(by=by))
            elif retire:
                self._retire(by)
            else:
                self._rotate(by)
        except MinzhengError as error:
            raise CommandError(error.message) from error

    def _told(self, left: dict[str, int]) -> None:
        for table, count in left.items():
            self.stdout.write(f"{table:<40}{count:>12} 行")
        self.stdout.write(
            f"当前密钥 {keyring.read_again().newest}；用旧密钥封存的共 {sum(left.values())} 行。"
        )

    def _rotate(self, by: Actor) -> None:
        if left := rotating.left_over(by=by):
            self.stdout.write(f"上次换钥尚未完成，继续：还有 {sum(left.values())} 行。")
        else:
            self.stdout.write(f"已启用新密钥 {rotating.add_key(by=by)}。等待各服务进程换用……")
            time.sleep(keyring.LOOK_AGAIN + 1)
        wrong: dict[str, list[int]] = {}
        for _ in range(_PASSES):
            rows, wrong = self._pass(by)
            if rows:
                rotating.tell(rows=rows, unreadable=wrong, by=by)
            left = rotating.left_over(by=by)
            if sum(left.values()) == sum(map(len, wrong.values())):
                break
            time.sleep(1)
        self._told(left)
        for table, ids in wrong.items():
            self.stdout.write(f"打不开、未换钥：{table} 第 {ids[:20]} 行。数据可能被改动，请报告安全管理员。")
        if left:
            sys.exit(1)
        self.stdout.write("换钥完成。确认备份后可运行 rotate_keys --retire 停用旧密钥。")

    def _pass(self, by: Actor) -> tuple[dict[str, int], dict[str, list[int]]]:
        rows: Counter[str] = Counter()
        wrong: defaultdict[str, list[int]] = defaultdict(list)
        for batch in rotating.reseal(by=by):
            name = batch.table.table
            rows[name] += batch.rows
            if batch.unreadable:
                wrong[name] += batch.unreadable
            self.stdout.write(f"{name:<40}{rows[name]:>12} 行已换钥")
        return dict(rows), dict(wrong)

    def _retire(self, by: Actor) -> None:
        names = rotating.retire(by=by)
        if not names:
            self.stdout.write("密钥文件中没有旧密钥。")
            return
        self.stdout.write(
            f"已停用旧密钥 {'、'.join(names)}。换钥以前的备份仍要用旧密钥：请把原密钥文件与那些备份一并另行保管。"
        )
