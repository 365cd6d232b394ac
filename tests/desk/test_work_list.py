"""The work list remembered, claimed, handed over and done in bulk; what is late below; search and the bell."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from minzheng.kernel import clock
from minzheng.kernel.access.models import Remembered
from minzheng.kernel.areas.spelling import spell_person
from minzheng.kernel.audit import system
from minzheng.kernel.casework import claiming, pausing, urging
from minzheng.kernel.casework.models import Case, Task
from minzheng.kernel.casework.supervising import press_overdue, remind_paused
from minzheng.kernel.casework.taking import take
from minzheng.kernel.errors import NotAllowed, NotFound, Refused, Stale
from minzheng.kernel.notices.models import OfficeNotice
from tests.desk.pages import Officer, officer
from tests.factories.cast import staff, user_of
from tests.factories.walk import Walk

HOME, BULK = "/desk/", "/desk/bulk/"


def _bulk(window: Officer, task: Task, what: str, **more: str) -> str:
    form = window.form(HOME, "bulk")
    sent = window.client.post(BULK, form.fields | {"task": str(task.pk), "do": what, **more})
    assert sent.status_code == 200
    return sent.content.decode()


def test_a_step_is_claimed_handed_over_and_done_by_whoever_has_it(walk: Walk) -> None:
    walk.apply()
    task = Task.objects.get(case=walk.case, state=Task.State.OPEN)
    clerk = officer(walk.who.clerk)
    colleague = staff("clerk", at=walk.who.seat.township, name="金受理")
    assert "完成" in _bulk(clerk, task, "claim")
    assert f'value="{task.pk}"' not in clerk.open(f"{HOME}?who=free")
    # The next day begins with the list as it was left; one press shows all of it again.
    assert "按您上次的条件筛选" in clerk.open(HOME)
    assert f'value="{task.pk}"' in clerk.open(f"{HOME}?who=mine")
    assert "按您上次的条件筛选" not in clerk.open(f"{HOME}?all=1")
    assert "已由王受理领取" in _bulk(officer(colleague), task, "claim")
    assert "须逐件办理" in _bulk(clerk, task, "accept:accept")
    assert "完成" in _bulk(clerk, task, "hand_over", to=str(colleague.user_id))
    task.refresh_from_db()
    assert task.claimed_by == colleague.id
    assert officer(colleague).client.get("/desk/bell/count/").json()["count"] == 2
    assert "王受理交办：受理" in officer(colleague).open("/desk/bell/")
    assert officer(colleague).client.get("/desk/bell/count/").json()["count"] == 0
    with pytest.raises(Refused):
        claiming.let_go(task.pk, by=walk.who.clerk)
    assert claiming.let_go(task.pk, by=colleague).claimed_by == ""
    for wrong, why in ((walk.who.payer, NotAllowed), (walk.who.stranger, NotFound)):
        with pytest.raises(why):
            claiming.claim(task.pk, by=wrong)
    with pytest.raises(NotAllowed):
        claiming.hand_over(task.pk, to=user_of(walk.who.payer).pk, by=walk.who.clerk)
    take(task.pk, outcome="decline", reason="不在本乡镇", by=walk.who.clerk)
    with pytest.raises(Stale):
        claiming.claim(task.pk, by=walk.who.clerk)


def test_only_what_a_step_declares_safe_is_done_to_many_and_each_is_told(walk: Walk) -> None:
    for step in (walk.apply, walk.accept, walk.investigate, walk.verify, walk.assess, walk.panel):
        step()
    task, last, clerk = walk.task("post"), walk.post(), officer(walk.who.clerk)
    assert "村级公示：公示期满" in clerk.open(HOME)
    assert "没有办成" in _bulk(clerk, task, "post:done")
    assert "须逐件办理" in _bulk(clerk, task, "post:return")
    with clock.frozen(last + timedelta(days=1)):
        form = clerk.form(HOME, "bulk")
        for _ in range(2):  # a double click, or the back button
            sent = clerk.client.post(BULK, form.fields | {"task": str(task.pk), "do": "post:done"})
        assert "已由他人办理" in sent.content.decode()
    task.refresh_from_db()
    assert task.state == Task.State.DONE


def test_what_turns_red_is_urged_once_by_itself_and_stands_before_the_level_above(walk: Walk) -> None:
    walk.apply()
    task = Task.objects.get(case=walk.case, state=Task.State.OPEN)
    assert task.due_on is not None
    county = officer(walk.who.county_approver)
    assert "没有超期的环节" in county.open("/desk/overdue/")
    with clock.frozen(task.due_on + timedelta(days=1)):
        assert press_overdue(on=clock.today(), by=system("nightly")) == 1
        assert press_overdue(on=clock.today(), by=system("nightly")) == 0
        task.refresh_from_db()
        assert (task.urged_times, task.urged_by_name) == (1, "系统")
        assert OfficeNotice.objects.filter(path=walk.who.seat.county, title="超期督办").count() == 1
        assert "催办" in officer(walk.who.clerk).open("/desk/bell/")
        form = county.form("/desk/overdue/", "bulk")
        again = county.client.post(BULK, form.fields | {"task": str(task.pk)})
        assert "今天已由系统催办" in again.content.decode()
        assert "没有超期的环节" in officer(walk.who.stranger).open("/desk/overdue/")
    with clock.frozen(task.due_on + timedelta(days=2)):
        form = county.form("/desk/overdue/", "bulk")
        county.client.post(BULK, form.fields | {"task": str(task.pk), "text": "请今天办结"})
        at, clerk = f"/desk/cases/{walk.case.pk}/", officer(walk.who.clerk)
        assert "请今天办结" in clerk.open(at)
        clerk.do(at, f"answer{task.pk}", text="申请人外出，3日返回")
        with pytest.raises(Refused, match="没有待答复的催办"):
            urging.answer(task.pk, text="再答", by=walk.who.clerk)
        for page in (county.open("/desk/overdue/"), county.open(at)):
            assert "申请人外出，3日返回" in page
        assert "催办答复" in county.open("/desk/bell/")
        assert f"answer{task.pk}" not in county.open(at)
    task.refresh_from_db()
    assert (task.urged_times, task.urged_by_name) == (2, "赵审批")
    with pytest.raises(NotAllowed):
        press_overdue(on=date(2026, 4, 1), by=walk.who.clerk)


def test_a_case_that_stands_still_too_long_is_told_to_its_county_once(walk: Walk) -> None:
    walk.apply()
    walk.accept()
    county, at = officer(walk.who.county_approver), f"/desk/cases/{walk.case.pk}/"
    soon, day = clock.today() + timedelta(days=10), clock.today()
    with pytest.raises(Refused, match="在今天以后"):
        pausing.pause(walk.case.pk, why="3", reason="等法院", expected_on=day, by=walk.who.county_approver)
    assert "预计恢复日期：必填" in county.send(at, "pause", why="3", reason="等法院").content.decode()
    county.do(at, "pause", why="3", reason="等待法院判决", expected_on=soon.isoformat())
    assert f"预计 {soon} 恢复" in county.open(at)
    for days, told in ((10, 0), (11, 1), (12, 1)):
        with clock.frozen(day + timedelta(days=days)):
            assert remind_paused(on=clock.today(), by=system("nightly")) == told
    (notice,) = OfficeNotice.objects.filter(path=walk.who.seat.county, title="中止到期")
    assert notice.case_id == walk.case.pk
    with clock.frozen(day + timedelta(days=12)):
        county.do(at, "resume")
        assert remind_paused(on=clock.today(), by=system("nightly")) == 0


def test_one_box_finds_people_cases_papers_services_and_rooms_within_scope(walk: Walk) -> None:
    walk.apply()
    walk.accept()
    case = Case.objects.get(pk=walk.case.pk)
    letter = case.number
    clerk, stranger = officer(walk.who.clerk), officer(walk.who.stranger)

    def found(who: Officer, text: str) -> str:
        return who.client.post("/desk/search/", {"q": text, "part": "1"}).content.decode()

    spelled = spell_person(walk.applicant.name)[0]
    for text in (
        walk.applicant.name, walk.applicant.initials, spelled, spelled[:-1], walk.applicant.id_number, letter
    ):  # fmt: skip
        assert f"/desk/cases/{case.pk}/" in found(clerk, str(text)), text
        assert "没有找到" in found(stranger, str(text)), text
    assert walk.applicant.id_number not in found(clerk, str(walk.applicant.id_number))
    assert "service=assistance.dibao" in found(clerk, "zdsh")
    assert "/desk/counter/" in found(clerk, "受理回执")
    assert "请至少输入两个字" in found(clerk, "测")
    assert (
        walk.applicant.name[0]
        in clerk.client.post("/desk/search/", {"q": walk.applicant.name}).content.decode()
    )
    with CaptureQueriesContext(
        connection,
    ) as asked:
        found(clerk, walk.applicant.name)
    assert len(asked) <= 16, [one["sql"][:120] for one in asked]
    assert Remembered.objects.count() == 0
