"""A plan watched: figures by two persons, lights, projects, problems, opinions, changes of targets, evaluations."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction

from minzheng.kernel import catalogue, clock
from minzheng.kernel.access.models import Posting
from minzheng.kernel.areas.queries import names
from minzheng.kernel.errors import NotAllowed, Refused, Stale
from minzheng.kernel.indicators import computing
from minzheng.kernel.plans import (
    adjusting,
    concerns,
    correcting,
    crosschecking,
    evaluating,
    projects,
    queries,
    reporting,
    sampled,
    scoring,
)
from minzheng.kernel.plans.carrying import carried_by, carriers
from minzheng.kernel.plans.duties import only_plan
from minzheng.kernel.plans.models import Adjustment, CrossCheck, Evaluation, Reported, Review
from tests.factories.cast import office, staff, user_of
from tests.factories.papers import PNG, upload
from tests.factories.places import NONGAN
from tests.factories.planned import give, paper, stand, watchers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]
COUNTY = NONGAN.county


@pytest.fixture
def who() -> SimpleNamespace:
    return watchers()


def test_the_plan_is_declared_whole() -> None:
    plan = only_plan().item
    assert sum(one.is_target for one in plan.targets) == 101
    assert sum(not one.is_target for one in plan.targets) == 60
    assert all(one.clauses and plan.owner(one.owner) != one.owner for one in plan.targets)
    used = {one.ambiguity for one in plan.targets if one.ambiguity}
    assert used == {one.code for one in plan.ambiguities}
    every = carriers()
    linked = {one.code for found in every.values() for one in found}
    assert not {*catalogue.current().services, *catalogue.current().subsidies} - linked, (
        "each carries out a clause"
    )
    assert every["3.2"]
    allowed = next(one for one in every["3.5"] if "gov_purchase.cap" in one.values)
    for code in ("assistance.purchase", allowed.code, "gov_purchase.cap"):
        assert [section for section, _ in carried_by(code)] == ["3.5"], code


def test_a_figure_needs_a_paper_and_a_second_person_and_never_stands_over_a_computed_one(
    who: SimpleNamespace,
) -> None:
    plan = only_plan()
    with clock.frozen(date(2024, 1, 10)):
        usual = {
            "plan": plan,
            "target": "T082",
            "path": "22/",
            "month": clock.Month(2023, 12),
            "by": who.reporter,
        }
        sheet = paper(who.reporter)
        for wrong, code in (
            ({"evidence": None}, "evidence_missing"), ({"numerator": 1001}, "figure_over"),
            ({"denominator": None}, "denominator"), ({"month": clock.Month(2024, 1)}, "month_not_over"),
            ({"target": "T085", "denominator": None}, "computed_not_typed"),
        ):  # fmt: skip
            with pytest.raises(Refused) as told:
                reporting.report(
                    **{**usual, "numerator": 876, "denominator": 1000, "evidence": sheet, **wrong}
                )
            assert told.value.code == code
        fell = {**usual, "target": "T042", "denominator": None, "evidence": sheet}
        assert reporting.report(**fell, numerator=-300).numerator == -300, (
            "a year may bring less than the last"
        )
        with pytest.raises(NotAllowed):
            reporting.report(**{**usual, "by": who.neighbour}, numerator=1, denominator=2, evidence=sheet)
        made = reporting.report(**usual, numerator=865, denominator=1000, evidence=sheet)
        assert stand(who, date(2023, 12, 31))["T082"].source == "none", "what waits is not shown"
        with pytest.raises(NotAllowed):
            reporting.verify(reported=made, opinion="自己核实", plan=plan, by=who.reporter)
        reporting.verify(reported=made, opinion="与统计表一致", plan=plan, by=who.verifier)
        with pytest.raises(Stale):
            reporting.reject(reported=made, opinion="再退", plan=plan, by=who.verifier)
        first = stand(who, date(2023, 12, 31))["T082"]
        assert (first.light.colour, first.source, first.value) == ("red", "given", Decimal("86.5"))
        with pytest.raises(Refused, match="更正"):
            reporting.report(**usual, numerator=876, denominator=1000, evidence=sheet)
        give(who, "T082", "2023-12", 876, 1000, reason="补报一个县")
        assert stand(who, date(2023, 12, 31))["T082"].light.colour == "green"
        assert queries.given_of(plan, "T082", who.planner, under="22/").count() == 2, "both stay on file"
    for deed in (
        lambda: Reported.objects.filter(pk=made.pk).update(numerator=900),
        lambda: Reported.objects.filter(pk=made.pk)._raw_delete("default"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            deed()


def test_a_target_is_not_changed_without_the_opinion_of_the_commission(who: SimpleNamespace) -> None:
    plan = only_plan()
    with clock.frozen(date(2024, 3, 1)):
        sheet, usual = (
            paper(who.reporter),
            {"plan": plan, "target": "T065", "ground": "policy", "by": who.reporter},
        )
        words = {"reason": "用地政策变化", "impact": "少建两个", "evidence": sheet}
        with pytest.raises(Refused, match="到期"):
            adjusting.file(**{**usual, "target": "T045"}, new_value=Decimal(45), **words)
        made = adjusting.file(**usual, new_value=Decimal(8), **words)
        with pytest.raises(Refused, match="专家"):
            adjusting.review(plan=plan, adjustment=made, expert=None, by=who.planner)
        made = adjusting.review(plan=plan, adjustment=made, expert=paper(who.planner), by=who.planner)
        with pytest.raises(Refused, match="发展改革委"):
            adjusting.consult(plan=plan, adjustment=made, opinion=None, by=who.planner)
        with pytest.raises(Stale):
            adjusting.decide(plan=plan, adjustment=made, approved=True, minutes="会1号", by=who.decider)
        with pytest.raises(IntegrityError), transaction.atomic():
            Adjustment.objects.filter(pk=made.pk).update(state="approved")
        made = adjusting.consult(plan=plan, adjustment=made, opinion=paper(who.planner), by=who.planner)
        with pytest.raises(NotAllowed):
            adjusting.decide(plan=plan, adjustment=made, approved=True, minutes="会1号", by=who.planner)
        made = adjusting.decide(plan=plan, adjustment=made, approved=True, minutes="会1号", by=who.decider)
        with pytest.raises(Refused, match="追溯"):
            adjusting.publish(plan=plan, adjustment=made, valid_from=date(2024, 2, 1), by=who.planner)
        adjusting.publish(plan=plan, adjustment=made, valid_from=date(2024, 4, 1), by=who.planner)
    before, after = stand(who, date(2024, 3, 31))["T065"], stand(who, date(2024, 4, 30))["T065"]
    assert (before.target.value, after.target.value, after.adjusted) == (10, 8, True)


def test_projects_problems_and_opinions_have_their_days(who: SimpleNamespace) -> None:
    plan = only_plan()
    with clock.frozen(date(2022, 3, 1)):
        one = projects.open_project(
            plan=plan, programme="funeral_home_new", name="农安县新建殡仪馆", path=COUNTY, due_on=date(2023, 6, 30),
            milestones=[("立项", date(2022, 5, 31)), ("竣工", date(2023, 5, 31))], by=who.county_reporter,
        )  # fmt: skip
        with pytest.raises(NotAllowed):
            projects.open_project(
                plan=plan, programme="funeral_home_new", name="x", path=COUNTY, due_on=date(2023, 6, 30), milestones=[],
                by=who.neighbour,
            )  # fmt: skip
    with clock.frozen(date(2023, 6, 1)):
        with pytest.raises(Refused, match="里程碑"):
            projects.accept(
                plan=plan,
                project=one,
                on=date(2023, 6, 1),
                evidence=paper(who.county_reporter, COUNTY),
                by=who.county_reporter,
            )
        for step in one.milestones.all():
            projects.reach(plan=plan, milestone=step, on=date(2023, 5, 30), by=who.county_reporter)
        projects.accept(
            plan=plan,
            project=one,
            on=date(2023, 6, 1),
            evidence=paper(who.county_reporter, COUNTY),
            by=who.county_reporter,
        )
        problem = concerns.report_problem(
            plan=plan, target="T085", path=COUNTY, kind="land", major=False, text="用地未批", remedy="协调自然资源部门",
            found_on=date(2023, 5, 4), due_on=date(2023, 8, 1), by=who.county_reporter,
        )  # fmt: skip
        assert problem.late
        assert concerns.escalated(problem, date(2023, 5, 15)) == ""
        assert concerns.escalated(problem, date(2023, 5, 18)) == "处室负责人"
        assert concerns.escalated(problem, date(2023, 6, 1)) == "厅领导"
        voice = concerns.receive_opinion(
            plan=plan, path=COUNTY, topic="funeral", channel="hotline", target="T085", received_on=date(2023, 5, 31),
            text="殡仪馆太远，电话13800001111", by=who.county_reporter,
        )  # fmt: skip
        assert "13800001111" not in voice.text
        assert voice.reply_due == date(2023, 6, 14)
        concerns.reply(plan=plan, opinion=voice, text="新馆已经启用", by=who.county_reporter)
        concerns.close_problem(plan=plan, problem=problem, closing="已批复", by=who.county_reporter)
        assert [one.what for one in queries.concerns(plan, "T085", who.planner, under="22/")] == [
            "问题",
            "项目",
            "公众意见",
        ]
        computing.compute(by=who.planner)
    assert stand(who, date(2023, 5, 31))["T085"].value == 0
    with clock.frozen(date(2023, 7, 2)):
        computing.compute(by=who.planner)
    assert stand(who, date(2023, 6, 30))["T085"].value == 1
    own = stand(who, date(2023, 6, 30), COUNTY)["T085"]
    assert (own.source, own.light.colour) == ("computed", "grey"), (
        "a total of the province is no county's own"
    )
    reporting.apportion(plan=plan, target="T085", path=COUNTY, year=2023, value=Decimal(1), by=who.planner)
    assert stand(who, date(2023, 6, 30), COUNTY)["T085"].light.colour == "blue"


def test_an_evaluation_rests_on_its_snapshot_and_comes_out_the_same_again(
    client, who: SimpleNamespace
) -> None:
    plan = only_plan()
    with clock.frozen(date(2023, 7, 20)):
        give(who, "T082", "2023-06", 870, 1000)
        give(who, "T004", "2023-06", 15500)
        with pytest.raises(NotAllowed):
            evaluating.evaluate(
                plan=plan, kind="mid", as_of=date(2023, 6, 30), seed="七", per_city=2, by=who.reporter
            )
        made = evaluating.evaluate(
            plan=plan, kind="mid", as_of=date(2023, 6, 30), seed="七", per_city=2, by=who.planner
        )
        lines = {line["code"]: line for line in made.lines}
        assert (lines["T082"]["value"], lines["T082"]["light"]) == ("87", "green")
        assert lines["T001"]["source"] == "none"
        assert made.sample == evaluating.draw(made.frozen, seed="七", per_city=2)
        assert made.sample
        with clock.frozen(date(2023, 7, 21)):
            give(who, "T082", "2023-06", 500, 1000, reason="事后更正")
            give(who, "T082", "2023-03", 480, 1000, reason="补录")
        assert evaluating.rerun(plan, made, who.planner), "what is verified later does not touch the snapshot"
        reporting.apportion(
            plan=plan, target="T085", path=COUNTY, year=2023, value=Decimal(1), by=who.planner
        )
        assert evaluating.rerun(plan, made, who.planner), "nor does a part that a county is given later"
        by_what_stands = Evaluation(lines=made.lines, frozen=made.frozen, seed=made.seed, sha=made.sha)
        assert not evaluating.rerun(plan, by_what_stands, who.planner), (
            "judged by what stands now it would differ"
        )
        with pytest.raises(IntegrityError), transaction.atomic():
            Evaluation.objects.filter(pk=made.pk).update(basis={})
        client.force_login(user_of(who.planner))
        home = "/desk/plans/evaluations/mid/"
        assert "87%" in client.get(home).content.decode()
        deed = {"deed": "publish", "key": "k1", "confirm": "1"}
        with pytest.raises(Refused, match="交叉核查还有"):
            evaluating.publish(plan=plan, evaluation=made, by=who.planner)
        _counties_check_each_other(client, home, made, who)
        with pytest.raises(Refused, match="第三方"):
            evaluating.publish(plan=plan, evaluation=made, by=who.planner)
        _the_third_party_hands_in(client, home, made, who)
        client.force_login(user_of(who.planner))
        shown = client.get(home).content.decode()
        for words in (
            "冻结以后",
            "2023-07-21 核实",
            "事后更正",
            "补录",
            "第三方更正",
            "重新加总",
            "1 项不一致",
        ):
            assert words in shown, words
        assert client.post(home, deed).status_code == 302
        published = Evaluation.objects.get()
        assert published.published_on == date(2023, 7, 20)
        assert client.post(home, deed).status_code == 302
        assert b"".join(client.get(home + "workbook/").streaming_content)[:2] == b"PK"
    assert published.report is not None
    report = f"/desk/papers/{published.report.pk}/"
    assert f'href="{report}"' in client.get(home).content.decode()
    assert client.get(report).status_code == 200
    assert published.report.size > 10_000
    client.force_login(user_of(who.county_reporter))
    told = client.get(home).content.decode()
    assert "测评估中心" in told, "a county reads who the third party was"
    assert "2023-07-20 公布，报告存省级" in told
    assert "冻结以后" not in told, "what the province has now is not a county's to read"
    with pytest.raises(IntegrityError), transaction.atomic():
        Evaluation.objects.filter(pk=made.pk).update(published_on=None)


def _counties_check_each_other(client, home: str, made: Evaluation, who: SimpleNamespace) -> None:
    """In a ring that the seed gives; a difference rests on a paper and is answered by the planning office."""
    plan, rows = only_plan(), list(CrossCheck.objects.filter(evaluation=made))
    pairs = {row.path: row.checker for row in rows}
    assert pairs == crosschecking.ring(list(pairs), seed="七", sha=made.frozen.sha)
    assert all(pairs[pairs[path]] != path != pairs[path] for path in pairs)
    assert crosschecking.ring(["a/", "b/"], seed="七", sha="x") == {}, "two would check each other"
    mine, page = next(row for row in rows if row.checker == COUNTY), home + "checks/"
    with pytest.raises(NotAllowed):
        crosschecking.enter_check(plan=plan, check=mine, differences=[], evidence=None, by=who.neighbour)
    client.force_login(user_of(who.county_reporter))
    assert names([mine.path])[mine.path] in client.get(page).content.decode()
    sent = {"deed": "enter", "key": "x1", "enter-differences": f"{mine.figures[0]['code']} 7 台账漏登一处"}
    assert "请上传核查底稿" in client.post(page, sent).content.decode()
    assert (
        "不在被核查县的数值里"
        in client.post(page, sent | {"enter-differences": "T999 7 漏登"}).content.decode()
    )
    assert client.post(page, {**sent, "enter-evidence-file": upload(PNG)}).status_code == 302
    for row in rows:
        if row != mine:
            officer = staff("county_reporter", at=row.checker, domain="planning")
            crosschecking.enter_check(plan=plan, check=row, differences=[], evidence=None, by=officer)
    assert crosschecking.waiting(made) == 1
    client.force_login(user_of(who.planner))
    deed = f"settle{mine.pk}"
    assert client.post(page, {"deed": deed, "key": "x2", f"{deed}-answer": "已更正台账"}).status_code == 302
    with pytest.raises(IntegrityError), transaction.atomic():
        CrossCheck.objects.filter(pk=mine.pk).update(differences=[])


def test_what_is_foreseen_is_frozen_and_stands_beside_what_came_of_it(client, who: SimpleNamespace) -> None:
    plan = only_plan()
    for month, above in (("2024-12", 18000), ("2025-03", 18400), ("2025-06", 19000), ("2025-09", 19400)):
        give(who, "T004", month, above)
    give(who, "T082", "2025-09", 895, 1000)
    with clock.frozen(date(2025, 10, 20)):
        made = evaluating.evaluate(
            plan=plan, kind="forecast", as_of=date(2025, 9, 30), seed="", per_city=0, by=who.planner
        )
        lines = {line["code"]: line["forecast"] for line in made.lines}
        told = lines["T004"]
        # 1,400 in nine months: 466 in three; the slowest three months brought 400, the fastest 600.
        assert (told["outcome"], told["value"], told["low"], told["high"]) == (
            "unsure",
            "19,866",
            "19,800",
            "20,000",
        )
        assert lines["T082"]["outcome"] == "unsaid", "one month is no pace"
        assert lines["T082"]["why"] == "近 12 个月只有 1 个月有数值，不足以推算。"
        client.force_login(user_of(who.planner))
        home = "/desk/plans/evaluations/forecast/"
        assert "能否达到不确定" in client.get(home).content.decode()
        give(who, "T004", "2025-09", 20000, reason="事后更正")
        assert evaluating.rerun(plan, made, who.planner)
        assert client.post(home, {"deed": "publish", "key": "f1", "confirm": "1"}).status_code == 302
        assert b"".join(client.get(home + "workbook/").streaming_content)[:2] == b"PK"
    assert Evaluation.objects.get().report.size > 10_000
    give(who, "T004", "2025-12", 20100)
    with clock.frozen(date(2026, 1, 20)):
        evaluating.evaluate(
            plan=plan, kind="final", as_of=date(2025, 12, 31), seed="七", per_city=1, by=who.planner
        )
        page = client.get("/desk/plans/evaluations/final/").content.decode()
        assert "终期前的预测" in page
        assert "19,866" in page


def _the_third_party_hands_in(client, home: str, made: Evaluation, who: SimpleNamespace) -> None:
    """By its own account alone, the sample first; too few people asked and a county left out are told."""
    plan, third = only_plan(), "/desk/plans/third/mid/"
    client.force_login(user_of(who.planner))
    assert client.get(third).status_code == 403
    with pytest.raises(NotAllowed, match="不能代为"):
        scoring.enter(
            plan=plan, evaluation=made, organisation="x", procurement="x", method="x", marks={}, respondents={},
            report=None, tables=None, by=who.planner,
        )  # fmt: skip
    client.force_login(user_of(who.third))
    for closed in ("/desk/", "/desk/plans/", home, "/desk/registers/", "/desk/boards/", "/desk/papers/"):
        assert client.get(closed).status_code == 403, closed
    _the_sample_is_looked_at(client, third, made, who)
    called = scoring.units(plan, made)
    lines = [f"{name} 16.5 12 13" for name in called.values()]
    sent = {
        "deed": "review", "key": "r1", "review-organisation": "测评估中心", "review-procurement": "采〔2023〕1号",
        "review-method": "访谈和核对", "review-marks": "\n".join(lines[1:]), "review-respondents": "长春市 384",
    }  # fmt: skip

    def post(**changed: str):
        papers = {f"review-{one}-file": upload(PNG) for one in ("report", "tables")}
        return client.post(
            third, {**sent, **{f"review-{key}": text for key, text in changed.items()}, **papers}
        )

    assert "有效问卷应不少于 385 份，现为 384 份" in post().content.decode()
    cities = names({"/".join(one["path"].split("/")[:2]) + "/" for one in made.sample})
    asked = "\n".join(f"{name} 400" for name in cities.values())
    assert "缺少“" in post(respondents=asked).content.decode()
    assert "应写成单位名称和 3 个数" in post(respondents=asked, marks="无此单位 1 2 3").content.decode()
    assert (
        "超出 0 至 20 分"
        in post(respondents=asked, marks="\n".join(lines).replace("16.5", "21")).content.decode()
    )
    assert post(respondents=asked, marks="\n".join(lines)).status_code == 302
    rows = {row["name"]: row for row in Review.objects.get().rows}
    funeral = rows["殡葬管理"]
    assert (
        (funeral["completion"], funeral["total"]) == ("50.00", "91.50") if funeral["judged"] == 1 else funeral
    )
    assert "review-marks" not in client.get(third).content.decode(), "handed in once"
    right = {"mark-unit": "funeral", "mark-part": "effect", "mark-value": "17", "mark-reason": "重新加总"}
    assert client.post(third, {"deed": "mark", "key": "c1", **right}).status_code == 302
    page = client.get(third).content.decode()
    assert page.index("16.5") < page.rindex("重新加总"), "both stand"
    assert {row["name"]: row["effect"] for row in correcting.points_of(made)}["殡葬管理"] == "17"
    assert {row["name"]: row["effect"] for row in Review.objects.get().rows}["殡葬管理"] == "16.5"


def _the_sample_is_looked_at(client, third: str, made: Evaluation, who: SimpleNamespace) -> None:
    """What differs says why and rests on a paper; whoever held a post of the offices looks at nothing."""
    looked = sampled.looked_at(made)
    assert looked == sampled.looked_at(made)
    assert {one.path for one in looked} <= {one["path"] for one in made.sample}
    first = [one for one in looked if one.path == looked[0].path]
    there = f"{third}{first[0].path.split('/')[-2]}/"
    assert 'capture="environment"' not in client.get(there).content.decode(), (
        "a paper is chosen, not photographed"
    )
    sent = {f"found-above_{one.code}": str(one.above) for one in first}
    sent |= {f"found-below_{one.code}": str(one.below) for one in first if one.below is not None}
    sent |= {"deed": "found", "key": "f1", f"found-above_{first[0].code}": str(first[0].above + 1)}
    assert "与快照不一致，请写明情况" in client.post(there, sent).content.decode()
    sent[f"found-reason_{first[0].code}"] = "新增一处尚未登记"
    assert "请上传核实底稿" in client.post(there, sent).content.decode()
    assert client.post(there, {**sent, "found-evidence-file": upload(PNG)}).status_code == 302
    assert client.get(third + "220000000/").status_code == 404
    with pytest.raises(Refused, match="没有核实"):
        scoring.enter(
            plan=only_plan(), evaluation=made, organisation="x", procurement="x", method="x", marks={},
            respondents={}, report=None, tables=None, by=who.third,
        )  # fmt: skip
    for path in dict.fromkeys(one.path for one in looked if one.path != first[0].path):
        found = {one.code: sampled.Found(one.above, one.below) for one in looked if one.path == path}
        sampled.enter_finding(evaluation=made, path=path, found=found, evidence=None, by=who.third)
    once = staff("access.evaluator", at="22/", name="曾任")
    Posting.objects.create(
        user=user_of(once), office=office("22/"), role="planning.planner", from_on=date(2021, 1, 1),
        until_on=date(2022, 1, 1),
    )  # fmt: skip
    with pytest.raises(NotAllowed, match="担任过其他岗位"):
        sampled.enter_finding(evaluation=made, path=first[0].path, found={}, evidence=None, by=once)
