"""manage cases [domain …]: every worked case through the rules, as a table; one that differs fails the command."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from minzheng.config.generated.rulebook import casebook
from minzheng.kernel import catalogue, declare, law
from minzheng.kernel.clock import seed
from minzheng.kernel.law.cases import differences


class Command(BaseCommand):
    """Uses the written values and the published calendar only, so that the answer is the same everywhere."""

    help = "用规则计算各业务的算例，并与应得结果核对"
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """The domains to run; all of them if none is named."""
        parser.add_argument("domain", nargs="*", help="业务编码，如 assistance；不写为全部")

    def handle(self, *_: Any, domain: list[str], **__: Any) -> None:
        """One line a case, the differences beneath it, the count at the end."""
        passed = failed = 0
        for one in self._chosen(domain):
            good, bad = self._run(one)
            passed, failed = passed + good, failed + bad
        self.stdout.write(f"共 {passed + failed} 例：一致 {passed}，不一致 {failed}。")
        if failed:
            raise CommandError("有算例与规则不一致。请核对算例的应得结果，或核对规则和参数。")

    @staticmethod
    def _chosen(codes: list[str]) -> list[declare.Domain]:
        known = {one.code: one for one in catalogue.current().domains}
        if strange := [code for code in codes if code not in known]:
            raise CommandError(f"没有编码为“{strange[0]}”的业务。可选：{'、'.join(known)}。")
        return [known[code] for code in codes] or list(known.values())

    def _run(self, domain: declare.Domain) -> tuple[int, int]:
        book = casebook(domain)
        if book is None:
            self.stdout.write(f"{domain.label}：没有算例。")
            return 0, 0
        self.stdout.write(f"{domain.label}（{domain.code}）")
        values, failed, cases = law.Parameters(catalogue.current().written), 0, book.cases()
        for case in cases:
            wrong = differences(case, book.answers(case, values, seed.calendar()))
            failed += bool(wrong)
            self.stdout.write(f"  {'不一致' if wrong else '一致　'}  {case.id:<10} {case.day}  {case.title}")
            for sentence in wrong:
                self.stdout.write(f"          {sentence}")
        return len(cases) - failed, failed
