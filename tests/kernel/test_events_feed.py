"""Events of other offices come over their signed line, page by page; a run that stopped goes on where it was."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from minzheng.config.departments import happenings
from minzheng.kernel import clock
from minzheng.kernel.events import feeding, registering, tasks
from minzheng.kernel.events.models import Feed, LifeEvent, Report, Unplaced
from minzheng.kernel.people.models import Person
from tests.factories import NEXT_COUNTY, cast, person
from tests.factories.departments import Departments, running

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]
DAY = date(2026, 3, 2)


@pytest.fixture
def line(tmp_path: Any, settings: Any) -> Iterator[Departments]:
    """Departments of this test's own: what happened in one test is not known in the next."""
    with running(tmp_path) as process, clock.frozen(date(2026, 3, 10)):
        settings.MINZHENG_DEPARTMENTS = process.address
        settings.MINZHENG_EXCHANGE_KEY = "a key that only the tests and their departments share"
        cast()
        yield process


def happened(line: Departments, who: Person | str, kind: str, reference: str, **more: Any) -> None:
    number = who if isinstance(who, str) else str(who.id_number)
    source, day = more.pop("source", "police"), more.pop("day", DAY)
    happenings.happened(source, number, kind, day, reference=reference, detail=more, data=line.data)


def test_what_other_offices_report_becomes_events(line: Departments) -> None:
    dead, moved, married = person(), person(), person()
    happened(line, dead, "death", "GA-1")
    happened(line, dead, "death", "WJ-1", source="health")
    happened(line, moved, "hukou_move", "GA-2", to="220183103201", whole_household=True)
    happened(line, married, "marriage", "HY-1", source="registry")
    tasks.fetch.func(0)
    found = {one.person: one for one in LifeEvent.objects.all()}
    assert {one.kind for one in found.values()} == {"death", "hukou_move", "marriage"}
    assert found[dead].reports.count() == 2
    assert (found[moved].to_path, found[moved].detail["whole_household"]) == (NEXT_COUNTY.village, True)
    assert {one.state for one in found.values()} == {"confirmed"}
    assert Feed.objects.get(source="police").cursor == 3
    tasks.fetch.func(0)
    assert (LifeEvent.objects.count(), Report.objects.count()) == (3, 4)


def test_page_by_page_and_from_where_it_stopped(line: Departments, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeding, "PAGE", 3)
    people = [person() for _ in range(8)]
    for n, who in enumerate(people):
        happened(line, who, "death", f"GA-{n}")
    real, seen = registering.report, []

    def killed_at_the_fifth(**given: Any) -> LifeEvent:
        seen.append(given)
        if len(seen) == 5:
            raise KeyboardInterrupt
        return real(**given)

    with monkeypatch.context() as at:
        at.setattr(feeding, "report", killed_at_the_fifth)
        with pytest.raises(KeyboardInterrupt):
            feeding.fetch("police")
    assert (Feed.objects.get().cursor, LifeEvent.objects.count()) == (3, 4)
    assert feeding.fetch("police") == 5
    assert (LifeEvent.objects.count(), Report.objects.count(), Feed.objects.get().cursor) == (8, 8, 8)
    assert feeding.fetch("police") == 0


def test_what_cannot_be_registered_is_kept_with_the_reason_and_holds_up_nothing(line: Departments) -> None:
    who = person()
    happened(line, "222190197003050019", "death", "GA-1")
    happened(line, who, "party", "GA-2")
    happened(line, who, "death", "GA-3", day="2026-02-31")
    happened(line, who, "hukou_move", "GA-4", to="999999999999")
    happened(line, who, "death", "GA-5")
    tasks.fetch.func(0)
    tasks.fetch.func(0)
    assert dict(Unplaced.objects.values_list("reference", "reason")) == {
        "GA-1": "本平台没有此人的档案。", "GA-2": "没有这类生活事件。请从列表中选择。",
        "GA-3": "来源给出的日期不对。", "GA-4": "迁入地的区划代码不在本省现行区划中。",
    }  # fmt: skip
    assert LifeEvent.objects.get().person == who
    feed = Feed.objects.get(source="police")
    assert (feed.cursor, feed.taken, feed.error) == (5, 1, "")


@pytest.mark.parametrize("fault", ["down", "malformed", "forged", "refused", "wrong"])
def test_a_source_that_fails_is_noted_and_asked_again_from_the_same_place(
    line: Departments, fault: str
) -> None:
    who = person()
    happened(line, who, "death", "GA-1")
    line.fault("police", fault)
    assert feeding.fetch("police") == 0
    feed = Feed.objects.get()
    assert (feed.cursor, LifeEvent.objects.count()) == (0, 0)
    assert feed.error.endswith("下次从同一处再取。")
    line.fault("police", "")
    assert feeding.fetch("police") == 1
    feed.refresh_from_db()
    assert (feed.error, feed.cursor) == ("", 1)


def test_nobody_is_told_without_a_signature_and_a_purpose(line: Departments) -> None:
    asked = {"since": 0, "limit": 10, "purpose": "events.feed", "request_id": "r"}
    assert line.post("/events/police", asked, headers={})[0] == 401
    assert line.post("/events/police", asked)[0] == 200
    assert line.post("/events/police", asked | {"purpose": " "})[0] == 403
    for wrong in ({"since": -1}, {"limit": 0}, {"limit": 10**6}, {"since": "1"}, {"request_id": ""}):
        assert line.post("/events/police", asked | wrong)[0] == 400
    assert line.post("/events/village", asked)[0] == 404
