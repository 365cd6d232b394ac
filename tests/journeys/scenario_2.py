"""Scenario 2, help first and papers later, and an emergency level: nine steps at the doors.

The steps know pages, buttons and words, as those of the first scenario do.  What a worker of the platform does by
itself is carried out from the queue in which a page has left it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from time import monotonic
from typing import Any

from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from minzheng.domains.assistance.models import AidGrant
from minzheng.kernel.audit import Actor
from minzheng.kernel.boards import tasks as board_tasks
from minzheng.kernel.casework.models import Case
from minzheng.kernel.funds.models import ReserveFund, ReservePayment
from minzheng.kernel.ledger import bank
from minzheng.kernel.ledger.models import Batch
from minzheng.kernel.notices.models import OfficeNotice
from minzheng.kernel.people.models import Person
from minzheng.kernel.subsidies import tasks as subsidy_tasks
from minzheng.kernel.subsidies.models import Emergency, IndexRow, Measure, MeasureTask, SubsidyList
from minzheng.kernel.visits.models import Visit
from tests.factories.cast import staff
from tests.factories.departments import Departments
from tests.factories.many import many_on_dibao
from tests.factories.people import household, person
from tests.factories.places import NEXT_COUNTY, place
from tests.factories.standings import standing
from tests.journeys.scenario_1 import NAME, all_of
from tests.journeys.stage import PHOTO, Paper, Stage, Visitor, stage_for

__all__ = ["DAYS", "HOMES", "OUTSIDE", "STEPS", "TRAVELLER", "Play", "play_for"]

DAYS = {
    "fire": date(2026, 3, 3), "replenish": date(2026, 3, 5), "declare": date(2026, 3, 9), "living": date(2026, 3, 10),
    "index": date(2026, 3, 11), "price": date(2026, 3, 12), "late": date(2026, 3, 18), "count": date(2026, 3, 31),
}  # fmt: skip
TRAVELLER, MASKED = "测路人", "测*人"
HOMES = 1600
QUOTA, NEED = "2500.00", "2000.00"
LIVING, PRICE = "assistance.living_subsidy", "assistance.price"
OUTSIDE = "22/220581/220581100/220581100200/"


@dataclass
class Play:
    """The stage, and those who come on only in this play."""

    stage: Stage
    traveller: Person
    home_clerk: Actor
    checker: Actor
    outsider: Actor
    elsewhere: dict[str, None] = field(default_factory=dict)
    spent: dict[str, tuple[int, float]] = field(default_factory=dict)

    @property
    def case(self) -> Case:
        """The emergency, where it happened."""
        return Case.objects.get(service="assistance.first_aid", path__startswith=self.stage.who.seat.county)

    @property
    def fund(self) -> ReserveFund:
        """The township's reserve of the year."""
        return ReserveFund.objects.get(path=self.stage.who.seat.township)

    def batch(self, scheme: str) -> Batch:
        """The county's batch of a subsidy."""
        return Batch.objects.get(scheme=scheme, path=self.stage.who.seat.county)

    def listing(self, subsidy: str) -> SubsidyList:
        """The county's list of a subsidy."""
        return SubsidyList.objects.get(subsidy=subsidy, path=self.stage.who.seat.county)


def play_for(departments: Departments) -> Play:
    """A family of the village, a traveller from the next county, and officers outside the prefecture."""
    stage = stage_for(departments, day=DAYS["fire"])
    outside = place(OUTSIDE.split("/")[-2])
    county = "/".join(outside.split("/")[:2]) + "/"
    township = "/".join(outside.split("/")[:3]) + "/"
    away = person(path=NEXT_COUNTY.village, name=TRAVELLER)
    household(away, path=NEXT_COUNTY.village)
    with stage.now():
        return Play(
            stage, away,
            home_clerk=staff("clerk", at=NEXT_COUNTY.township, name="迟邻镇"),
            checker=staff("provincial_signer", at=stage.who.seat.province, name="石会签"),
            outsider=staff(
                "clerk", "county_approver", "payer", "payment_reviewer", at=(township, county, county, county),
                name="曹外地",
            ),
        )  # fmt: skip


