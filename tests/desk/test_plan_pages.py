"""The pages of the plan: targets and their rows, boxes, what waits, counties; each office sees its own."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest

from minzheng.kernel import clock
from minzheng.kernel.indicators import computing
from minzheng.kernel.indicators import queries as indicators
from minzheng.kernel.plans import (
    adjusting,
    concerns,
    reporting,
)
from minzheng.kernel.plans.duties import only_plan
from minzheng.kernel.plans.models import Project, Reported
from tests.factories.cast import user_of
from tests.factories.papers import PNG, upload
from tests.factories.places import NONGAN
from tests.factories.planned import give, paper, watchers

COUNTY = NONGAN.county


@pytest.fixture
def who() -> SimpleNamespace:
    return watchers()


def test_the_pages_of_the_plan(client, who: SimpleNamespace, django_assert_max_num_queries) -> None:
    with clock.frozen(date(2024, 1, 10)):
        give(who, "T082", "2022-12", 850, 1000)
        give(who, "T082", "2023-12", 870, 1000)
        computing.compute(by=who.planner)
        client.force_login(user_of(who.planner))
        with django_assert_max_num_queries(60):
            page = client.get("/desk/plans/", {"month": "2023-12"}).content.decode()
        assert "101 个目标" in page
        assert "尚无数据来源" in page
        assert "87%" in page
        assert "T082" not in client.get("/desk/plans/", {"light": "blue"}).content.decode()
        assert client.get("/desk/plans/", {"month": "2030-01"}).status_code == 400
        text = client.get("/desk/plans/text/").content.decode()
        assert "最低生活保障" in text
        assert "104.81" in text
        shown = client.get("/desk/plans/targets/T082/", {"month": "2023-12"}).content.decode()
        assert "按全省合计之比" in shown
        assert "填报数值" in shown
        assert client.get("/desk/plans/targets/T999/").status_code == 404
        month = clock.Month(2023, 12)
        by_county = indicators.by_county("assistance.villages_with_coordinator", month, who.planner)
        whole = indicators.total("assistance.villages_with_coordinator", month, who.planner)
        assert (whole.numerator, whole.denominator) == (1, sum(one.denominator or 0 for one in by_county))
        rows = client.get("/desk/plans/targets/T019/rows/", {"month": "2023-12"}).content.decode()
        assert "泉子沟村" in rows, "the coordinator of the village stands behind the number"
        client.force_login(user_of(who.reporter))
        there = "/desk/plans/targets/T081/"
        wrong = {
            "deed": "report",
            "key": "a",
            "report-month": "2023-12",
            "report-numerator": "9",
            "report-denominator": "x",
        }
        told = client.post(there, wrong)
        assert told.status_code == 400
        assert "应填整数" in told.content.decode()
        right = {**wrong, "report-denominator": "10", "report-evidence-file": upload(PNG)}
        assert client.post(there, right).status_code == 302
        assert client.post(there, {**right, "report-evidence-file": upload(PNG)}).status_code == 302, (
            "sent twice, kept once"
        )
        draft = Reported.objects.get(target="T081")
        client.force_login(user_of(who.verifier))
        sheet = f"/desk/papers/{draft.evidence_id}/"
        assert f'href="{sheet}"' in client.get(there).content.decode()
        assert client.get(sheet).status_code == 200, "the second person opens the paper"
        done = client.post(
            there, {"deed": f"verify{draft.pk}", "key": "b", f"verify{draft.pk}-opinion": "一致"}
        )
        assert done.status_code == 302
        client.force_login(user_of(who.neighbour))
        assert client.get(there, {"under": COUNTY}).status_code == 404
        own = client.get(there).content.decode()
        assert "9 / 10" not in own, "a county does not see the figures of the province"


def test_boxes_what_waits_and_counties_stand_on_pages_of_their_own(client, who: SimpleNamespace) -> None:
    plan = only_plan()
    with clock.frozen(date(2023, 6, 1)):
        client.force_login(user_of(who.county_reporter))
        home, asked = "/desk/plans/projects/", {"deed": "project", "key": "p1"}
        given = {
            "project-programme": "name_service", "project-name": "农安县地名普查成果转化",
            "project-due_on": "2024-10-31", "project-steps": "2023-07-31 立项批复\n2024-09-30 竣工",
        }  # fmt: skip
        wrong = client.post(home, {**asked, **given, "project-steps": "明年 竣工"})
        assert wrong.status_code == 400
        assert "应写成：日期 名称" in wrong.content.decode()
        assert client.post(home, {**asked, **given}).status_code == 302
        one = Project.objects.get()
        page = client.get(home).content.decode()
        assert "专栏9 地名服务" in page
        assert "1 个项目，0 个已验收" in page
        problem = concerns.report_problem(
            plan=plan, target="T085", path=COUNTY, kind="land", major=False, text="用地未批", remedy="协调自然资源部门",
            found_on=date(2023, 5, 31), due_on=date(2023, 8, 1), by=who.county_reporter,
        )  # fmt: skip
        concerns.receive_opinion(
            plan=plan, path=COUNTY, topic="funeral", channel="hotline", target="T085", received_on=date(2023, 5, 31),
            text="殡仪馆太远", by=who.county_reporter,
        )  # fmt: skip
        reporting.report(
            plan=plan, target="T082", path="22/", month=clock.Month(2023, 5), numerator=870, denominator=1000,
            evidence=paper(who.reporter), by=who.reporter,
        )  # fmt: skip
        adjusting.file(
            plan=plan, target="T065", ground="policy", reason="用地政策变化", impact="少建两个",
            new_value=Decimal(8), evidence=paper(who.reporter), by=who.reporter,
        )  # fmt: skip
        assert problem.closed_on is None
    with clock.frozen(date(2023, 8, 20)):
        computing.compute(by=who.planner)
        there = f"{home}{one.pk}/"
        late = client.get(there).content.decode()
        assert "“立项批复”应于 2023-07-31 完成，已逾期" in late
        step = one.milestones.get(label="立项批复")
        deed = {"deed": f"reach{step.pk}", "key": "p2", f"reach{step.pk}-on": "2023-08-18"}
        assert client.post(there, deed).status_code == 302
        assert "晚于计划完成" in client.get(there).content.decode()
        waits = client.get("/desk/plans/matters/").content.decode()
        for words in ("用地未批", "已过解决期限，已报厅领导", "殡仪馆太远", "超期未答复", "殡葬服务"):
            assert words in waits
        assert "870 / 1,000" not in waits, "a county does not see the figures of the province"
        client.force_login(user_of(who.planner))
        waits = client.get("/desk/plans/matters/").content.decode()
        assert "870 / 1,000" in waits
        assert "规划处初审，附专家和第三方意见" in waits
        counties = client.get("/desk/plans/places/", {"month": "2023-07"}).content.decode()
        assert "农安县" in counties
        assert "101 个目标" in counties
        shown = client.get("/desk/plans/targets/T085/").content.decode()
        assert 'href="/desk/plans/text/#s7-01b"' in shown
        text = client.get("/desk/plans/text/").content.decode()
        assert 'id="s7-01b"' in text
        assert '<a href="/desk/cases/?service=assistance.dibao">' in text
        client.force_login(user_of(who.neighbour))
        assert client.get(there).status_code == 404
        assert "农安县" not in client.get("/desk/plans/places/").content.decode()
        assert "用地未批" not in client.get("/desk/plans/matters/").content.decode()
