"""A resident alone at the portal: found, filled in with mistakes, left and taken up again, corrected, refused with
reasons, and carried on as another assessment without new papers."""

from __future__ import annotations

from minzheng.kernel.casework.models import Case
from tests.factories.money import a_card
from tests.factories.papers import PNG
from tests.factories.pdf_text import pdf_text
from tests.journeys.scenario_1 import NAME, VISITED, all_of, at_case
from tests.journeys.stage import Paper, Stage, Visitor

__all__ = ["STEPS"]

HOUSEHOLD = {
    "need": "孩子上学，丈夫身体不好", "housing": "own", "houses": "1", "deposits": "1200.50", "vehicles": "0",
    "phone": "13800000000",
}  # fmt: skip
SCAN = Paper("医疗票据.png", PNG, "image/png")


def applies(stage: Stage) -> None:
    """From the front page to a draft that is left half filled in."""
    home = stage.enter(stage.applicant_at_home)
    home.go("/")
    home.follow("最低生活保障家庭人均收入")
    assert "谁可以申请" in home.words
    home.follow("开始申请")
    home.press("开始填写")
    home.follow("名单没有问题，下一步")
    home.follow("填写测清明的情况")
    home.press("保存，下一步", {"work_capacity": "full"}, expect=400)
    assert "与家人共同生活" in home.words
    home.press("保存，下一步", {"lives_together": "true", "work_capacity": "full", "business": "16000"})
    home.press("保存，下一步", {"lives_together": "true", "work_capacity": "partial"})
    home.press("保存，下一步", {"lives_together": "true", "work_capacity": "none", "student": "true"})
    assert home.path.endswith("/household/")
    wrong = HOUSEHOLD | {"deposits": "12.345", "phone": "12345"}
    home.press("保存，下一步", wrong, expect=400)
    assert "有 2 处需要修改" in home.words
    assert "两位小数" in home.words
    home.press("保存，以后再填", {**HOUSEHOLD, "phone": "13800000000"})
    assert "没有填完的" in home.words


def hands_in(stage: Stage) -> None:
    """The draft is taken up where it was left, signed by both adults and handed in."""
    home = stage.enter(stage.applicant_at_home)
    home.go("/my/")
    home.follow("最低生活保障")
    assert home.path.endswith("/payee/"), "the first step that is not filled in"
    home.press("保存，下一步", {"payee_owner": NAME, "payee_account": "6217000000000000013"}, expect=400)
    home.press("保存，下一步", {"payee_owner": NAME, "payee_account": a_card()})
    home.press("上传", papers={"file": SCAN})
    assert SCAN.name in home.words
    home.follow("下一步")
    home.press("签署授权书", {"agree": "yes"})
    home.follow("下一步")
    home.press("提交申请", expect=400)
    assert "本人承诺" in home.words
    home.press("提交申请", {"commitment": "true"})
    assert "申请已提交" in home.words
    assert "测寒露" in home.words, "the receipt says who has still to sign"
    wife = stage.enter(stage.wife_at_home)
    wife.go("/my/")
    wife.follow("去看一看")
    wife.press("签署授权书", {"agree": "yes"})


def corrects(stage: Stage) -> None:
    """The window asks once for what is wanting; the resident answers at the portal."""
    window = at_case(stage, stage.who.clerk, stage.case, "受理")
    window.press(
        "告知补正", {"correct-items": "请写明孩子就读的学校\n票据照片不清楚"}, within="sheet-correct"
    )
    home = stage.enter(stage.applicant_at_home)
    home.go("/my/")
    home.follow("最低生活保障")
    assert "票据照片不清楚" in home.words
    home.follow("去补正")
    base = home.path.removesuffix("family/")
    home.go(f"{base}household/")
    home.press("保存，下一步", {"need": "孩子在镇中学上学，丈夫身体不好"})
    home.go(f"{base}review/")
    home.press("提交补正", {"commitment": "true"})
    assert stage.case.state == Case.State.SUBMITTED


def is_refused(stage: Stage) -> None:
    """Too much income for dibao: a refusal in writing, with figures, articles and remedies."""
    who, case = stage.who, stage.case
    stage.departments.put("vehicles", stage.applicant.id_number, [])
    window = at_case(stage, who.clerk, case, "受理")
    window.press(
        "", {"take-complete": "true", "take-kin": "false", "take-_outcome": "accept"}, within="sheet-take"
    )
    county = at_case(stage, who.verifier, case, "家庭经济状况核对")
    for button in ("发起核对", "向各部门查询", "出具核对报告", "完成核对"):
        county.press(button)
    field = at_case(stage, who.investigator, case, "入户调查")
    answers = all_of("take", {"visited_on": stage.at.date().isoformat(), **VISITED})
    field.press("", answers | {"take-_partner1": str(who.second_investigator.user_id)}, within="sheet-take")
    field = at_case(stage, who.investigator, case, "评估与初审意见")
    opinion = {"take-opinion": "人均收入高于标准"}
    field.press("", opinion | {"take-_outcome": "propose"}, within="sheet-take", expect=400)
    assert "不能建议确认" in field.words
    field.press("", opinion | {"take-_outcome": "oppose"}, within="sheet-take")
    field.go(f"/desk/cases/{case.pk}/reasons/")
    field.press("看看结果", {"home-deposits": "1.00"})
    assert "这样改动，结果不变" in field.words
    township = at_case(stage, who.township_approver, case, "审核确认")
    township.press("下一步", {"take-_outcome": "refuse"}, within="sheet-take", expect=400)
    township.press(
        "下一步", {"take-_outcome": "refuse", "take-_reason": "人均收入高于低保标准"}, within="sheet-take"
    )
    township.press("确认：不予确认")
    window = at_case(stage, who.clerk, case, "送达决定")
    window.press("", {"take-way": "in_person"}, within="sheet-take")


def goes_on(stage: Stage) -> None:
    """My matters show the refusal with its reasons and the edge assessment that goes on by itself."""
    home = stage.enter(stage.applicant_at_home)
    home.go("/my/")
    assert "低保边缘家庭认定" in home.words
    home.follow("最低生活保障")
    _reasons(home)
    letter = pdf_text(home.fetch("不予确认"))
    assert "行政复议" in letter
    home.follow("为什么这样决定")
    for said in ("首先不符合的", "差多少就符合", "一步一步怎么算的", "用到的标准从哪里来"):
        assert said in home.words, said
    home.go("/my/")
    home.follow("低保边缘家庭认定")
    assert "沿用前一件申请的结果" in home.words


def _reasons(home: Visitor) -> None:
    for said in ("不予确认的理由", "人均收入", "申请行政复议", "人民法院"):
        assert said in home.words, (said, home.words)


STEPS = (applies, hands_in, corrects, is_refused, goes_on)
