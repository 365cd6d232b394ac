"""公示异议 by anybody: from the board without an account, at the window, by letter, by telephone; named to nobody."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.test import Client

from minzheng.kernel import clock
from minzheng.kernel.casework import posting
from minzheng.kernel.casework.models import Objection, Objector
from minzheng.kernel.notices.models import Posting
from tests.factories.cast import cast
from tests.factories.departments import Departments
from tests.factories.people import household, person
from tests.factories.phones import signed_in, text_of
from tests.factories.walk import Walk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]


def test_anybody_objects_and_finds_the_answer_by_code_and_telephone(
    client: Client, departments: Departments
) -> None:
    who = cast()
    applicant = person(path=who.seat.village, name="林大山", birth=date(1960, 1, 9))
    walk = Walk(
        who=who,
        departments=departments,
        applicant=applicant,
        family=household(applicant, path=who.seat.village),
    )
    with clock.frozen(date(2026, 3, 3)):
        walk.until_posted()
        notice = Posting.objects.get(case_id=walk.case.pk)
        url = f"/board/postings/{notice.pk}/"
        page = text_of(client.get(url))
        assert "不用登录" in page
        wrong = client.post(url, {"text": " ", "phone": "123"})
        assert wrong.status_code == 400
        assert "电话号码不对" in text_of(wrong)
        sent = {"key": "o1", "name": "", "phone": "138 0431 0002", "text": "他家有一辆货车"}
        pages = [text_of(client.post(url, sent)) for _ in range(2)]
        one = Objection.objects.get()
        code = f"{one.code[:4]}-{one.code[4:8]}-{one.code[8:]}"
        assert all(code in page for page in pages), "a second press is the same word"
        walk.case.refresh_from_db()
        assert walk.case.special_reason
        for asked in (
            {"code": code, "phone": ""},
            {"code": code, "phone": "13804310003"},
            {"code": "ABCDEFGHJKMN"},
        ):
            assert client.post("/board/objections/", asked).status_code == 404
        found = {"code": code.lower(), "phone": "13804310002"}
        assert "正在核实" in text_of(client.post("/board/objections/", found))
        window = signed_in(who.clerk)
        desk = f"/desk/cases/{walk.case.pk}/tasks/{walk.task('post').pk}/"
        bench = text_of(window.get(desk))
        assert "138****0002" in bench
        assert "13804310002" not in bench
        spoken = {
            "deed": "spoken", "key": "o2", "spoken-channel": "paper", "spoken-name": "周邻居", "spoken-text": "有房",
        }  # fmt: skip
        told = text_of(window.post(desk, spoken, follow=True))
        second = Objection.objects.exclude(pk=one.pk).get()
        assert f"{second.code[:4]}-{second.code[4:8]}" in told
        assert (second.channel, Objector.objects.get(objection=second).name) == ("paper", "周邻居")
        for reader in (who.investigator, who.county_approver):
            case = text_of(signed_in(reader).get(f"/desk/cases/{walk.case.pk}/"))
            assert "货车" in case
            assert "周邻居" not in case
            assert re.search(r"138\S*0002", case) is None
        posting.answer_objection(one.pk, upheld=False, answer="货车已于去年报废", by=who.clerk)
        assert "已于去年报废" in text_of(client.post("/board/objections/", found))
    with clock.frozen(notice.last_day + timedelta(days=1)):
        assert client.post(url, sent | {"key": "o3"}).status_code == 404
