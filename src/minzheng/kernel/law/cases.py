"""Worked cases: test, manual and training set in one file, in the words of the application form.

The same file runs through the rules here and through the whole procedure elsewhere, and both must agree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from minzheng.kernel.errors import Refused
from minzheng.kernel.law import reading
from minzheng.kernel.law.facts import Facts, filled
from minzheng.kernel.law.language import Entity
from minzheng.kernel.law.parameters import Parameters, Value, parse
from minzheng.kernel.law.units import Kind

__all__ = ["Case", "differences", "load"]


@dataclass(frozen=True, slots=True)
class Case:
    """One household on one day in one place, and what must come out."""

    id: str
    title: str
    day: date
    place: str
    household: Mapping[str, Any]
    members: Sequence[Mapping[str, Any]]
    parameters: Mapping[str, Any]
    events: Mapping[str, Any]
    expect: Mapping[str, Any]
    file: str

    def facts(self, household: Entity) -> Facts:
        """The facts as the signed form gives them: an omitted line means what the form says it means."""
        home = self._exact(self.household, household)
        members = household.members
        persons = [row if members is None else self._exact(row, members) for row in self.members]
        return filled(Facts(home, tuple(persons)), household)

    def _exact(self, row: Mapping[str, Any], entity: Entity) -> Mapping[str, Any]:
        """A ratio is written as text, "0.034", and read as an exact fraction."""
        ratios = {name for name, fact in entity.facts.items() if fact.kind is Kind.RATIO}
        return {
            name: parse(value, unit="ratio", where=f"{self.id} {name}")
            if name in ratios and value is not None
            else value
            for name, value in row.items()
        }

    def over(self, base: Parameters) -> Parameters:
        """The parameters with the values this case sets for its place."""
        return base.overridden(
            Value(
                key=key,
                place=self.place,
                from_=date(1949, 10, 1),
                until=None,
                value=raw,
                unit=base.unit(key),
                source=f"算例 {self.id}",
                confidence="assumption",
                title=base.title(key),
            )
            for key, raw in self.parameters.items()
        )


def load(*paths: Path) -> list[Case]:
    """The cases of the files, in order; an id stands once."""
    cases: list[Case] = []
    for path in paths:
        rows = reading.read_file(path)
        if not isinstance(rows, list):
            raise Refused("yaml_shape", f"{path.name}：算例写成列表，每例以“- id:”开头。")
        for row in rows:
            one = _case(row, file=path.name)
            if any(other.id == one.id for other in cases):
                raise Refused("case_repeated", f"{path.name}：编号 {one.id} 用了两次。请改一个。")
            cases.append(one)
    return cases


def _case(row: Any, *, file: str) -> Case:
    where = f"{file} 算例 {row.get('id', '?') if isinstance(row, dict) else '?'}"
    optional = ["household", "members", "parameters", "events"]
    row = reading.only_keys(
        row, required=["id", "case", "day", "place", "expect"], optional=optional, where=where
    )
    if type(row["day"]) is not date or not isinstance(row["place"], str):
        raise Refused("yaml_shape", f'{where}：day 写成日期，place 写成带引号的路径，如 "22/2201/220102/"。')
    return Case(
        id=row["id"],
        title=row["case"],
        day=row["day"],
        place=row["place"],
        household=row.get("household") or {},
        members=row.get("members") or [],
        parameters=row.get("parameters") or {},
        events=row.get("events") or {},
        expect=row["expect"],
        file=file,
    )


def differences(case: Case, answers: Mapping[str, Any]) -> list[str]:
    """Where the answers are not what the case expects, one sentence each; empty if they agree."""
    found = []
    for name, expected in case.expect.items():
        if name not in answers:
            found.append(f"{case.id}：没有“{name}”这个结果。可核对：{'、'.join(answers)}。")
        elif answers[name] != expected or isinstance(answers[name], bool) is not isinstance(expected, bool):
            found.append(f"{case.id}：{name} 应为 {expected!r}，得到 {answers[name]!r}。")
    return found