def _at(play: Play, who: Actor, step: str) -> Visitor:
    """From the list of tasks to the case, and on to the step that is to be done."""
    at = play.stage.enter(who)
    assert MASKED in at.go("/desk/"), "the task is not on the officer's list"
    at.go(f"/desk/cases/{play.case.pk}/")
    at.follow(f"办理：{step}")
    return at


def step_1(play: Play) -> None:
    """A fire; the order of the hotline reaches the township where it burns, not where the person is registered."""
    who = play.stage.who
    window = play.stage.enter(who.clerk)
    window.go("/desk/")
    window.follow("急难报告")
    told = {
        "path": who.seat.village, "name": TRAVELLER, "id_number": play.traveller.id_number or "", "source": "hotline",
        "order_number": "12345-0303-7", "caller": "过路司机", "cause": "fire", "event_place": "国道旁出租屋",
        "situation": "出租屋起火，人已逃出，衣物和现金烧毁", "phone": "14000000001",
    }  # fmt: skip
    window.press("报告并立即受理", all_of("report", told))
    case = play.case
    assert (case.channel, case.path, case.applicant) == ("hotline", who.seat.village, play.traveller)
    assert NEXT_COUNTY.county not in case.path
    assert case.number in window.words


def step_2(play: Play) -> None:
    """Decided and paid within the hour from the township's reserve; the papers are to follow."""
    who = play.stage.who
    _fund_opened(play)
    _at(play, who.clerk, "受理").press("", {"take-_outcome": "accept"}, within="sheet-take")
    seen = {"found": "房屋烧毁，无处可住", "identity": "confirmed", "need": NEED, "witness": "村主任"}
    scene = _at(play, who.investigator, "现场核定")
    scene.press("", all_of("take", seen), papers={"take-photo-file": PHOTO}, within="sheet-take")
    township = _at(play, who.township_approver, "审批")
    township.press("下一步", {"take-_outcome": "grant"}, within="sheet-take")
    assert "2,000.00" in township.words
    township.press("确认：同意先行救助")
    window = _at(play, who.clerk, "备用金支付")
    paid = {
        "payee": TRAVELLER,
        "method": "goods",
        "goods": "棉被2床、旅店住宿7晚、棉衣1套",
        "witness": "村主任",
    }
    window.press("", all_of("take", paid), papers={"take-receipt-file": PHOTO}, within="sheet-take")
    window.go(f"/desk/cases/{play.case.pk}/")
    assert "补齐手续" in window.words
    assert ReservePayment.objects.get().case_id == play.case.pk


def _fund_opened(play: Play) -> None:
    """The county has put money into the township's reserve, under a quota."""
    who, stage = play.stage.who, play.stage
    overseer = stage.enter(who.payment_reviewer)
    _allotted(overseer, "assistance.temporary", "10000.00", "财社〔2026〕1号")
    overseer.go("/desk/funds/")
    overseer.follow("核定额度")
    quota = {"path": who.seat.township, "amount": QUOTA, "document": "民备〔2026〕1号"}
    overseer.press("核定", all_of("quota", quota))
    payer = stage.enter(who.payer)
    payer.go(overseer.path)
    payer.press("拨付", {"advance-document": "拨款凭证1"}, within="sheet-advance")
    assert play.fund.balance == play.fund.quota == 2_500_00


def _allotted(overseer: Visitor, scheme: str, yuan: str, document: str) -> None:
    overseer.go("/desk/money/budgets/")
    overseer.press("登记拨款", all_of("allot", {"scheme": scheme, "amount": yuan, "document": document}))
    assert "已登记拨款" in overseer.words


def step_3(play: Play) -> None:
    """The coordinator visits the family whose room burned down, and writes down what it needs."""
    village = play.stage.enter(play.stage.who.coordinator)
    village.go("/desk/visits/")
    village.follow("登记走访")
    village.press("查找", {"find-q": NAME})
    village.follow(NAME)
    seen = {"need": "accident", "seen": "出租屋连同住房烧毁，急需棉被、炊具和临时住处", "urgent": "true"}
    code = "visit-assistance.patrol"
    village.press("登记走访", all_of(code, seen), papers={f"{code}-photo-file": PHOTO})
    assert "急需棉被、炊具和临时住处" in village.words
    assert Visit.objects.get().household == play.stage.family


