"""Scenario 1, from a coordinator's visit to a monthly payment and on to a gradual exit: ten steps at the doors.

The steps know pages, buttons and words, and nothing of how they are reached: the test client and the browser
walk the same way.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.models import Case, SampledCase
from minzheng.kernel.clock import Month
from minzheng.kernel.exchange.models import Discrepancy
from minzheng.kernel.ledger import bank
from minzheng.kernel.ledger.models import Batch, Entitlement
from minzheng.kernel.notices.models import Posting
from minzheng.kernel.visits.models import Lead
from tests.factories.money import a_card, allotted, entitled
from tests.factories.papers import PDF
from tests.factories.pdf_text import pdf_text
from tests.factories.places import NEXT_COUNTY, place
from tests.factories.standings import standing
from tests.journeys.stage import PHOTO, Paper, Stage, Visitor

__all__ = ["DAYS", "MASKED", "NAME", "STEPS", "VISITED", "all_of", "at_case"]

DAYS = {
    "visit": date(2026, 3, 3), "serve": date(2026, 3, 12), "pay": date(2026, 4, 10), "sample": date(2026, 4, 20),
    "count": date(2026, 4, 30), "review": date(2026, 7, 6), "appeal": date(2026, 7, 20), "grace": date(2027, 1, 8),
    "over": date(2027, 2, 8),
}  # fmt: skip
NAME, MASKED = "测清明", "测*明"
ANSWERS = {
    "class_ur": "rural", "need": "丈夫患慢性病不能干重活，孩子上学", "housing": "own", "houses": "1",
    "deposits": "1200.50", "vehicles": "0", "rigid_spending": "3600", "phone": "13800000000", "payee_owner": NAME,
    "commitment": "true",
}  # fmt: skip
# Three times 364.33 a month, less the 300.00 they have, and a tenth of the standard more for the child.
AMOUNT = "829.43"
FACTORS = ("收入", "财产", "健康与残疾", "家庭结构与劳动能力", "刚性支出", "住房及特殊情形")
MEMBERS = {
    NAME: {"work_capacity": "partial", "illness": "chronic", "transfer": "1200"},
    "测寒露": {"work_capacity": "full", "business": "2400"},
    "测小雪": {"work_capacity": "none", "student": "true"},
}
VISITED = {
    "together_confirmed": "true", "housing": "own", "living": "平房两间，陈设简单", "agrees": "true", "signed": "true",
}  # fmt: skip


def all_of(prefix: str, answers: dict[str, str]) -> dict[str, str]:
    return {f"{prefix}-{name}": value for name, value in answers.items()}


def at_case(stage: Stage, who: Actor, case: Case, step: str) -> Visitor:
    """From the list of tasks to the case, and on to the step that is to be done."""
    at = stage.enter(who)
    assert MASKED in at.go("/desk/"), "the task is not on the officer's list"
    at.go(f"/desk/cases/{case.pk}/")
    at.follow(f"办理：{step}")
    return at


def step_1(stage: Stage) -> None:
    """A data match and a coordinator's visit meet on one household."""
    window = stage.enter(stage.who.clerk)
    window.go("/desk/visits/")
    window.follow("登记线索")
    window.press("查找", {"find-q": NAME})
    window.follow(NAME)
    window.press("登记线索", {"raise-source": "match", "raise-text": "医保数据比对：一年内自付医疗费用较高"})
    village = stage.enter(stage.who.coordinator)
    village.go("/desk/")
    village.follow(MASKED)
    village.follow("登记走访")
    seen = {"need": "illness", "seen": "家里有病人，收入很少，孩子在上学", "urgent": "false"}
    code = "visit-assistance.patrol"
    village.press("登记走访", all_of(code, seen), papers={f"{code}-photo-file": PHOTO})
    assert Lead.objects.filter(household=stage.family).count() == 1
    assert "医保数据比对" in village.words
    assert "家里有病人" in village.words


def step_2(stage: Stage) -> None:
    """The coordinator files for the household, every adult authorises, the applicant signs the commitment."""
    village = stage.enter(stage.who.coordinator)
    village.follow(f"以{NAME}为申请人")
    village.press("登记受理，开出回执", {"service": "assistance.dibao"})
    draft = village.path
    village.follow("申请内容")
    village.press("保存", all_of("form", {**ANSWERS, "payee_account": a_card()}))
    for name, answers in MEMBERS.items():
        village.go(f"{draft}members/")
        village.follow(name)
        village.press("保存", all_of("member", {"lives_together": "true", **answers}))
    village.go(f"{draft}letters/")
    village.press(f"登记{NAME}的签字", {f"sign{stage.applicant.pk}-seen": "true"})
    village.go(draft)
    village.follow("核对并提交")
    village.press("提交申请", expect=400)
    assert "还缺少测寒露的核对授权书" in village.words
    wife = stage.enter(stage.wife_at_home)
    wife.go("/my/")
    wife.follow("去看一看")
    wife.press("签署授权书", {"agree": "yes"})
    assert "您已签署核对授权书" in wife.words
    village.go(draft)
    village.follow("核对并提交")
    village.press("提交申请")
    assert stage.case.state == Case.State.SUBMITTED


