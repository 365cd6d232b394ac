"""manage seal_files: papers that still lie in clear, from before files were sealed, are sealed in their place."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from minzheng.kernel.audit import Actor, system
from minzheng.kernel.errors import MinzhengError
from minzheng.kernel.people import refiling

__all__ = ["Command", "refiled"]

_TELL_EVERY = 1_000


def refiled(command: BaseCommand, by: Actor) -> int:
    """Every file that lies in clear or under an older key; how many do not open, of which the first are named."""

    def told(done: int) -> None:
        if done % _TELL_EVERY == 0:
            command.stdout.write(f"{done:>12} 个文件已封存")

    _, wrong = refiling.refile_all(by=by, told=told)
    for name in wrong[:20]:
        command.stdout.write(f"打不开、未封存：{name}。文件可能被改动，请从备份恢复，并报告安全管理员。")
    return len(wrong)


class Command(BaseCommand):
    """Stopped at any moment, the same command goes on where files are left; the worker does the same every night."""

    help = "封存磁盘上仍为明文的文书文件；中断后再次运行即从剩余处继续"

    def handle(self, *_: Any, **__: Any) -> None:
        """How many there were, and how many are left."""
        try:
            before = refiling.files_left()
            wrong = refiled(self, system("seal_files"))
        except MinzhengError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"需要封存的文书文件 {before} 个，现在还剩 {refiling.files_left()} 个。")
        if wrong:
            sys.exit(1)
