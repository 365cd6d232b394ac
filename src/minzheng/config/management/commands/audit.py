"""manage audit verify | link | anchor: the chain of the audit proved, brought up to date, written to a file."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection, transaction

from minzheng.kernel import clock
from minzheng.kernel.audit import anchoring, linking, verifying

_NAMED = 20


class Command(BaseCommand):
    """Ends with 1 where the chain is broken, so that a nightly job can tell."""

    help = "核验审计链：逐环重算，并与每日锚定文件核对，指出第一处断裂"

    def add_arguments(self, parser: CommandParser) -> None:
        """What is to be done, and where the files of each day lie."""
        parser.add_argument(
            "what", choices=["verify", "link", "anchor"], help="verify 核验；link 入链；anchor 锚定"
        )
        parser.add_argument("--anchors", type=Path, help="锚定文件所在目录（默认 MINZHENG_ANCHORS）")
        parser.add_argument("--json", action="store_true", help="输出 JSON")

    def handle(self, *_: Any, what: str, anchors: Path | None, json: bool, **__: Any) -> None:
        """One of the three."""
        if what == "verify":
            self._verify(anchors, as_json=json)
            return
        linked = linking.link()
        self.stdout.write(f"新入链 {linked} 条。")
        if what == "anchor":
            path = anchoring.anchor(clock.today())
            self.stdout.write(f"锚定文件：{path}" if path else "链还是空的，没有写锚定文件。")

    def _verify(self, anchors: Path | None, *, as_json: bool) -> None:
        # One snapshot: rows and links of one instant, whatever is written meanwhile.
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            proof = verifying.prove(cursor, anchoring.anchors(anchors))
        if as_json:
            told = asdict(proof) | {"head": proof.head.hex(), "whole": proof.whole}
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))
        else:
            self._tell(proof)
        if not proof.whole:
            sys.exit(1)

    def _tell(self, proof: verifying.Proof) -> None:
        self.stdout.write(f"核对 {proof.links} 环、{proof.anchors} 个锚定文件，等待入链 {proof.waiting} 条。")
        self.stdout.write(f"链头 {proof.head.hex()}")
        for one in proof.breaks[:_NAMED]:
            self.stdout.write(f"断裂  {one}")
        if len(proof.breaks) > _NAMED:
            self.stdout.write(f"      另有 {len(proof.breaks) - _NAMED} 处")
        self.stdout.write(
            "核验通过：审计链完整。" if proof.whole
            else "审计链不完整。请保护现场：不要修改数据库，报告安全管理员，并取出异地的锚定文件和备份比对。"
        )  # fmt: skip
