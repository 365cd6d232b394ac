"""manage rotate_keys [--digests | --check | --retire]: new keys for what is sealed; the old ones are put away."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from minzheng.kernel.audit import Actor, system
from minzheng.kernel.errors import MinzhengError
from minzheng.kernel.people import keyring, redigesting, refiling, rotating

from .seal_files import refiled

__all__ = ["Command"]

# Rows that somebody holds are passed over and met again.
_PASSES = 20


class Command(BaseCommand):
    """Stopped at any moment, the same command goes on where rows are left under an older key."""

    help = "更换个人信息密钥：启用新密钥，并把已封存的内容逐批换用新密钥；中断后再次运行即从剩余处继续"

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--digests", action="store_true", help="更换用于查找和查重的号码摘要密钥")
        what.add_argument("--check", action="store_true", help="只统计还用旧密钥的行数")
        what.add_argument("--retire", action="store_true", help="没有内容再用旧密钥时，把旧密钥移出密钥文件")

    def handle(self, *_: Any, check: bool, retire: bool, digests: bool, **__: Any) -> None:
        """One of the four."""
        by = system("rotate_keys")
        try:
            if check:
                self._check(by)
            elif retire:
                self._retire(by)
            elif digests:
                self._digest(by)
            else:
                self._rotate(by)
        except MinzhengError as error:
            raise CommandError(error.message) from error

    def _check(self, by: Actor) -> None:
        ring = keyring.read_again()
        if not (ring.coming or ring.going):
            self._told(rotating.left_over(by=by), refiling.files_left())
            return
        left = rotating.rest(redigesting.DOUBLING if ring.coming else redigesting.THINNING, by=by)
        self._listed(left)
        self.stdout.write(
            f"摘要密钥正在更换；{'还没有新摘要' if ring.coming else '还带旧摘要'}的共 {sum(left.values())} 行。"
        )

    def _listed(self, left: dict[str, int]) -> None:
        for table, count in left.items():
            self.stdout.write(f"{table:<40}{count:>12} 行")

    def _told(self, left: dict[str, int], files: int) -> None:
        self._listed(left)
        self.stdout.write(
            f"当前密钥 {keyring.read_again().newest}；用旧密钥封存的共 {sum(left.values())} 行、{files} 个文书文件。"
        )

    def _rotate(self, by: Actor) -> None:
        left, files = rotating.left_over(by=by), refiling.files_left()
        if left or files:
            self.stdout.write(f"上次换钥尚未完成，继续：还有 {sum(left.values())} 行、{files} 个文书文件。")
        else:
            self.stdout.write(f"已启用新密钥 {rotating.add_key(by=by)}。等待各服务进程换用……")
            time.sleep(keyring.LOOK_AGAIN + 1)
        left = self._until_done(rotating.reseal, rotating.left_over, rotating.tell, by)
        refiled(self, by)
        self._told(left, files := refiling.files_left())
        if left or files:
            sys.exit(1)
        self.stdout.write("换钥完成。确认备份后可运行 rotate_keys --retire 停用旧密钥。")

    def _digest(self, by: Actor) -> None:
        """Begun, or gone on with where it was stopped: the key file says how far it has come."""
        ring = keyring.read_again()
        if not (ring.coming or ring.going):
            if rotating.left_over(by=by):
                raise CommandError("封存密钥的更换尚未完成。请先运行 rotate_keys，再更换摘要密钥。")
            redigesting.begin(by=by)
            self.stdout.write("已启用新的摘要密钥：号码同时带新旧两个摘要。等待各服务进程换用……")
            time.sleep(keyring.LOOK_AGAIN + 1)
        if keyring.read_again().coming:
            self._step(redigesting.DOUBLING, by)
            redigesting.switch(by=by)
            self.stdout.write("全部号码已有新摘要，改用新摘要。等待各服务进程换用……")
            time.sleep(keyring.LOOK_AGAIN + 1)
        self._step(redigesting.THINNING, by)
        self.stdout.write("摘要密钥更换完成。确认备份后可运行 rotate_keys --retire 停用旧摘要密钥。")

    def _step(self, work: rotating.Work, by: Actor) -> None:
        left = self._until_done(
            partial(rotating.through, work), partial(rotating.rest, work), redigesting.tell, by
        )
        if left:
            self._listed(left)
            raise CommandError("还有号码没有换用新摘要。查找和查重不受影响；请查明原因后再次运行本命令。")

    def _until_done(
        self, through: Callable[..., Iterable[rotating.Batch]], rest: Callable[..., dict[str, int]],
        tell: Callable[..., None], by: Actor,
    ) -> dict[str, int]:  # fmt: skip
        """Pass after pass until nothing is left but what cannot be opened, which is named."""
        left, wrong = rest(by=by), dict[str, list[int]]()
        for _ in range(_PASSES):
            rows, wrong = self._pass(through(by=by))
            if rows:
                tell(rows=rows, unreadable=wrong, by=by)
            left = rest(by=by)
            if sum(left.values()) == sum(map(len, wrong.values())):
                break
            time.sleep(1)
        for table, ids in wrong.items():
            self.stdout.write(f"打不开、未换钥：{table} 第 {ids[:20]} 行。数据可能被改动，请报告安全管理员。")
        return left

    def _pass(self, batches: Iterable[rotating.Batch]) -> tuple[dict[str, int], dict[str, list[int]]]:
        rows: Counter[str] = Counter()
        wrong: defaultdict[str, list[int]] = defaultdict(list)
        for batch in batches:
            name = batch.table.table
            rows[name] += batch.rows
            if batch.unreadable:
                wrong[name] += batch.unreadable
            self.stdout.write(f"{name:<40}{rows[name]:>12} 行已换钥")
        return dict(rows), dict(wrong)

    def _retire(self, by: Actor) -> None:
        if len(keyring.read_again().digesting) > 1:
            redigesting.drop(by=by)
            self.stdout.write(
                "已停用旧的摘要密钥。更换以前的备份仍要用它：请把原密钥文件与那些备份一并另行保管。"
            )
        names = rotating.retire(by=by)
        if not names:
            self.stdout.write("密钥文件中没有旧密钥。")
            return
        self.stdout.write(
            f"已停用旧密钥 {'、'.join(names)}。换钥以前的备份仍要用旧密钥：请把原密钥文件与那些备份一并另行保管。"
        )
