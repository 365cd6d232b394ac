"""manage link_file: a department's file (CSV) linked to the people on file, here or on a cluster."""

from __future__ import annotations

import csv
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from minzheng.kernel.areas.queries import in_force
from minzheng.kernel.audit import system
from minzheng.kernel.errors import MinzhengError
from minzheng.kernel.linkage import actions, frames
from minzheng.kernel.linkage.models import Incoming

__all__ = ["Command"]

COLUMNS = {
    "公民身份号码": "number", "姓名": "name", "性别": "sex", "出生日期": "birth", "区划代码": "place",
    "联系电话": "phone",
}  # fmt: skip
_SEX = {"男": "1", "女": "2"}


class Command(BaseCommand):
    """Here, unless ``--into`` hands it to a cluster; ``--results`` brings the cluster's links back."""

    help = "把外部门名单（CSV）与人员档案比对；大名单可用 --into 交给 Spark 集群，再用 --results 收回结果"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", help=f"CSV，UTF-8，列名：{'、'.join(COLUMNS)}")
        parser.add_argument("--source", default="", help="名单来源，如 省残联")
        parser.add_argument("--purpose", default="", help="用途，如 重残人员比对")
        parser.add_argument("--path", default="22/", help="管辖路径（22/）")
        parser.add_argument("--into", type=Path, help="不在本机比对，写出集群所需文件的空目录")
        parser.add_argument("--results", type=Path, help="集群写出的结果目录；须同时给出 --number")
        parser.add_argument("--number", type=int, help="交集群时告知的名单号")

    def handle(self, *_: Any, **options: Any) -> None:
        """Link, hand out or take in; then how many by which way."""
        try:
            made = self._taken_in(**options) if options["results"] else self._begun(**options)
        except MinzhengError as error:
            raise CommandError(error.message) from error
        if options["into"]:
            self.stdout.write(
                f"第{made.pk}号名单：{made.subjects}行已写入 {options['into']}，其中有公民身份号码，用后请销毁。"
            )
            return
        self.stdout.write(
            f"第{made.pk}号名单：{made.subjects}行，凭号码{made.by_number}，凭比对{made.by_score}，存疑{made.unsure}"
            + ("（由数据管理员在“一人一档”中核对）。" if made.unsure else "。")
        )

    def _begun(
        self, file: Path | None, source: str, purpose: str, path: str, into: Path | None, **_: Any
    ) -> Incoming:
        if file is None or not source or not purpose:
            raise CommandError("请给出名单文件、--source（来源）和 --purpose（用途）。")
        said, by = {"source": source, "purpose": purpose, "path": path}, system("link_file")
        if into:
            return actions.hand_out(rows=_rows(file), into=into, by=by, **said)
        return actions.link_file(subjects=frames.told(_rows(file)), by=by, **said)

    def _taken_in(self, results: Path, number: int | None, file: Path | None, **_: Any) -> Incoming:
        made = Incoming.objects.filter(pk=number).first()
        if made is None:
            raise CommandError("没有这个名单号。请用 --number 给出交集群时告知的名单号。")
        subjects = frames.told(_rows(file)) if file else None
        return actions.take_in(made=made, results=results, subjects=subjects, by=system("link_file"))


def _rows(file: Path) -> Iterator[tuple[Any, ...]]:
    """Rows of ``frames.RAW``, numbered from 0 in the order of the file; a place unknown today says nothing."""
    paths = dict(in_force().values_list("code", "path"))
    with file.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        if missing := [name for name in COLUMNS if name not in (reader.fieldnames or ())]:
            raise CommandError(f"名单缺少列：{'、'.join(missing)}。请补齐列名；没有内容的列可以留空。")
        for at, line in enumerate(reader):
            one = {code: (line[name] or "").strip() for name, code in COLUMNS.items()}
            where = paths.get(one["place"].ljust(12, "0")) if one["place"] else None
            sex = _SEX.get(one["sex"], one["sex"])
            yield at, one["number"], one["name"], sex, one["birth"], where, one["phone"]
