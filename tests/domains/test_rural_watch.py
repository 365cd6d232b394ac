"""The rural department's list comes in whole, ends whom it no longer names, and is watched; ours goes out to it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date

import pytest

from minzheng.domains.assistance import rules
from minzheng.domains.assistance.models import PROFILES, RuralWatch
from minzheng.kernel import catalogue, clock, law
from minzheng.kernel.areas.paths import uid_of
from minzheng.kernel.audit import system
from minzheng.kernel.errors import NotAllowed, Refused
from minzheng.kernel.exchange.extracts.cleaning import cleaned
from minzheng.kernel.exchange.extracts.cycles import due
from minzheng.kernel.exchange.extracts.intake import correct, stage, take_in, undo
from minzheng.kernel.exchange.extracts.sending import acknowledge, export_changes
from minzheng.kernel.exchange.models import Intake
from minzheng.kernel.monitoring import actions as monitoring
from minzheng.kernel.monitoring import queries
from minzheng.kernel.monitoring.models import Alert, Hit
from minzheng.kernel.people.models import Household, Person
from minzheng.kernel.profiles.actions import keep
from tests.factories import cast, household, person
from tests.factories.cast import Cast
from tests.factories.events import tell
from tests.factories.people import a_number
from tests.factories.standings import standing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]
LIST, TOLD = "assistance.rural_list", "assistance.low_income_told"
LABELS = (
    "监测对象编号", "名单截止日期", "监测对象类别", "监测户编号", "姓名", "公民身份号码", "行政区划代码",
    "致贫返贫风险", "纳入监测日期", "风险消除日期",
)  # fmt: skip
KEY, LISTED, KIND, NAME, NUMBER, SINCE, UNTIL = 0, 1, 2, 4, 5, 8, 9


@pytest.fixture
def who() -> Iterator[Cast]:
    with clock.frozen(date(2026, 4, 10)):
        yield cast()


def a_line(n: int, who: Cast, one: Person | None = None) -> list[str]:
    """One person as the rural department writes it, known here or not."""
    name, number = (one.name, str(one.id_number)) if one else (f"测第{n}", a_number(birth=date(1960, 1, 1)))
    area = uid_of(who.seat.village)
    return [
        f"FP-{n:04d}",
        "2026-03-31",
        "边缘易致贫户",
        f"H{n:04d}",
        name,
        number,
        area,
        "因病",
        "2025-06-01",
        "",
    ]


def in_town(who: Cast) -> Household:
    """A household of the town that draws nothing: nobody would look at it but for the list."""
    return household(person(path=who.seat.village), path=who.seat.village, class_ur="urban")


def brought(who: Cast, lines: list[list[str]], *, extract: str = LIST) -> Intake:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([LABELS, *lines])
    found: Intake = stage(
        extract=extract, content=out.getvalue().encode(), filename="名单.csv", path=who.seat.county, by=who.verifier
    )  # fmt: skip
    return found


def states(intake: Intake) -> dict[str, int]:
    every = list(intake.lines.values_list("state", flat=True))
    return {state: every.count(state) for state in set(every)}


def watched() -> dict[str, int]:
    every = list(RuralWatch.objects.values_list("state", flat=True))
    return {state: every.count(state) for state in set(every)}


def next_period(lines: list[list[str]], day: str = "2026-06-30") -> list[list[str]]:
    return [[*line[:LISTED], day, *line[LISTED + 1 :]] for line in lines]


def test_a_list_comes_in_twice_without_a_second_entry_and_ends_whom_it_no_longer_names(who: Cast) -> None:
    home = in_town(who)
    head = home.memberships.get().person
    lines = [a_line(0, who, head), *(a_line(n, who) for n in range(1, 200))]
    lines[5][KIND], lines[6][NUMBER] = "贫困户", lines[6][NUMBER][:-1] + "A"
    lines[7][SINCE] = "2026-04-05"
    intake = brought(who, lines)
    wrong = {one.line: [each["field"] for each in one.errors] for one in intake.lines.filter(state="faulty")}
    assert wrong == {7: ["监测对象类别"], 8: ["公民身份号码"], 9: ["纳入监测日期"]}
    assert not RuralWatch.objects.exists()
    take_in(intake=intake, only_good=True, by=who.verifier)
    for at, cells in (
        (7, {"kind": "1"}),
        (8, {"id_number": a_number(birth=date(1961, 1, 1))}),
        (9, {"from_on": "2026-03-05"}),
    ):
        assert correct(line=intake.lines.get(line=at), cells=cells, by=who.verifier).state == "good"
    take_in(intake=intake, by=who.verifier)
    kept = RuralWatch.objects.get(key="FP-0000")
    assert (kept.person, kept.household, kept.get_kind_display()) == (head, home, "边缘易致贫户")
    assert watched() == {"watched": 200}

    lines[5][KIND], lines[6][NUMBER] = "1", str(RuralWatch.objects.get(key="FP-0006").id_number)
    lines[7][SINCE] = "2026-03-05"
    again = brought(who, lines)
    assert states(again) == {"same": 200}
    take_in(intake=again, by=who.verifier)
    assert watched() == {"watched": 200}

    with clock.frozen(date(2026, 7, 3)):
        later = next_period(lines[2:])
        later[0][UNTIL] = "2026-05-20"
        later[1][KIND] = "没有这一类"
        second = brought(who, later)
        take_in(intake=second, only_good=True, by=who.verifier)
        # Who is on a faulty line may still be on the list: nobody ends before the list is whole.
        assert watched() == {"watched": 199, "removed": 1}
        correct(line=second.lines.get(line=3), cells={"kind": "3"}, by=who.verifier)
        take_in(intake=second, by=who.verifier)
        assert watched() == {"watched": 197, "removed": 1, "left": 2}
        gone = RuralWatch.objects.get(key="FP-0000")
        assert (gone.until_on, gone.closed_by) == (date(2026, 6, 30), second.number)
        assert RuralWatch.objects.get(key="FP-0002").until_on == date(2026, 5, 20)
        with pytest.raises(Refused, match="请先撤销那个批次"):
            undo(intake=intake, reason="导错", by=who.verifier)
        old = brought(who, lines[2:4])
        assert {one.errors[0]["what"] for one in old.lines.all()} == {"早于已入库的名单"}
        undo(intake=second, reason="地区不全", by=who.verifier)
        assert watched() == {"watched": 200}
        # A file of changes names only some, and ends nobody else.
        changes = [["处理", *LABELS], ["变更", *next_period(lines[3:4])[0]]]
        out = io.StringIO(newline="")
        csv.writer(out).writerows(changes)
        partly = stage(extract=LIST, content=out.getvalue().encode(), filename="变更.csv", path=who.seat.county,
                       by=who.verifier)  # fmt: skip
        take_in(intake=partly, by=who.verifier)
        assert watched() == {"watched": 200}


def test_somebody_who_left_may_come_again_and_taking_that_back_leaves_them_gone(who: Cast) -> None:
    lines = [a_line(n, who) for n in range(3)]
    twice = [*lines, a_line(3, who)]
    twice[3][NUMBER] = twice[2][NUMBER]
    assert states(brought(who, twice)) == {"good": 2, "faulty": 2}  # one person under two keys
    take_in(intake=brought(who, lines), by=who.verifier)
    with clock.frozen(date(2026, 7, 3)):
        take_in(intake=brought(who, next_period(lines[1:])), by=who.verifier)
    with clock.frozen(date(2026, 10, 3)):
        back = brought(who, next_period(lines, "2026-09-30"))
        take_in(intake=back, by=who.verifier)
        assert watched() == {"watched": 3}
        undo(intake=back, reason="名单有误", by=who.verifier)
        left = RuralWatch.objects.get(state="left")
        assert (left.key, left.until_on, watched()["watched"]) == ("FP-0000", date(2026, 6, 30), 2)


def test_who_is_on_the_list_is_warned_of_and_stands_in_the_chain_and_in_the_fifth_class(who: Cast) -> None:
    listed, other = in_town(who), in_town(who)
    head = listed.memberships.get().person
    for home in (listed, other):
        one = home.memberships.get().person
        told = rules.from_form(law.Facts(
            household={"class_ur": "urban", "housing": "own", "rigid_medical": 12_000_00},
            persons=[{"relation": "self", "birth": one.birth, "sex": "male", "wage": 5_000_00, "lives_together": True}],
        ))  # fmt: skip
        keep(profiles=PROFILES, household=home, facts=told, persons=[one], as_of=date(2026, 3, 1), source="试",
             by=system("monitoring"))  # fmt: skip
    intake = brought(who, [a_line(0, who, head)])
    take_in(intake=intake, by=who.verifier)
    profile = PROFILES.household_model._default_manager.get(pk=listed.pk)
    assert profile.monitored  # what the law's class L5 is told by
    for home in (listed, other):
        tell(home.memberships.get().person, "disaster", date(2026, 4, 2), source="emergency")
    monitoring.sweep(monitor="assistance.low_income", path=who.seat.county, by=system("monitoring"))
    assert set(Hit.objects.values_list("household_id", "rule")) == {(listed.pk, "M1"), (listed.pk, "M5")}
    alert = Alert.objects.get()
    assert (alert.urgent, alert.state) == (True, "open")
    assert "纳入防返贫监测" in [one.title for one in queries.chain_of(listed)]
    undo(intake=intake, reason="导错", by=who.verifier)
    profile.refresh_from_db()
    assert not profile.monitored


def test_ours_goes_out_with_receipts_and_each_list_is_due_by_the_agreed_interval(who: Cast) -> None:
    standing(path=who.seat.village)
    ending = standing(path=who.seat.village, low_income_class="L3")
    assert {(one.label, one.last) for one in due(who.verifier)} == {
        ("防返贫监测对象名单", None), ("低收入人口名单（送乡村振兴部门）", None)
    }  # fmt: skip
    with pytest.raises(NotAllowed):
        export_changes(extract=TOLD, path=who.seat.county, by=who.county_approver)
    with pytest.raises(Refused, match="只导入"):
        export_changes(extract=LIST, path=who.seat.county, by=who.verifier)
    with pytest.raises(Refused, match="只送出"):
        brought(who, [a_line(0, who)], extract=TOLD)
    out = export_changes(extract=TOLD, path=who.seat.county, by=who.verifier)
    assert (out.new, out.changed, out.ended) == (2, 0, 0)
    shape = catalogue.current().extracts[TOLD].item
    for line in out.lines.all():  # it reads back clean, and says nothing of money
        row, wrong = cleaned(shape, line.cells, areas=[line.cells["area"]])
        assert (wrong, row["class"] in ("L2", "L3"), "amount" in line.cells) == ([], True, False)
    said = [
        ["回执号", "行号", "记录编号", "结果", "原因"],
        *(["HZ1", "1", one.key, "接收", ""] for one in out.lines.all()),
    ]
    receipt = "\n".join(",".join(row) for row in said).encode()
    assert acknowledge(out=out, content=receipt, by=who.verifier).receipt == "HZ1"
    take_in(intake=brought(who, [a_line(0, who)]), by=who.verifier)
    assert list(due(who.verifier)) == []
    with clock.frozen(date(2026, 7, 11)):
        assert {(one.months, one.last) for one in due(who.verifier)} == {(3, date(2026, 4, 10))}
        type(ending).objects.filter(pk=ending.pk).update(state="ended", ended_on=date(2026, 6, 1))
        later = export_changes(extract=TOLD, path=who.seat.county, by=who.verifier)
        assert (later.new, later.changed, later.ended) == (0, 0, 1)
