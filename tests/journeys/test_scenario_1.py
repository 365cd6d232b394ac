"""Scenario 1 through the doors, one account for each actor, and its proof."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from minzheng.domains.assistance.models import Standing
from minzheng.kernel import clock
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.casework.queries import timeline
from minzheng.kernel.documents.models import Document
from minzheng.kernel.exchange.models import Consent, Query
from minzheng.kernel.indicators import queries as indicators
from minzheng.kernel.ledger import proof
from minzheng.kernel.ledger.models import Batch, Entitlement
from minzheng.kernel.ledger.settling import figures
from tests.factories.departments import Departments
from tests.factories.walk import Walk
from tests.journeys.pages import Reader
from tests.journeys.scenario_1 import DAYS, STEPS
from tests.journeys.stage import Stage, stage_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]

WHO_DID_WHAT = (
    ("一门受理", "陈协理"),
    ("签署核对授权书", "陈协理"),
    ("签署核对授权书", "测寒露"),
    ("提交申请", "陈协理"),
    ("受理：受理", "王受理"),
    ("发起核对", "冯核对"),
    ("向数据单位发出查询", "冯核对"),
    ("出具核对报告", "冯核对"),
    ("说明核对差异", "测清明"),
    ("认定核对差异", "冯核对"),
    ("家庭经济状况核对：完成", "冯核对"),
    ("入户调查：完成", "李调查"),
    ("评估与初审意见：建议确认", "李调查"),
    ("乡镇评审会：同意上报并公示", "吴秘书"),
    ("张贴公示", "王受理"),
    ("村级公示：公示期满", "王受理"),
    ("审核确认：予以确认", "郑审批"),
    ("送达决定：完成", "王受理"),
    ("抽查检查", "杨抽查"),
    ("整改", "王受理"),
    ("整改销号", "杨抽查"),
)
AND_LATER = (
    ("建立申请", "王受理"), ("提交申请", "王受理"), ("登记变化：完成", "王受理"), ("核实变化：完成", "李调查"),
    ("听取意见：完成", "王受理"), ("复核决定：停止保障（就业的渐退）", "郑审批"), ("送达决定：完成", "王受理"),
    ("申请行政复议", "测清明"), ("受理行政复议", "许复议"), ("作出行政复议决定", "许复议"),
)  # fmt: skip
MONEY = re.compile(r"/desk/money/")
PAGE_OF_ONE = re.compile(r"/\d+/")


@pytest.fixture
def stage(departments: Departments, settings: Any) -> Stage:
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if "whitenoise" not in one]
    made = stage_for(departments, day=DAYS["visit"])
    made.door = Reader
    return made


def test_scenario_1_from_a_visit_to_a_monthly_payment_and_a_gradual_exit(stage: Stage) -> None:
    for step in STEPS:
        step(stage)
    _the_timelines_name_every_step_and_who_took_it(stage)
    _nothing_was_asked_without_a_letter(stage)
    _the_money_adds_up(stage)
    _the_province_is_the_sum_of_its_counties(stage)
    _what_was_refused_is_on_record(stage)
    _nobody_else_opens_any_page_of_it(stage)


def _the_timelines_name_every_step_and_who_took_it(stage: Stage) -> None:
    for case, expected in ((stage.case, WHO_DID_WHAT), (stage.review, AND_LATER)):
        entries = [(one.label, one.actor_name) for one in timeline(case)]
        told = iter(entries)
        for one in expected:
            assert one in told, f"{one} is missing, or out of its order, in {entries}"
        reader = stage.enter(stage.who.county_approver)
        page = reader.go(f"/desk/cases/{case.pk}/")
        for label, name in expected:
            assert label in page, label
            assert name in page, name


def _nothing_was_asked_without_a_letter(stage: Stage) -> None:
    """Two adults signed, one on paper and one by an account of her own; the child needs no letter."""
    letters = Consent.objects.filter(case_id=stage.case.pk, withdrawn_at=None).order_by("signed_at")
    assert [(one.person.name, one.channel) for one in letters] == [("测清明", "paper"), ("测寒露", "portal")]
    asked = Query.objects.filter(verification__case_id=stage.case.pk)
    assert asked.values("source").distinct().count() == 10
    assert set(asked.values_list("state", flat=True)) == {"answered"}
    assert not asked.filter(asked_at__lt=letters.latest("signed_at").signed_at).exists()


def _the_money_adds_up(stage: Stage) -> None:
    batch = Batch.objects.get(month=date(2026, 4, 1))
    found = figures(batch)
    assert batch.state == Batch.State.CLOSED
    assert (found.difference, found.paid, found.bank_paid) == (0, batch.total, batch.total)
    assert proof.verify() == ()
    paid_out = Entitlement.objects.get(case_id=stage.case.pk)
    assert (paid_out.from_month, paid_out.until_month) == (date(2026, 4, 1), date(2027, 2, 1))


def _the_province_is_the_sum_of_its_counties(stage: Stage) -> None:
    by, month = stage.who.provincial_officer, clock.Month(2026, 4)
    counties = indicators.by_county("assistance.dibao_households", month, by)
    whole = indicators.total("assistance.dibao_households", month, by)
    # At the end of April the household was on dibao, in its own county, beside one in each of two others.
    assert {one.path: one.numerator for one in counties if one.numerator} == {
        stage.who.seat.county: 1, "22/2201/220183/": 1, "22/220581/": 1,
    }  # fmt: skip
    assert whole.numerator == sum(one.numerator for one in counties) == Standing.objects.count()


def _what_was_refused_is_on_record(stage: Stage) -> None:
    """The panel's minutes that contradicted its votes, and the notice taken down before its days were over."""
    refused = Entry.objects.filter(outcome=Entry.Outcome.REFUSED, case_id=stage.case.pk)
    tried = set(refused.values_list("verb", "actor"))
    assert {("casework.take", stage.who.panel_secretary.id), ("casework.take", stage.who.clerk.id)} <= tried


