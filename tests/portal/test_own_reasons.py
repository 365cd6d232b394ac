"""Why it was decided so, as the resident reads it: the own decision, as it was kept, and nobody else's."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client

from minzheng.kernel import clock
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.casework.models import Decision
from tests.factories.cast import Cast, cast, resident_of, user_of
from tests.factories.departments import Departments
from tests.factories.people import household, person
from tests.factories.walk import Walk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]


@pytest.fixture
def who() -> Cast:
    return cast()


@pytest.fixture
def walk(who: Cast, departments: Departments) -> Walk:
    daughter = person(path=who.seat.village, name="测小满", birth=date(1975, 5, 21), sex="2")
    father = person(path=who.seat.village, name="测立夏", birth=date(1945, 5, 5))
    return Walk(
        who, departments, daughter, household(daughter, father, path=who.seat.village, class_ur="rural")
    )


@pytest.fixture
def phone(walk: Walk) -> Client:
    return _signed_in(resident_of(walk.applicant))


def _signed_in(actor: object) -> Client:
    client = Client()
    client.force_login(user_of(actor))  # type: ignore[arg-type]
    return client


def _refused(walk: Walk, wage: str = "90000") -> Decision:
    walk.answers = {walk.applicant.pk: {"wage": wage, "work_capacity": "full"}}
    walk.until_verified()
    walk.assess("oppose")
    walk.confirm("refuse", reason="内部理由")
    walk.serve()
    return Decision.objects.get(case=walk.case)


def _said(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_a_refusal_is_explained_line_by_line_by_name_with_what_was_lacking(walk: Walk, phone: Client) -> None:
    decision = _refused(walk)
    url = f"/my/cases/{walk.case.pk}/reasons/{decision.pk}/"
    assert url in phone.get(f"/my/cases/{walk.case.pk}/").content.decode()
    said = _said(phone, url)
    assert "首先不符合的是 家庭月人均收入低于当地低保标准" in said
    assert "测小满 个人年收入 90000.00 元/年" in said
    assert "家庭年收入 90000.00 元/年 ÷（12 × 家庭人口 2 人）" in said
    assert "差多少就符合" in said
    assert "若测小满的工资性收入不超过 " in said
    assert "内部理由" not in said
    assert "第 1 位成员" not in said


def test_the_nearest_value_said_to_the_resident_is_one_that_is_granted(walk: Walk, phone: Client) -> None:
    """What the page says would be enough, the law then finds to be so; one fen more is not."""
    from minzheng.kernel import catalogue
    from minzheng.kernel.law.changes import changed
    from minzheng.kernel.law.facts import FactRef

    decision = _refused(walk)
    said = _said(phone, f"/my/cases/{walk.case.pk}/reasons/{decision.pk}/")
    found = re.search(r"若测小满的工资性收入不超过 (\d+)\.(\d\d) 元/年，即符合", said)
    assert found is not None
    fen = int(found[1] + found[2])
    service, values = catalogue.current().service_of(walk.case).item, catalogue.current().parameters()
    facts, wage = service.facts(walk.case), FactRef("person", 0, "wage")

    def outcome(value: int) -> str:
        tried = changed(facts, {wage: value})
        return str(service.determine(tried, values, path=walk.case.path, on=clock.today()).eligible.outcome)

    assert (outcome(fen), outcome(fen + 1)) == ("met", "not_met")


def test_a_grant_tells_which_changes_to_report(walk: Walk, phone: Client) -> None:
    walk.until_confirmed()
    decision = Decision.objects.get(case=walk.case)
    said = _said(phone, f"/my/cases/{walk.case.pk}/reasons/{decision.pk}/")
    assert "经核实，您家符合最低生活保障条件" in said
    assert "情况有变化，请如实报告" in said
    assert re.search(r"若存款及有价证券达到 [\d.]+ 元，即不符合最低生活保障条件", said)


def test_what_only_an_auditor_reads_is_left_out(walk: Walk, phone: Client) -> None:
    decision = _refused(walk)
    said = _said(phone, f"/my/cases/{walk.case.pk}/reasons/{decision.pk}/")
    assert "返回" in said  # who answered, and when
    assert "原文摘要" not in said


def test_nobody_else_reads_it_and_reading_is_kept(walk: Walk, who: Cast, phone: Client) -> None:
    decision = _refused(walk)
    url = f"/my/cases/{walk.case.pk}/reasons/{decision.pk}/"
    father = walk.case.members.exclude(person=walk.applicant).get().person
    for other in (resident_of(father), who.resident):
        assert _signed_in(other).get(url).status_code == 404
    assert phone.get(f"/my/cases/{walk.case.pk}/reasons/{decision.pk + 1}/").status_code == 404
    assert Client().get(url).status_code == 302
    assert not Entry.objects.filter(verb="portal.reasons").exists()
    phone.get(url)
    assert Entry.objects.filter(verb="portal.reasons", outcome="read").count() == 1


def test_a_decision_of_old_rules_is_told_as_it_was_kept(walk: Walk, phone: Client) -> None:
    decision = _refused(walk)
    before = _said(phone, f"/my/cases/{walk.case.pk}/reasons/{decision.pk}/")
    walk.case.form = {**walk.case.form, "deposits": 99_999_900}
    walk.case.save()
    after = _said(phone, f"/my/cases/{walk.case.pk}/reasons/{decision.pk}/")
    part = re.compile(r"一步一步怎么算的.*用到的标准从哪里来")
    told = [part.search(page) for page in (before, after)]
    assert told[0] is not None
    assert told[1] is not None
    assert told[0][0] == told[1][0]
