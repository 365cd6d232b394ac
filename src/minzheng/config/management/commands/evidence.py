"""manage evidence: goes through what other departments have answered and says whether it is still what was received."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from minzheng.kernel.errors import Mistake
from minzheng.kernel.exchange import proof
from minzheng.kernel.exchange.models import RecheckPart, Verification

__all__ = ["Command"]

_CHUNK = 200


class Command(BaseCommand):
    """Every report, every answer and the sealed answers of every re-check; 1 if anything is not what it was."""

    help = "逐条重算封存的部门答复和核对报告，与收到、签发时的摘要比对；有不符时返回 1"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", nargs="?", default="", help="管辖路径，默认全部")

    def handle(self, *_: Any, **options: Any) -> None:
        """Count what agrees, name what does not."""
        counted: Counter[str] = Counter()
        wrong: list[str] = []
        for what, found in chain(_checks(options["path"]), _parts(options["path"])):
            counted[found.label] += 1
            if found in (proof.Proof.ALTERED, proof.Proof.MISPLACED):
                wrong.append(f"{what}：{found.label}")
        for label, count in sorted(counted.items()):
            self.stdout.write(f"{label} {count}")
        if wrong:
            raise CommandError("\n".join(wrong))


def _checks(path: str) -> Iterator[tuple[str, proof.Proof]]:
    rows = Verification.objects.filter(path__startswith=path).defer("report", "declared", "objection")
    last = 0
    while pks := list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:_CHUNK]):
        for pk in pks:
            yield from _check(pk)
        last = pks[-1]


def _check(pk: int) -> Iterator[tuple[str, proof.Proof]]:
    """What cannot even be opened was altered as well."""
    try:
        one = Verification.objects.get(pk=pk)
        asked = list(one.queries.select_related("taken_from").order_by("id"))
    except Mistake:
        yield f"核对 {pk}", proof.Proof.ALTERED
        return
    for query, found in proof.of_answers(asked).items():
        yield f"核对 {pk} 的查询 {query}", found
    if one.report_sha:
        told = proof.of_report(one, asked)
        for part, found in (("报告", told.words), ("报告所列答复", told.answers), ("审计记录", told.audit)):
            yield f"核对 {pk} 的{part}", found


def _parts(path: str) -> Iterator[tuple[str, proof.Proof]]:
    done = RecheckPart.objects.filter(path__startswith=path, blocks__isnull=False).distinct()
    for part in done.select_related("run").order_by("pk"):
        try:
            found = proof.of_part(part)
        except Mistake:
            found = proof.Proof.ALTERED
        yield f"年度复核 {part.run_id} 的分项 {part.pk}", found