def step_3(stage: Stage) -> None:
    """The window accepts: one receipt; what can be queried need not be brought."""
    window = at_case(stage, stage.who.clerk, stage.case, "受理")
    assert window.words.count("系统核验，无需提交") == 6
    window.press(
        "", {"take-complete": "true", "take-kin": "false", "take-_outcome": "accept"}, within="sheet-take"
    )
    receipt = pdf_text(window.fetch("受理通知书"))
    assert "公安户籍信息" in receipt
    assert stage.case.number in receipt


def step_4(stage: Stage) -> None:
    """The county asks six sources; a hidden vehicle is found, explained by the applicant, and decided."""
    county = at_case(stage, stage.who.verifier, stage.case, "家庭经济状况核对")
    county.press("发起核对")
    county.press("向各部门查询")
    assert "已返回" in county.words
    county.press("出具核对报告")
    assert "公安机关交通管理部门" in county.words
    [car] = Discrepancy.objects.filter(verification__case_id=stage.case.pk)
    assert (car.declared, car.found) == (0, 1)
    home = stage.enter(stage.applicant_at_home)
    home.go("/my/")
    home.follow("最低生活保障")
    home.follow("说明情况")
    paper = Paper("转让协议.pdf", PDF, "application/pdf")
    home.press("提交说明", {"text": "车三年前卖给邻村，没有过户，有转让协议"}, papers={"file": paper})
    county.go(county.path)
    assert "车三年前卖给邻村" in county.words
    code = f"decide{car.pk}"
    county.press(
        "认定", {f"{code}-accept": "yes", f"{code}-reason": "已核实转让协议"}, within=f"sheet-{code}"
    )
    county.press("完成核对")


def step_5(stage: Stage) -> None:
    """Two investigators visit; six factors are scored; the rules propose tier and amount."""
    field = at_case(stage, stage.who.investigator, stage.case, "入户调查")
    answers = all_of("take", {"visited_on": DAYS["visit"].isoformat(), **VISITED})
    partner = {"take-_partner1": str(stage.who.second_investigator.user_id)}
    field.press("", answers | partner, papers={"take-photo-file": PHOTO}, within="sheet-take")
    field.go(f"/desk/cases/{stage.case.pk}/")
    assert "评估得分" in field.words
    for factor in FACTORS:
        assert f"{factor}维度得分" in field.words, factor
    field = at_case(stage, stage.who.investigator, stage.case, "评估与初审意见")
    assert f"每月 {AMOUNT}" in field.words
    field.press("", {"take-opinion": "情况属实，建议确认", "take-_outcome": "propose"}, within="sheet-take")


def step_6(stage: Stage) -> None:
    """The panel votes with one recused; the notice hangs its days; the township decides for the county."""
    _panel(stage, at_case(stage, stage.who.panel_secretary, stage.case, "乡镇评审会"))
    window = at_case(stage, stage.who.clerk, stage.case, "村级公示")
    window.press("登记张贴", {"post-place": "村委会公示栏"})
    notice = Posting.objects.get(case_id=stage.case.pk)
    everybody = stage.enter(None)
    board = everybody.go(f"/board/{stage.who.seat.village.split('/')[-2]}/")
    assert NAME not in board
    assert MASKED in board
    assert AMOUNT in board
    stage.on(notice.last_day)
    window.go(window.path)
    assert "公示期未满" in window.words
    window.press("", {"take-_outcome": "return"}, within="sheet-take", expect=400)
    assert stage.task(stage.case, "post").state == "open"
    stage.on(notice.last_day + timedelta(days=1))
    window = at_case(stage, stage.who.clerk, stage.case, "村级公示")
    window.press("", {"take-_outcome": "done"}, within="sheet-take")
    _decided(stage)
    stage.on(DAYS["serve"])
    window = at_case(stage, stage.who.clerk, stage.case, "送达决定")
    window.press("", {"take-way": "in_person"}, within="sheet-take")
    home = stage.enter(stage.applicant_at_home)
    home.go(f"/my/cases/{stage.case.pk}/")
    assert "予以确认" in home.words
    letter = pdf_text(home.fetch("确认通知书"))
    assert AMOUNT in letter
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", letter)
    assert code, letter
    everybody.go("/verify/")
    everybody.press("核验", {"code": code[0]})
    assert "文书真实有效" in everybody.words


