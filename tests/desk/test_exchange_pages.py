"""The yearly re-check and the data catalogue at the desk, as whoever checks sees them, and nobody else."""

from __future__ import annotations

import pytest

from minzheng.kernel.exchange import rechecking
from minzheng.kernel.exchange.models import Recheck, RecheckPart
from minzheng.kernel.exchange.sources import SOURCES
from tests.desk.pages import officer
from tests.factories.checks import ALIVE, a_recipient

LIST = "/desk/exchange/"


@pytest.fixture
def recipients(who, departments):
    for n in range(2):
        _, head = a_recipient(n, path=who.seat.village)
        departments.put("police", head.id_number, ALIVE)
        departments.put("property", head.id_number, [{"share": "1", "area": 6000, "use": "住宅"}])
    yield departments
    departments.fault("bank", "")


def test_a_verifier_begins_watches_and_resumes_and_a_double_click_begins_once(who, recipients):
    verifier = officer(who.verifier)
    assert "还没有年度复核" in verifier.open(LIST)
    recipients.fault("bank", "down")
    where = verifier.do(LIST, "start", path=who.seat.county)
    run = Recheck.objects.get()
    assert where == f"{LIST}{run.pk}/"
    assert "等待中" in verifier.open(where)
    rechecking.carry_on(run.pk)
    page = verifier.open(where)
    assert "有来源没有返回" in page
    assert "1 项未返回" in page
    assert "无法连接" in page
    recipients.fault("bank", "")
    verifier.do(where, "retry")
    rechecking.carry_on(run.pk)
    assert "已完成" in verifier.open(where)
    assert "2026年" in verifier.open(LIST)


def test_a_silent_source_is_waited_for_no_longer_only_with_a_reason(who, recipients):
    recipients.fault("bank", "down")
    verifier = officer(who.verifier)
    where = verifier.do(LIST, "start", path=who.seat.county)
    run = Recheck.objects.get()
    rechecking.carry_on(run.pk)
    refused = verifier.send(where, "give_up", source="bank", reason="")
    assert refused.status_code == 400
    assert RecheckPart.objects.get(source="bank").state == "failed"
    verifier.do(where, "give_up", source="bank", reason="银行系统升级")
    rechecking.carry_on(run.pk)
    page = verifier.open(where)
    assert "1 项不再等待" in page
    assert RecheckPart.objects.get(source="bank").state == "given_up"


def test_where_nobody_draws_benefits_the_page_says_so(who):
    verifier = officer(who.verifier)
    refused = verifier.send(LIST, "start", path=who.seat.county)
    assert refused.status_code == 400
    assert "没有可以复核的在保家庭" in refused.content.decode()


def test_others_see_neither_the_run_nor_a_button(who, recipients):
    verifier = officer(who.verifier)
    where = verifier.do(LIST, "start", path=who.seat.county)
    officer(who.stranger).open(where, status=404)
    officer(who.resident).open(LIST, status=403)
    page = officer(who.county_approver).open(where)
    assert "继续办理" not in page
    assert "开始复核" not in officer(who.county_approver).open(LIST)


def test_the_catalogue_lists_every_source_with_ground_fields_and_where_its_figures_go(who, walk):
    walk.apply()
    walk.accept()
    walk.investigate()
    walk.verify()
    verifier = officer(who.verifier)
    page = verifier.open(f"{LIST}sources/")
    for one in SOURCES.values():
        assert one.label in page
        shown = verifier.open(f"{LIST}sources/{one.code}/")
        assert all(field.label in shown for field in one.fields)
        assert all(item.label in shown for item in one.items)
        assert "第五十八条" in shown
    assert "100%" in page
    assert "存款及有价证券（deposits）" in verifier.open(f"{LIST}sources/bank/")
    verifier.open(f"{LIST}sources/lottery/", status=404)
    assert "未查询" in officer(who.stranger).open(f"{LIST}sources/")