def _nobody_else_opens_any_page_of_it(stage: Stage) -> None:
    """The clerk and approver next county, the payer there, another resident, and whoever has not signed in."""
    pages = [one for one in stage.opened if PAGE_OF_ONE.search(one)]
    assert len(pages) > 40
    assert Document.objects.filter(case_id=stage.case.pk).count() >= 4
    clerk, payer = stage.enter(stage.who.stranger), stage.enter(stage.payer_abroad)
    neighbour, nobody = stage.enter(stage.who.resident), stage.enter(None)
    for page in pages:
        stranger = neighbour if not page.startswith("/desk/") else payer if MONEY.match(page) else clerk
        assert stranger.status_of(page) == 404, page
        assert nobody.status_of(page) == 302, page


def test_a_forged_page_does_not_cut_the_publicity_short(stage: Stage) -> None:
    """What the page does not offer is refused also when it is sent."""
    stage.departments.put("vehicles", stage.applicant.id_number, [])
    walk = Walk(stage.who, stage.departments, stage.applicant, stage.family, form={"class_ur": "rural"})
    with stage.now():
        for step in (
            walk.apply,
            walk.accept,
            walk.investigate,
            walk.verify,
            walk.assess,
            walk.panel,
            walk.post,
        ):
            step()
    window = stage.enter(stage.who.clerk)
    assert isinstance(window, Reader)
    window.go(f"/desk/cases/{walk.case.pk}/")
    window.follow("办理：村级公示")
    form = window.page.form("", within="sheet-take")
    carried = {name: control.value or "" for name, control in form.controls.items()}
    with clock.frozen(stage.at):
        answer = window.client.post(
            window.path, carried | {"take-_outcome": "done", "take-_reason": "提前结束"}
        )
    assert walk.task("post").state == "open", answer.content.decode()[:2000]