def _panel(stage: Stage, panel: Visitor) -> None:
    """Four at the table, one of them a relative; the outcome is what the votes say."""
    for _ in range(3):
        panel.add_row()
    rows: dict[str, str] = {"take-met_on": stage.at.date().isoformat(), "take-minutes": "同意上报"}
    for n in range(4):
        kin = n == 3
        row = {
            "name": f"评审{n}", "post": "村民代表", "recused": str(kin).lower(), "vote": "none" if kin else "agree",
            **({"recusal_reason": "申请人的姐夫"} if kin else {}),
        }  # fmt: skip
        rows |= all_of(f"take-members-{n}", row)
    panel.press(
        "", rows | {"take-_outcome": "disagree", "take-_reason": "票数有误"}, within="sheet-take", expect=400
    )
    assert "与所选结果不一致" in panel.words
    panel.press("", {"take-_outcome": "agree"}, within="sheet-take")


def _decided(stage: Stage) -> None:
    """The county has handed this to the township: the county may not, the township looks twice and does."""
    county = stage.enter(stage.who.county_approver)
    county.go(f"/desk/cases/{stage.case.pk}/")
    assert "受委托" in county.words
    assert "办理：审核确认" not in county.words
    assert (
        county.status_of(f"/desk/cases/{stage.case.pk}/tasks/{stage.task(stage.case, 'confirm').pk}/") == 403
    )
    township = at_case(stage, stage.who.township_approver, stage.case, "审核确认")
    township.press("下一步", {"take-_outcome": "grant"}, within="sheet-take")
    assert "确认作出决定" in township.words
    assert AMOUNT in township.words
    township.press("确认：予以确认")
    assert stage.case.state == Case.State.GRANTED


def step_7(stage: Stage) -> None:
    """A month is paid by four hands; one payment comes back, is repaired and paid; nothing is left over."""
    who = stage.who
    with stage.now():
        allotted(who, year=2026)
        others = [entitled(who.county_approver, amount=n, from_month=Month(2026, 4)) for n in (38400, 12345)]
    stage.on(DAYS["pay"])
    payer = stage.enter(who.payer)
    payer.go("/desk/money/")
    payer.follow("编制批次")
    payer.press("编制批次", {"draft-month": "2026-04"})
    url = payer.path
    assert NAME in payer.words
    assert AMOUNT in payer.words
    for one in (who.payment_reviewer, who.second_payment_reviewer):
        reviewer = stage.enter(one)
        reviewer.go("/desk/money/")
        reviewer.go(url)
        reviewer.press("通过", {"review-checked": "true"}, within="sheet-review")
    payer.go(url)
    payer.press("送银行", within="sheet-send")
    own = Entitlement.objects.get(case_id=stage.case.pk)
    _read_back(payer, file=1, closed=[own.account])
    assert "账户已销户" in payer.words
    payer.follow(NAME)
    payer.press(
        "保存，等待放行", {"repair-account": a_card(), "repair-owner": NAME, "repair-reason": "原卡已销户"}
    )
    reviewer = stage.enter(who.payment_reviewer)
    reviewer.go(url)
    reviewer.press("放行修正后的付款")
    payer.go(url)
    _read_back(payer, file=2, closed=[])
    payer.press("对账", within="sheet-reconcile")
    assert "差额为 0" in payer.words
    payer.press("关账", within="sheet-close")
    assert Batch.objects.get(month=date(2026, 4, 1)).count == len(others) + 1
    payer.go("/desk/money/proof/")
    payer.press("现在核验")
    assert "没有不一致" in payer.words


def _read_back(payer: Visitor, *, file: int, closed: Sequence[str]) -> None:
    """The bank's answer to a file of the page, read in."""
    sent = payer.fetch(f"银行文件 {file}（CSV）")
    answer = Paper("回单.csv", bank.run_local_bank(sent, closed=frozenset(closed)), "text/csv")
    payer.press("读入回单", papers={"file": answer}, within="sheet-returns")


def step_8(stage: Stage) -> None:
    """The city draws files, finds a fault; the township puts it right, the city closes it."""
    stage.on(DAYS["sample"])
    city = stage.enter(stage.who.sampler)
    city.go("/desk/sampling/")
    city.press("随机抽取", {"draw-assistance.dibao_files-size": "1"})
    city.follow(MASKED)
    found = dict.fromkeys(("visit_form", "verification", "publicity"), "true")
    found |= {"amount": "true", "problem": "入户照片不清楚", "_sound": "no"}
    city.press("登记抽查结果", all_of("check", found))
    window = stage.enter(stage.who.clerk)
    window.go("/desk/sampling/")
    window.follow(MASKED)
    window.press("提交整改情况", {"rectify-text": "已补拍并附说明"})
    city.go(city.path)
    city.press("整改合格，销号")
    assert SampledCase.objects.get().state == SampledCase.State.CLOSED