def step_4(play: Play) -> None:
    """The reserve asked for more by itself; it is filled up and its payment settled; the home place knows of it."""
    stage, who = play.stage, play.stage.who
    stage.on(DAYS["replenish"])
    at = f"/desk/funds/{play.fund.pk}/"
    window = stage.enter(who.clerk)
    assert "系统已自动申请补充" in window.go(at)
    window.press("报送核销", within="sheet-settle")
    overseer = stage.enter(who.payment_reviewer)
    overseer.go(at)
    overseer.press("审核补充申请", within="sheet-decide")
    overseer.press("审核核销", {"verdict-verdict": "approve"}, within="sheet-verdict")
    payer = stage.enter(who.payer)
    payer.go(at)
    payer.press("拨付", {"advance-document": "拨款凭证2"}, within="sheet-advance")
    assert "已核销" in payer.words or "同意核销" in payer.words
    assert play.fund.balance == play.fund.quota
    _home_knows(play)


def _home_knows(play: Play) -> None:
    """Told at once; and reported a second time at home, the same fire is not helped again."""
    home = play.stage.enter(play.home_clerk)
    home.go("/desk/informed/")
    assert f"{TRAVELLER}已由" in home.words
    home.go(f"/desk/informed/{OfficeNotice.objects.get().pk}/")
    assert "同一事由不再重复救助" in home.words
    home.press("已知悉", within="sheet-known")
    before = set(play.stage.opened)
    home.go("/desk/cases/report/")
    told = {
        "path": NEXT_COUNTY.township, "name": TRAVELLER, "id_number": play.traveller.id_number or "",
        "source": "self", "cause": "fire", "event_place": "外地出租屋", "situation": "在外地遇火灾，已回家",
    }  # fmt: skip
    home.press("报告并立即受理", all_of("report", told))
    assert "其他乡镇（街道）" in home.words, home.words
    home.follow("办理：受理")
    answers = {"take-_outcome": "decline", "take-_reason": "同一事由已由发生地救助"}
    home.press("", answers, within="sheet-take")
    play.elsewhere |= dict.fromkeys(set(play.stage.opened) - before)
    assert AidGrant.objects.count() == 1


def step_5(play: Play) -> None:
    """The province declares level two for the prefecture; the measures become tasks of its counties."""
    stage, who = play.stage, play.stage.who
    stage.on(DAYS["declare"])
    top = stage.enter(who.provincial_officer)
    top.go("/desk/subsidies/emergencies/")
    top.follow("登记响应")
    order = {
        "path": who.seat.city, "grade": "2", "title": "暴雪灾害", "order_number": "吉政应急〔2026〕1号",
        "from_on": DAYS["declare"].isoformat(), "living_subsidy": "100", "extended_reviews": "3",
        "remote_investigation": "true", "price_check": "true",
    }  # fmt: skip
    top.press("登记并下达措施", all_of("emergency", order))
    assert "每人每月 100.00 元" in top.words
    counties = {who.seat.county, NEXT_COUNTY.county}
    assert set(MeasureTask.objects.values_list("path", flat=True)) == counties
    assert MeasureTask.objects.count() == 4 * len(counties)
    _done(play, Measure.Code.REMOTE_INVESTIGATION, "已通知各乡镇")


def _done(play: Play, measure: Measure.Code, words: str) -> None:
    """The county finds the measure among its tasks and says what it has done."""
    county = play.stage.enter(play.stage.who.county_approver)
    county.go("/desk/subsidies/emergencies/")
    county.follow("暴雪灾害")
    assert measure.label in county.words
    task = MeasureTask.objects.get(measure__code=measure, path=play.stage.who.seat.county)
    county.go(f"{county.path}tasks/{task.pk}/")
    county.press("登记办理情况", {"done-words": words})
    assert words in county.words


