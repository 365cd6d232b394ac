"""manage ledger verify [--no-contents] [--json]: every check of the ledger, what it proves, and what is wrong."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from minzheng.kernel.ledger.proof import Examined, examine

# So many rows of one check are named; the rest is counted.
_NAMED = 20


class Command(BaseCommand):
    """Ends with 1 where anything is wrong, so that a nightly job can tell."""

    help = "核验账簿：逐项检查，说明证明了什么、哪里不一致"

    def add_arguments(self, parser: CommandParser) -> None:
        """What is to be done, and how it is told."""
        parser.add_argument("what", choices=["verify"], help="verify：核验账簿")
        parser.add_argument("--no-contents", action="store_true", help="不重新计算批次的内容摘要（较快）")
        parser.add_argument("--json", action="store_true", help="输出 JSON")

    def handle(self, *_: Any, no_contents: bool, json: bool, **__: Any) -> None:
        """One line a check as soon as it is made; what contradicts it stands beneath."""
        checks = examine(contents=not no_contents)
        wrong = self._as_json(list(checks)) if json else sum(self._told(one) for one in checks)
        if not json:
            self.stdout.write(
                f"不一致 {wrong} 处。请报告资金主管，在查明以前不要继续发放。"
                if wrong
                else "核验通过：没有任何不一致。"
            )
        if wrong:
            sys.exit(1)

    def _told(self, one: Examined) -> int:
        self.stdout.write(f"{'不一致' if one.subjects else 'OK　　'}  {one.proves}（{one.code}）")
        for subject in one.subjects[:_NAMED]:
            self.stdout.write(f"          {one.message}：{subject}")
        if len(one.subjects) > _NAMED:
            self.stdout.write(f"          另有 {len(one.subjects) - _NAMED} 处")
        return len(one.subjects)

    def _as_json(self, checks: list[Examined]) -> int:
        wrong = sum(len(one.subjects) for one in checks)
        told = {"ok": not wrong, "checks": [asdict(one) for one in checks]}
        self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))
        return wrong