def step_9(stage: Stage) -> None:
    """The province counts the household, by county; the standard used stands there with its source."""
    with stage.now():
        standing(path=place(NEXT_COUNTY.village.split("/")[-2]), name="测谷雨", amount=20000)
        standing(path=place("220581100200"), name="测霜降", amount=30000)
    stage.on(DAYS["count"])
    top = stage.enter(stage.who.provincial_officer)
    top.go("/desk/boards/")
    top.press("统计本月")
    top.follow("按县（市、区）展开")
    assert "核对一致" in top.words, top.words
    assert "合计 3 = " in top.words
    assert "农安县" in top.words
    top.follow("保障标准")
    top.press("查询", {"under": stage.who.seat.city})
    assert re.search(r"农安县.*4,?372", top.words), top.words
    top.go("/desk/registers/")
    top.follow("低收入")
    top.follow(NAME)
    assert "保障中" in top.words
    assert AMOUNT in top.words


def step_10(stage: Stage) -> None:
    """A job lifts the income: review, hearing, gradual exit, and a reconsideration that upholds it."""
    stage.on(DAYS["review"])
    window = stage.enter(stage.who.clerk)
    window.go(f"/desk/cases/{stage.case.pk}/")
    window.press("发起低保复核")
    review = stage.review
    window.go("/desk/")
    window.go(f"/desk/cases/{review.pk}/draft/")
    draft = window.path
    window.go(f"{draft}form/")
    window.press("保存", {"form-why": "job", "form-change": "丈夫到镇上的厂里上班"})
    window.go(f"{draft}members/")
    window.follow(NAME)
    window.press("保存", {"member-work_capacity": "full", "member-wage": "36000"})
    window.go(draft)
    window.follow("核对并提交")
    window.press("提交申请")
    at_case(stage, stage.who.clerk, review, "登记变化").press("", within="sheet-take")
    field = at_case(stage, stage.who.investigator, review, "核实变化")
    found = {"visited_on": stage.at.date().isoformat(), "found": "已签劳动合同，月工资三千元"}
    found |= {"_partner1": str(stage.who.second_investigator.user_id)}
    field.press("", all_of("take", found), within="sheet-take")
    window = at_case(stage, stage.who.clerk, review, "听取意见")
    heard = {"heard_on": stage.at.date().isoformat(), "views": "工作是临时的，希望缓一缓", "signed": "true"}
    window.press("", all_of("take", heard), within="sheet-take")
    township = at_case(stage, stage.who.township_approver, review, "复核决定")
    township.press(
        "下一步", {"take-_outcome": "refuse", "take-_reason": "就业后收入超过标准"}, within="sheet-take"
    )
    assert "渐退" in township.words
    township.press("确认：停止保障")
    window = at_case(stage, stage.who.clerk, review, "送达决定")
    window.press("", {"take-way": "in_person"}, within="sheet-take")
    _appealed(stage, review)


def _appealed(stage: Stage, review: Case) -> None:
    stage.on(DAYS["appeal"])
    home = stage.enter(stage.applicant_at_home)
    home.go("/my/")
    home.follow("低保复核")
    home.follow("不同意？申请行政复议")
    home.press("提交复议申请", {"reasons": "工作是临时的，冬天就没有了"})
    judge = stage.enter(stage.who.reviewer)
    judge.go("/desk/appeals/")
    judge.follow(MASKED)
    judge.press("提交审查结果", {"examine-accepted": "yes"})
    judge.press("作出复议决定", {"decide-result": "upheld", "decide-opinion": "事实清楚，适用法规正确"})
    assert "维持" in judge.words
    home.go(f"/my/cases/{review.pk}/")
    assert "维持" in home.words
    _paid_until_the_grace_ends(stage)


def _paid_until_the_grace_ends(stage: Stage) -> None:
    """In the last month of grace the household is in the batch, in the next it is not."""
    payer = stage.enter(stage.who.payer)
    for day, month, there in ((DAYS["grace"], "2027-01", True), (DAYS["over"], "2027-02", False)):
        stage.on(day)
        payer.go("/desk/money/new/")
        payer.press("编制批次", {"draft-month": month})
        assert Batch.objects.get(month=f"{month}-01").payments.filter(payee_name=NAME).exists() is there


STEPS = (step_1, step_2, step_3, step_4, step_5, step_6, step_7, step_8, step_9, step_10)