def step_6(play: Play) -> None:
    """The living subsidy of everyone protected: previewed, signed by two, drafted, reviewed by two, paid."""
    stage, who = play.stage, play.stage.who
    with stage.now():
        many_on_dibao(who.seat.village, homes=HOMES)
    stage.on(DAYS["living"])
    payer = stage.enter(who.payer)
    payer.go(f"/desk/subsidies/emergencies/{Emergency.objects.get().pk}/")
    _measured(play, "list", lambda: payer.press("生成名单", within="sheet-list"))
    assert f"{2 * HOMES:,}" in payer.words
    _signed(play, "assistance.living")
    _paid(play, LIVING, "2026-03", "财社〔2026〕2号", yuan="320000.00")
    assert play.listing("assistance.living").total == 2 * HOMES * 100_00
    county = stage.enter(who.county_approver)
    county.go(f"/desk/subsidies/emergencies/{Emergency.objects.get().pk}/")
    assert "已送银行" in payer.go("/desk/subsidies/")


def _measured(play: Play, name: str, do: Callable[[], object]) -> None:
    """How many statements the database was given, and how long it took."""
    count, began = itertools.count(), monotonic()

    def counting(execute: Callable[..., Any], *given: Any) -> Any:
        next(count)
        return execute(*given)

    with connection.execute_wrapper(counting):
        do()
    play.spent[name] = (next(count), monotonic() - began)


def _signed(play: Play, subsidy: str) -> None:
    """Two look at the numbers, a sample and who is left out, and sign what they saw."""
    url = f"/desk/subsidies/{play.listing(subsidy).pk}/"
    for one in (play.stage.who.payment_reviewer, play.stage.who.second_payment_reviewer):
        signer = play.stage.enter(one)
        signer.go("/desk/subsidies/")
        signer.go(url)
        assert f"{2 * HOMES:,}" in signer.words
        signing = lambda at=signer: at.press("签字审定", {"sign-checked": "true"}, within="sheet-sign")  # noqa: E731
        _measured(play, f"sign {subsidy} {one.name}", signing)
    assert play.listing(subsidy).state == SubsidyList.State.APPROVED


def _paid(play: Play, scheme: str, month: str, document: str, *, yuan: str) -> None:
    """The ordinary month: a batch, two reviews, the bank and its answer, reconciled and closed."""
    stage, who = play.stage, play.stage.who
    _allotted(stage.enter(who.payment_reviewer), scheme, yuan, document)
    payer = stage.enter(who.payer)
    payer.go("/desk/money/")
    payer.follow("编制批次")
    answers = {"draft-scheme": scheme, "draft-month": month}
    _measured(play, f"draft {scheme}", lambda: payer.press("编制批次", answers))
    url = payer.path
    for one in (who.payment_reviewer, who.second_payment_reviewer):
        reviewer = stage.enter(one)
        reviewer.go(url)
        checked = lambda at=reviewer: at.press("通过", {"review-checked": "true"}, within="sheet-review")  # noqa: E731
        _measured(play, f"review {scheme} {one.name}", checked)
    payer.go(url)
    _measured(play, f"send {scheme}", lambda: payer.press("送银行", within="sheet-send"))
    sent = payer.fetch("银行文件 1（CSV）")
    answer = Paper("回单.csv", bank.run_local_bank(sent), "text/csv")
    _measured(
        play, f"read {scheme}",
        lambda: payer.press("读入回单", papers={"file": answer}, within="sheet-returns"),
    )  # fmt: skip
    payer.press("对账", within="sheet-reconcile")
    assert "差额为 0" in payer.words
    payer.press("关账", within="sheet-close")


