"""The page of reasons: shown as it was kept, asked again with other facts, closed to strangers."""

from __future__ import annotations

import json
import re

import pytest

from minzheng.kernel import clock
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.casework.models import Case, Decision
from tests.desk.pages import forms_of, officer
from tests.factories.walk import Walk

pytestmark = pytest.mark.django_db
RICH = {"deposits": "600000.00"}


def text_of(html: str) -> str:
    """What is read on the page, without markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_the_page_tells_what_failed_first_with_its_figures_and_their_sources(walk: Walk) -> None:
    walk.form = {**walk.form, **RICH}
    case = walk.apply()
    html = officer(walk.who.clerk).open(f"/desk/cases/{case.pk}/reasons/")
    said = text_of(html)
    assert "首先不符合的是 存款及有价证券不超过限额" in said
    assert "存款及有价证券 600000.00 元，超过存款限额" in said
    assert html.count('class="mz-why-first"') == 1
    assert "申报 本人申报" in said
    assert "承诺 申请表未填，按申请人承诺认定" in said
    assert "标准参数" in said
    assert "吉林省" in said  # the place of a value by its name, never by its code
    assert '"22/' not in html
    assert "测清明" in said
    assert "第 1 位成员" not in said


def test_the_branch_that_failed_is_unfolded_and_the_others_are_folded(walk: Walk) -> None:
    walk.form = {**walk.form, **RICH}
    case = walk.apply()
    html = officer(walk.who.clerk).open(f"/desk/cases/{case.pk}/reasons/")
    tree = html[html.index('<ul class="mz-why">') :]
    line = re.search(r'mz-why-failed" id="why-household-deposits_within"><details( open)?>', tree)
    assert line is not None
    assert line[1] == " open"
    folded = re.search(r'id="why-household-has_members"><details( open)?>', tree)
    assert folded is not None
    assert folded[1] is None
    paper = officer(walk.who.clerk).open(f"/desk/cases/{case.pk}/reasons/?print=1")
    assert "<details>" not in paper[paper.index('<ul class="mz-why">') : paper.index("用到的标准和参数")]
    assert "如果改动" not in paper


def test_every_mark_on_the_page_leads_to_a_line_that_is_there(walk: Walk) -> None:
    html = officer(walk.who.clerk).open(f"/desk/cases/{walk.apply().pk}/reasons/")
    there = re.findall(r' id="([^"]+)"', html)
    assert len(there) == len(set(there))
    wanted = set(re.findall(r'href="#(why-[^"]+)"', html))
    assert wanted
    assert wanted <= set(there)


def test_what_is_near_is_said_with_the_exact_limit(walk: Walk) -> None:
    walk.form = {**walk.form, **RICH}
    case = walk.apply()
    said = text_of(officer(walk.who.clerk).open(f"/desk/cases/{case.pk}/reasons/"))
    near = re.search(r"若存款及有价证券不超过 (\d+\.\d\d) 元，即符合最低生活保障条件 现为 600000.00 元", said)
    assert near is not None
    limit = re.search(r"超过存款限额 (\d+\.\d\d) 元", said)
    assert limit is not None
    assert near[1] == limit[1]
    assert "若县级书面同意不计存款超限为是，即符合最低生活保障条件" in said


def test_other_facts_are_tried_beside_the_real_result_and_nothing_is_kept(walk: Walk) -> None:
    walk.form = {**walk.form, **RICH}
    case = walk.apply()
    desk = officer(walk.who.clerk)
    url = f"/desk/cases/{case.pk}/reasons/"
    page = desk.client.get(url)
    form = next(one for one in forms_of(page).values() if "home-deposits" in one.fields)
    assert form.fields["home-deposits"] == "600000.00"
    before = (Case.objects.values().get(pk=case.pk), Entry.objects.exclude(outcome="read").count())
    answer = desk.client.post(url, form.fields | {"home-deposits": "100.00", "person1-wage": "3000"})
    said = text_of(answer.content.decode())
    assert answer.status_code == 200
    assert "存款及有价证券：600000.00 元 → 100.00 元" in said
    assert "测清明：工资性收入：0.00 元/年 → 3000.00 元/年" in said
    beside = r"符合最低生活保障条件 不符合 存款及有价证券 600000\.00 元，超过[^？]*? 符合 家庭人口 2 人；"
    assert re.search(beside, said)
    assert "月保障金 0.00 元 478.67 元" in said
    assert (Case.objects.values().get(pk=case.pk), Entry.objects.exclude(outcome="read").count()) == before
    assert "600000.00" in desk.open(url)


def test_nothing_changed_and_something_mistyped_are_both_said(walk: Walk) -> None:
    case = walk.apply()
    desk = officer(walk.who.clerk)
    url = f"/desk/cases/{case.pk}/reasons/"
    form = next(one for one in forms_of(desk.client.get(url)).values() if "home-deposits" in one.fields)
    same = desk.client.post(url, form.fields)
    assert "没有改动任何一项" in same.content.decode()
    wrong = desk.client.post(url, form.fields | {"home-deposits": "许多"})
    assert wrong.status_code == 400
    assert "应填金额" in wrong.content.decode()
    assert 'value="许多"' in wrong.content.decode()


def test_what_is_not_known_names_what_settles_it(walk: Walk) -> None:
    case = walk.apply()
    case.form = {key: value for key, value in case.form.items() if key != "class_ur"}
    case.save()
    said = text_of(officer(walk.who.clerk).open(f"/desk/cases/{case.pk}/reasons/"))
    assert "尚不能判断" in said
    assert "补齐后才能判断" in said
    assert "城乡类别 由户籍及居住地信息提供" in said


def test_a_decision_is_shown_as_it_was_kept_whatever_the_rules_say_today(walk: Walk) -> None:
    case = walk.apply()
    walk.accept()
    kept = {
        "scheme": "dibao", "rule_set": "SA-2014", "amount": 0, "parameters_digest": "ab" * 32,
        "eligible": {
            "rule": "household.old", "title": "旧规则下的条件", "outcome": "not_met", "article": None, "figures": [],
            "because": "第 2 位成员的旧收入 9.99 元，超过 9.00 元", "missing": [],
        },
        "findings": [],
        "parameters": [{
            "key": "old.limit", "title": "旧限额", "place": "22/", "from": "2019-01-01", "until": "2020-01-01",
            "value": 900, "unit": "fen", "source": "旧文件", "confidence": "law",
        }],
        "explanation": [{
            "name": "household.old", "title": "旧规则下的条件", "text": "不符合", "source": "《旧办法》第一条",
            "outcome": "not_met", "because": "第 2 位成员的旧收入 9.99 元，超过 9.00 元", "failed": True,
            "children": [
                {"name": "old_income", "title": "旧收入", "text": "9.99 元", "source": "某局 2019-05-05",
                 "outcome": None, "because": "", "origin": "verified", "member": 1, "children": []},
                {"name": "old.limit", "title": "旧限额", "text": "9.00 元", "source": "旧文件（省级）", "outcome": None,
                 "because": "", "origin": "parameter", "children": []},
            ],
        }],
    }  # fmt: skip
    Decision.objects.create(
        case=case, number="旧-1", kind="refuse", on=clock.today(), by="u:1", by_name="张三", level=3,
        rule_set="SA-2014", determination=kept, payload={}, payload_sha="0" * 64,
    )  # fmt: skip
    Case.objects.filter(pk=case.pk).update(state=Case.State.REFUSED, closed_at=clock.now())
    said = text_of(officer(walk.who.clerk).open(f"/desk/cases/{case.pk}/reasons/"))
    for words in ("旧规则下的条件", "《旧办法》第一条", "9.99 元", "某局 2019-05-05", "abababab", "SA-2014"):
        assert words in said
    assert "旧限额 9.00 元 吉林省 2019年1月1日至2020年1月1日前 旧文件 法规" in said
    assert "测寒露的旧收入 9.99 元，超过 9.00 元" in said


def test_what_is_kept_is_what_was_reckoned_line_by_line(walk: Walk) -> None:
    from minzheng.kernel.casework.deciding import determine
    from minzheng.kernel.law import Explanation

    case = walk.apply()
    made = determine(case, on=clock.today()).to_json()
    stored = json.loads(json.dumps(made, ensure_ascii=False))
    trees = [Explanation.from_json(row) for row in stored["explanation"]]
    assert [tree.to_json() for tree in trees] == stored["explanation"]
    html = officer(walk.who.clerk).open(f"/desk/cases/{case.pk}/reasons/")
    for tree in trees:
        for _, one in tree.walk():
            assert f"{one.title}</span>" in html


def test_a_stranger_and_a_decision_of_another_case_are_not_found(walk: Walk) -> None:
    case = walk.apply()
    url = f"/desk/cases/{case.pk}/reasons/"
    officer(walk.who.stranger).open(url, status=404)
    assert officer(walk.who.stranger).client.post(url, {"home-deposits": "1"}).status_code == 404
    clerk = officer(walk.who.clerk)
    clerk.open(f"{url}?decision=999999", status=404)
    clerk.open(f"{url}?decision=x", status=404)
    reads = Entry.objects.filter(verb="casework.read_reasons", actor=walk.who.clerk.id, outcome="read")
    assert reads.count() == 2


def test_the_page_of_the_case_leads_to_its_reasons(walk: Walk) -> None:
    case = walk.apply()
    assert f'href="/desk/cases/{case.pk}/reasons/"' in officer(walk.who.clerk).open(f"/desk/cases/{case.pk}/")
