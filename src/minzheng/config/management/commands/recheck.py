"""manage recheck: begins the yearly re-check of a place for the platform, and carries it on here and now."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from minzheng.kernel.audit import system
from minzheng.kernel.errors import MinzhengError
from minzheng.kernel.exchange import actions
from minzheng.kernel.exchange.models import Recheck
from minzheng.kernel.exchange.queries import progress

__all__ = ["Command"]


class Command(BaseCommand):
    """A county's own verifier begins it at the desk; a city or the province is begun from here."""

    help = "对一个地区在保家庭发起年度复核；已有未完成的，从中断处继续"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", help="管辖路径，如 22/ 或 22/2201/220122/")

    def handle(self, *_: Any, **options: Any) -> None:
        """Begin or resume, then tell how far each source has come."""
        path, by = options["path"], system("recheck")
        try:
            run = Recheck.objects.filter(path=path).exclude(state=Recheck.State.DONE).first()
            run = actions.carry_on((run or actions.start_recheck(path=path, by=by)).pk)
        except MinzhengError as error:
            raise CommandError(error.message) from error
        for row in progress(run, by=by):
            ended = row["done"] + row["given_up"]
            self.stdout.write(
                f"{row['source'] or '比对':<12}{ended:>4} / {row['counties']:<4}{row['last'] or ''}"
            )
        self.stdout.write(
            f"{run.subjects} 人，{run.unauthorised} 户缺授权书未查询；{run.get_state_display()}。"
        )
