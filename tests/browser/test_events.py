"""A death reported in the village, contradicted by the hospital, decided, carried out and withdrawn, by hand."""

from __future__ import annotations

from datetime import timedelta

from minzheng.kernel.clock import Month
from minzheng.kernel.events.models import FollowUp, LifeEvent
from tests.browser.driving import Driver
from tests.browser.looking import Eyes
from tests.factories.events import carried_out, on_dibao, on_tekun, tell
from tests.journeys.stage import Stage

HOME = "/desk/events/"


def enter(stage: Stage, who: object) -> Driver:
    """At the desk, by browser."""
    found = stage.enter(who)  # type: ignore[arg-type]
    assert isinstance(found, Driver)
    return found


def test_a_death_from_the_village_to_the_counter_action(stage: Stage, eyes: Eyes) -> None:
    with stage.now():
        today = stage.at.date()
        month = Month.of(today).previous
        row, home = on_tekun(stage.who, from_month=month), on_dibao(stage.who, from_month=month)
    village, county, clerk = (
        enter(stage, who) for who in (stage.who.coordinator, stage.who.county_approver, stage.who.clerk)
    )
    for empty in ("", "todo/", "new/"):
        village.go(f"{HOME}{empty}")
    village.press("查找", {"find-number": "222190197003050019"}, expect=400)
    village.press("查找", {"find-number": str(row.person.id_number)})
    village.press("登记", expect=400)
    day = today - timedelta(days=2)
    village.press(
        "登记", {"tell-kind": "death", "tell-day": day.isoformat(), "tell-words": "家属告知，已办理丧事"}
    )
    event = LifeEvent.objects.get()
    with stage.now():
        tell(row.person, "death", today - timedelta(days=1), source="health")
    county.go(HOME)
    county.go(f"{HOME}{event.pk}/")
    assert "裁定前不办理任何事项" in county.words
    county.press("核实并办理", expect=400)
    report = str(event.reports.get(source="health").pk)
    county.press("核实并办理", {"decide-report": report, "decide-reason": "见死亡医学证明"})
    with stage.now():
        carried_out(event)
    county.go(f"{HOME}{event.pk}/?seen=done")
    assert "终止特困人员救助供养：已办理" in county.words
    county.press("撤销事件", {"withdraw-reason": "同名他人"})
    with stage.now():
        carried_out(event)
        carried_out(tell(home.covered.exclude(person=home.payee).get().person, "death", today))
    county.go(f"{HOME}{event.pk}/")
    assert "台账已恢复" in county.words
    one = FollowUp.objects.get(state="open")
    clerk.go(f"{HOME}todo/")
    clerk.go(f"{HOME}todo/{one.pk}/")
    clerk.press("发起低保复核")
    clerk.go(f"{HOME}todo/{one.pk}/")
    clerk.press("登记办理情况", {"finish-words": "已发起复核"})
    assert eyes.wrong == []
