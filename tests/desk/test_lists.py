"""Lists go on by key, cost the same for one row and for thirty, and find by number, name, initials, state."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from minzheng.kernel import clock
from minzheng.kernel.casework import drafting
from minzheng.kernel.casework.models import Case, Member, Task
from minzheng.kernel.visits import actions as visits
from tests.desk.pages import Officer, officer
from tests.factories.cast import Cast, staff
from tests.factories.money import a_card
from tests.factories.people import household, person
from tests.factories.places import place
from tests.factories.walk import HOUSEHOLD, Walk

pytestmark = pytest.mark.django_db


def _applications(who: Cast, count: int) -> list[Case]:
    """So many families apply through the coordinator."""
    cases = []
    for n in range(count):
        name = f"测{'甲乙丙丁戊己庚辛壬癸'[n % 10]}"
        head = person(path=who.seat.village, name=name, birth=date(1960, 1, 1 + n % 28))
        case = drafting.start_draft(
            "assistance.dibao", applicant=head, household=household(head, path=who.seat.village),
            path=who.seat.village, channel="agent", by=who.coordinator,
        )  # fmt: skip
        payee = {"payee_owner": head.name, "payee_account": a_card()}
        drafting.save_draft(case.pk, HOUSEHOLD | payee, by=who.coordinator)
        Member.objects.filter(case=case).update(answers={"lives_together": True, "work_capacity": "none"})
        cases.append(drafting.submit(case.pk, by=who.coordinator))
    return cases


def _queries(desk: Officer, url: str) -> int:
    desk.open(url)
    with CaptureQueriesContext(
        connection,
    ) as caught:
        desk.open(url)
    return len(caught)


def _picked(page: str) -> list[str]:
    return re.findall(r'name="task" value="(\d+)"', page)


def test_what_is_overdue_goes_on_by_key_also_when_the_first_are_done_meanwhile(who: Cast) -> None:
    cases = _applications(who, 23)
    tasks = Task.objects.filter(case__in=cases)
    for n, pk in enumerate(tasks.order_by("id").values_list("pk", flat=True)):
        Task.objects.filter(pk=pk).update(due_on=date(2026, 1, 5 + n % 4))
    wanted = [str(pk) for pk in tasks.order_by("due_on", "id").values_list("pk", flat=True)]
    county = officer(who.county_approver)
    first = county.open("/desk/overdue/")
    assert _picked(first) == wanted[:20]
    Task.objects.filter(pk__in=wanted[:5]).update(due_on=date(2027, 1, 1))
    after = re.search(r"\?after=([0-9.-]+)", first)
    assert after is not None
    assert _picked(county.open(f"/desk/overdue/?after={after[1]}")) == wanted[20:]
    for strange in ("x", "2026-13-01.4", "2026-03-01.", "2026-03-01.x", "." * 90):
        assert _picked(county.open(f"/desk/overdue/?after={strange}")) == wanted[5:]


def test_the_cases_of_a_township_are_gathered_by_place_those_of_the_province_by_number(who: Cast) -> None:
    _applications(who, 3)
    above = officer(staff("provincial_officer", at=place("22")))
    for desk, gathered in ((officer(who.clerk), True), (above, False)):
        with CaptureQueriesContext(connection) as caught:
            assert len(set(re.findall(r'href="(/desk/cases/\d+/)"', desk.open("/desk/cases/")))) == 3
        chosen = next(one["sql"] for one in caught if '"casework_case"."id" IN (SELECT' in one["sql"])
        assert ("+ 0) DESC" in chosen) is gathered
        assert chosen.count("LIMIT 21") == 1, "names are looked up for the rows of the page"


def test_a_case_page_costs_the_same_however_much_lies_in_its_file(walk: Walk) -> None:
    walk.apply()
    clerk, url = officer(walk.who.clerk), f"/desk/cases/{walk.case.pk}/"
    task = Task.objects.get(case=walk.case)
    Member.objects.create(case=walk.case, person=person(path=walk.who.seat.village), relation="3", answers={})
    few = _queries(clerk, url)
    for n in range(6):
        one = person(path=walk.who.seat.village)
        Member.objects.create(case=walk.case, person=one, relation="3", answers={})
        Task.objects.create(
            case=walk.case, step="panel", round=n + 1, role=task.role, path=task.path, opened_at=clock.now(),
            done_at=clock.now(), state=Task.State.CANCELLED,
        )  # fmt: skip
    assert _queries(clerk, url) == few
    assert few <= 21


def test_the_lists_cost_the_same_for_one_case_and_for_many(who: Cast) -> None:
    window, at_home = officer(who.clerk), officer(who.coordinator)
    pages = [(window, "/desk/"), (window, "/desk/cases/"), (at_home, "/desk/visits/"), (at_home, "/desk/")]
    _applications(who, 1)
    home = household(path=who.seat.village)
    visits.raise_lead(home, domain="assistance", source="report", text="邻居反映", by=who.coordinator)
    few = [_queries(desk, url) for desk, url in pages]
    _applications(who, 15)
    for n in range(10):
        home = household(path=who.seat.village)
        visits.raise_lead(home, domain="assistance", source="report", text=f"反映 {n}", by=who.coordinator)
    many = [_queries(desk, url) for desk, url in pages]
    assert many == few


def test_a_case_page_costs_the_same_for_a_small_and_a_large_family(walk: Walk) -> None:
    window = officer(walk.who.clerk)
    case = walk.apply()
    few = _queries(window, f"/desk/cases/{case.pk}/")
    for n in range(12):
        child = person(path=walk.who.seat.village, name="测小寒", birth=date(2012, 1, 1 + n))
        Member.objects.create(case=case, person=child, relation="20")
    assert _queries(window, f"/desk/cases/{case.pk}/") == few


def test_a_long_list_goes_on_where_it_stopped(who: Cast) -> None:
    cases = _applications(who, 23)
    window = officer(who.clerk)
    for url in ("/desk/cases/", "/desk/"):
        first = window.open(url)
        link = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
        second = window.open(url + link)
        seen = [case.number for case in cases if case.number in first]
        rest = [case.number for case in cases if case.number in second.split("最近办理")[0]]
        assert (len(set(seen)) >= 20, len(rest)) == (True, 3)


def test_a_case_is_found_by_number_name_and_initials(who: Cast) -> None:
    cases = _applications(who, 3)
    window = officer(who.clerk)
    assert cases[1].number in window.open(f"/desk/cases/?q={cases[1].number}")
    assert cases[0].number not in window.open(f"/desk/cases/?q={cases[1].number}")
    assert cases[0].number in window.open("/desk/cases/?q=测甲")
    assert cases[0].number in window.open("/desk/cases/?q=cj")
    assert "没有符合条件" in window.open("/desk/cases/?q=查无此人")
    assert "没有符合条件" in window.open("/desk/cases/?state=granted")
    assert "共 3 件" in window.open("/desk/cases/?state=submitted&service=assistance.dibao")


def test_tasks_are_counted_by_light_and_filtered(who: Cast) -> None:
    _applications(who, 2)
    window = officer(who.clerk)
    text = window.open("/desk/")
    assert "剩" in text or "今天到期" in text
    assert "没有符合条件的任务" in window.open("/desk/?light=red")
    assert "没有符合条件的任务" in window.open("/desk/?step=assistance.dibao:serve")
    assert "测*" in window.open("/desk/?step=assistance.dibao:accept&service=assistance.dibao")


def test_someone_without_steps_finds_the_way_to_their_rooms(who: Cast) -> None:
    assert "/desk/money/" in officer(who.payer).open("/desk/")
    assert "/desk/sampling/" in officer(who.sampler).open("/desk/")
    assert "/desk/boards/" in officer(who.provincial_officer).open("/desk/")
    assert "/desk/appeals/" in officer(who.reviewer).open("/desk/")
    assert "没有待跟进的线索" in officer(who.coordinator).open("/desk/")
    assert "现在没有待办任务" in officer(who.clerk).open("/desk/")
