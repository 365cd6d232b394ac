"""A department's list of events comes in row by row; the county decides; brought by mistake, it is taken back."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date

import pytest

from minzheng.kernel import catalogue, clock
from minzheng.kernel.errors import Refused
from minzheng.kernel.events import actions
from minzheng.kernel.events.models import LifeEvent, Report
from minzheng.kernel.exchange.extracts.intake import stage, take_in, undo
from minzheng.kernel.exchange.models import Intake
from minzheng.kernel.people.models import Person
from minzheng.kernel.standards.models import ParameterRow
from tests.factories import NEXT_COUNTY, cast, person
from tests.factories.cast import Cast
from tests.factories.events import carried_out, tell

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]
CODE = "assistance.life_events"


@pytest.fixture
def who() -> Iterator[Cast]:
    with clock.frozen(date(2026, 4, 10)):
        yield cast()


def a_row(
    key: str, one: Person, kind: str = "死亡", source: str = "殡葬服务机构", **more: str
) -> dict[str, str]:
    return {
        "key": key, "source": source, "kind": kind, "name": one.name, "id_number": str(one.id_number),
        "day": "2026-04-02", **more,
    }  # fmt: skip


def brought(who: Cast, *rows: dict[str, str]) -> Intake:
    fields = catalogue.current().extracts[CODE].item.fields
    out = io.StringIO(newline="")
    csv.writer(out).writerows([
        [one.label for one in fields], *([row.get(one.code, "") for one in fields] for row in rows)
    ])  # fmt: skip
    made: Intake = stage(
        extract=CODE, content=out.getvalue().encode("utf-8-sig"), filename="火化名单.csv", path=who.seat.county,
        by=who.verifier,
    )  # fmt: skip
    return made


def test_a_list_waits_for_the_county_and_meets_what_the_line_reports(who: Cast) -> None:
    dead, moved, certified = (person(path=who.seat.village) for _ in range(3))
    rows = [
        a_row("HH-1", dead),
        a_row("HK-1", moved, "户籍迁移", "公安户籍", to="220183103201", whole="是"),
        a_row("CL-1", certified, "新领残疾人证", "残联", category="肢体", grade="二级"),
    ]
    first = take_in(intake=brought(who, *rows), by=who.verifier)
    assert first.lines.filter(state="taken").count() == 3
    found = {one.person: one for one in LifeEvent.objects.all()}
    assert {one.state for one in found.values()} == {"reported"}
    assert found[moved].detail == {"to_path": NEXT_COUNTY.village, "whole_household": True}
    assert found[certified].detail == {"category": "4", "grade": "2"}
    # The police report the same death over their line: one event, and now it takes effect.
    event = carried_out(tell(dead, "death", date(2026, 4, 2)))
    assert (event.pk, event.state, event.reports.count()) == (found[dead].pk, "carried_out", 2)
    again = brought(who, *rows, a_row("HH-2", person(path=who.seat.village)))
    assert set(again.lines.values_list("key", "state")) == {
        ("HH-1", "same"), ("HK-1", "same"), ("CL-1", "same"), ("HH-2", "good"),
    }  # fmt: skip
    take_in(intake=again, by=who.verifier)
    assert Report.objects.count() == 5
    # Taken back: what only the list says was never said; what others say too, or the county has decided, stays.
    undo(intake=again, reason="名单有误", by=who.verifier)
    undo(intake=first, reason="名单有误", by=who.verifier)
    states = dict(Report.objects.values_list("reference", "event__state"))
    assert {states[key] for key in ("HH-2", "HK-1", "CL-1")} == {"withdrawn"}
    assert states["HH-1"] == "carried_out"
    third = take_in(intake=brought(who, a_row("HH-3", moved)), by=who.verifier)
    event = LifeEvent.objects.get(person=moved, kind="death")
    actions.decide(event=event, report=event.reports.get(), reason="属实", by=who.county_approver)
    with pytest.raises(Refused, match="已核实办理"):
        undo(intake=third, reason="名单有误", by=who.verifier)


def test_what_a_row_cannot_say_is_told_in_its_place(who: Cast) -> None:
    here, elsewhere = person(path=who.seat.village), person(path=NEXT_COUNTY.village)
    gone = tell(person(path=who.seat.village), "death", date(2026, 4, 2), source="funeral", reference="HH-9")
    actions.withdraw(event=gone, reason="同名他人", by=who.county_approver)
    wrong = brought(
        who, a_row("1", elsewhere), a_row("2", here) | {"name": "别人"}, a_row("3", here, source="不动产登记"),
        a_row("4", here, "户籍迁移", "公安户籍"), a_row("5", here) | {"day": "2026-05-01"},
        a_row("HH-9", gone.person), a_row("7", here, "户籍迁移", "公安户籍", to="999999999999"),
    )  # fmt: skip
    told = {one.key: (one.errors[0]["field"], one.errors[0]["what"]) for one in wrong.lines.all()}
    assert told == {
        "1": ("公民身份号码", "管辖范围内没有这个号码的档案"), "2": ("姓名", "与本平台该号码登记的姓名不同"),
        "3": ("来源单位", "不能登记"), "4": ("迁入地区划代码", "不能登记"), "5": ("发生日期", "不能登记"),
        "HH-9": ("来源编号", "该编号登记的事件已被撤销"), "7": ("迁入地区划代码", "不在本省现行区划中"),
    }  # fmt: skip


def test_a_place_may_let_a_trusted_source_s_list_stand(who: Cast) -> None:
    ParameterRow.objects.create(
        key="events.trust.list", path=who.seat.county, from_on=date(2026, 4, 1), value="at_once", source="县文件",
        confidence="common", unit="code",
    )  # fmt: skip
    one = person(path=who.seat.village)
    take_in(intake=brought(who, a_row("HH-1", one)), by=who.verifier)
    assert LifeEvent.objects.get().state == "confirmed"
