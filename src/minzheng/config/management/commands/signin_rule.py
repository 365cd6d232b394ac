"""manage signin_rule: a rule of the door for a place from a day on, such as who needs a second factor."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from minzheng.kernel import catalogue, clock
from minzheng.kernel.audit import system
from minzheng.kernel.errors import MinzhengError
from minzheng.kernel.standards.actions import set_parameter


class Command(BaseCommand):
    """The same dated, local value as any other parameter, with its audit row."""

    help = (
        "设定登录规则：signin_rule second_factor staff --place 22/ --from 2026-12-01 --source 厅发〔2026〕1号"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("rule")
        parser.add_argument("value")
        parser.add_argument("--place", default="22/")
        parser.add_argument("--from", dest="from_on", default="")
        parser.add_argument("--source", default="平台运行单位设定")

    def handle(self, *_: Any, **given: Any) -> None:
        """Set it, or say why not."""
        key = f"signin.{given['rule']}"
        known = next((one for one in catalogue.current().written if one.key == key), None)
        if known is None:
            names = sorted(
                one.key.removeprefix("signin.")
                for one in catalogue.current().written
                if one.key.startswith("signin.")
            )
            raise CommandError(f"没有登录规则“{given['rule']}”。可以设定：{'、'.join(names)}。")
        try:
            day = date.fromisoformat(given["from_on"]) if given["from_on"] else clock.today()
            set_parameter(
                parameter=key, path=given["place"], from_on=day, value=given["value"], unit=known.unit,
                source=given["source"], confidence="assumption", by=system("signin_rule"),
            )  # fmt: skip
        except (MinzhengError, ValueError) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"已设定：{known.title}，{given['place']} 自 {day} 起为 {given['value']}。")