def step_7(play: Play) -> None:
    """A food price over its trigger: checked by a second officer, and the county's list stands the same day."""
    stage, who = play.stage, play.stage.who
    stage.on(DAYS["index"])
    top = stage.enter(who.provincial_officer)
    top.go("/desk/subsidies/indices/")
    top.follow("登记指数")
    figures = {
        "path": who.seat.city, "month": "2026-02", "cpi": "2.8", "food_cpi": "6.4", "scpi": "3.4",
        "published_on": DAYS["index"].isoformat(), "source": "统计部门月度公报",
    }  # fmt: skip
    top.press("登记，交复核", all_of("index", figures))
    checker = stage.enter(play.checker)
    checker.go(f"/desk/subsidies/indices/{IndexRow.objects.get().pk}/")
    checker.press("与公布数据一致，复核通过", within="sheet-check")
    [job] = ProcrastinateJob.objects.filter(queue_name="subsidies", status="todo")
    with stage.now():
        subsidy_tasks.draft_lists.func(
            **{name: said for name, said in job.args.items() if name != "_request"}
        )
    found = play.listing("assistance.price")
    assert (found.drafted_at.date(), found.persons) == (DAYS["index"], 2 * HOMES)
    _done(play, Measure.Code.PRICE_CHECK, "食品价格达到启动条件，名单已生成")
    stage.on(DAYS["price"])
    _signed(play, "assistance.price")
    _paid(play, PRICE, "2026-02", "财社〔2026〕3号", yuan="500000.00")


def step_8(play: Play) -> None:
    """Papers and delivery are late; the light turns red, the county presses, the township completes them."""
    stage, who = play.stage, play.stage.who
    stage.on(DAYS["late"])
    late = stage.task(play.case, "papers")
    assert late.due_on is not None
    assert late.due_on < DAYS["late"]
    with stage.now():
        board_tasks.refresh.func(0)
    top = stage.enter(who.provincial_officer)
    assert re.search(r"各地情况.*农安县 \d+ 2 ", top.go("/desk/boards/?under=22/2201/")), top.words[-600:]
    county = stage.enter(who.county_approver)
    county.go(f"/desk/cases/{play.case.pk}/")
    urge = f"urge{late.pk}"
    county.press("催办", {f"{urge}-text": "已过期限，请今天补齐"}, within=f"sheet-{urge}")
    window = _at(play, who.clerk, "补齐手续")
    window.go(f"/desk/cases/{play.case.pk}/")
    assert "赵审批已催办 1 次" in window.words
    window.follow("办理：补齐手续")
    papers = {
        "helped": TRAVELLER, "identity": "confirmed", "cause": "fire", "amount": NEED, "signed": "true",
        "sealed": "true", "_outcome": "done",
    }  # fmt: skip
    wrong = papers | {"amount": "1900.00"}
    window.press("", all_of("take", wrong), within="sheet-take", expect=400)
    assert "备用金实际支付 2,000.00 元" in window.words
    window.press("", all_of("take", papers), within="sheet-take")
    _at(play, who.clerk, "送达决定").press("", {"take-way": "in_person"}, within="sheet-take")


def step_9(play: Play) -> None:
    """Supervision: the city and the province see counts, days and money by county."""
    stage, who = play.stage, play.stage.who
    with stage.now():
        standing(path=place(NEXT_COUNTY.village.split("/")[-2]), name="测谷雨", amount=20000)
        standing(path=place(OUTSIDE.split("/")[-2]), name="测霜降", amount=30000)
    stage.on(DAYS["count"])
    top = stage.enter(who.provincial_officer)
    top.go("/desk/boards/")
    top.press("统计本月")
    top.go("/desk/boards/?under=22/&month=2026-03&indicator=assistance.temporary_amount&by=county")
    assert "核对一致" in top.words, top.words
    assert "2,000.00" in top.words
    top.go("/desk/boards/?under=22/&month=2026-03&indicator=assistance.dibao_persons&by=county")
    assert "核对一致" in top.words, top.words
    emergency = top.go(f"/desk/subsidies/emergencies/{Emergency.objects.get().pk}/")
    assert "德惠市" in emergency
    city = stage.enter(who.sampler)
    assert "伏龙泉镇" in city.go("/desk/funds/")
    city.follow("伏龙泉镇")
    assert "2,000.00" in city.words
    assert "暴雪灾害" in city.go("/desk/subsidies/emergencies/")


STEPS = (step_1, step_2, step_3, step_4, step_5, step_6, step_7, step_8, step_9)
