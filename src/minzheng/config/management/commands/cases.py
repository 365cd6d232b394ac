"""manage cases [domain …]: every worked case through the rules, as a table; one that differs fails the command."""

from __future__ import annotations

from importlib import import_module, util
from pkgutil import iter_modules
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from minzheng import domains
from minzheng.config.generated.rulebook import casebook
from minzheng.kernel import catalogue, law
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
        for code in self._chosen(domain):
            good, bad = self._run(code)
            passed, failed = passed + good, failed + bad
        self.stdout.write(f"共 {passed + failed} 例：一致 {passed}，不一致 {failed}。")
        if failed:
            raise CommandError("有算例与规则不一致。请核对算例的应得结果，或核对规则和参数。")

    @staticmethod
    def _chosen(codes: list[str]) -> list[str]:
        known = [one.code for one in catalogue.current().domains]
        known += [code for code in _law_alone() if code not in known]
        if strange := [code for code in codes if code not in known]:
            raise CommandError(f"没有编码为“{strange[0]}”的业务。可选：{'、'.join(known)}。")
        return codes or known

    def _run(self, code: str) -> tuple[int, int]:
        book, values, label = _book(code)
        if book is None:
            self.stdout.write(f"{label}：没有算例。")
            return 0, 0
        self.stdout.write(f"{label}（{code}）" if label != code else code)
        failed, cases = 0, book.cases()
        for case in cases:
            wrong = differences(case, book.answers(case, values, seed.calendar()))
            failed += bool(wrong)
            self.stdout.write(f"  {'不一致' if wrong else '一致　'}  {case.id:<10} {case.day}  {case.title}")
            for sentence in wrong:
                self.stdout.write(f"          {sentence}")
        return len(cases) - failed, failed


def _law_alone() -> list[str]:
    """The folders whose law and worked cases are written before their services are declared."""
    names = [one.name for one in iter_modules(domains.__path__)]
    return [
        name for name in names if util.find_spec(_rules(name)) and util.find_spec(f"{_rules(name)}.casebook")
    ]


def _rules(folder: str) -> str:
    return f"{domains.__name__}.{folder}.rules"


def _book(code: str) -> tuple[Any, law.Parameters, str]:
    """The worked cases of a domain, the values they are reckoned with, and what the domain is called."""
    for one in catalogue.current().domains:
        if one.code == code:
            return casebook(one), law.Parameters(catalogue.current().written), one.label
    book = import_module(f"{_rules(code)}.casebook")
    return book, book.seed_parameters(), code
