"""What counties say of their figures, figures that jump, and figures that rest on too few of them."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction

from minzheng.kernel import clock
from minzheng.kernel.areas.queries import counties
from minzheng.kernel.errors import NotAllowed, Refused, Stale
from minzheng.kernel.indicators import computing
from minzheng.kernel.plans import anomalies, concerns, confirming, projects, queries, reporting, yearly
from minzheng.kernel.plans.duties import only_plan
from minzheng.kernel.plans.lines import digest
from minzheng.kernel.plans.models import Confirmation, Project, YearReview
from tests.factories.cast import user_of
from tests.factories.places import NEXT_COUNTY, NONGAN
from tests.factories.planned import give, paper, stand, watchers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]
COUNTY = NONGAN.county
QUARTER = clock.Month(2024, 3)


@pytest.fixture
def who() -> SimpleNamespace:
    return watchers()


def test_a_county_confirms_a_quarter_and_a_disputed_figure_is_never_blue(
    client, who: SimpleNamespace
) -> None:
    plan = only_plan()
    mine = {"plan": plan, "path": COUNTY, "by": who.county_reporter}
    with clock.frozen(date(2024, 1, 8)):
        reporting.apportion(plan=plan, target="T065", path=COUNTY, year=2024, value=1, by=who.planner)
        one = projects.open_project(
            programme="elder_town", name="测综合体", due_on=date(2024, 6, 30), milestones=[], **mine
        )
        projects.accept(
            plan=plan, project=one, on=date(2024, 1, 8), evidence=paper(who.county_reporter, COUNTY),
            by=who.county_reporter,
        )  # fmt: skip
    with clock.frozen(date(2024, 4, 10)):
        computing.compute(by=who.planner)
        assert stand(who, QUARTER.last, COUNTY)["T065"].light.colour == "blue"
        client.force_login(user_of(who.county_reporter))
        page = client.get("/desk/plans/matters/").content.decode()
        assert "1 个县级单位中，0 个已核对" in page
        assert "期限 2024-04-15" in page
        target = "/desk/plans/targets/T065/"
        sent = {"deed": "dispute", "key": "d1", "dispute-reason": "综合体还没有投入使用"}
        assert client.post(target, sent).status_code == 302
        assert (
            client.post("/desk/plans/matters/", {"deed": "confirm", "key": "c1", "confirm": "1"}).status_code
            == 302
        )
        assert Confirmation.objects.get().late is False
        told = stand(who, QUARTER.last, COUNTY)["T065"].light
        assert (told.colour, told.hatched, told.why) == ("green", True, "已达到目标。数值有异议。")
        assert stand(who, QUARTER.last)["T065"].cover.known == len(counties("22/")) - 1, (
            "it does not count above"
        )
        with pytest.raises(Stale):
            confirming.confirm(quarter=QUARTER, **mine)
        for wrong, quarter in (("T082", QUARTER), ("T065", QUARTER), ("T076", clock.Month(2024, 6))):
            with pytest.raises(Refused):
                confirming.dispute(target=wrong, quarter=quarter, reason="x", **mine)
        with pytest.raises(NotAllowed):
            confirming.confirm(plan=plan, path=COUNTY, quarter=clock.Month(2023, 12), by=who.neighbour)
        client.force_login(user_of(who.planner))
        page = client.get("/desk/plans/matters/").content.decode()
        assert "综合体还没有投入使用" in page
        (open_one,) = queries.disputes(plan, who.planner, under="22/")
        answer = {"deed": f"settle{open_one.pk}", "key": "s1", f"settle{open_one.pk}-answer": "已核实启用"}
        assert client.post(target, answer).status_code == 302
        assert stand(who, QUARTER.last, COUNTY)["T065"].light.colour == "blue"
        assert "已核实启用" in client.get(target, {"under": COUNTY}).content.decode()
    with clock.frozen(date(2024, 4, 16)):
        late = confirming.confirm(plan=plan, path=NEXT_COUNTY.county, quarter=QUARTER, by=who.neighbour)
        assert late.late
    with pytest.raises(IntegrityError), transaction.atomic():
        Confirmation.objects.update(late=False)


def test_what_counties_give_is_added_up_and_stands_hatched_until_all_gave_it(who: SimpleNamespace) -> None:
    with clock.frozen(date(2024, 1, 10)):
        give(who, "T082", "2023-12", 90, 100, path=COUNTY, giver=who.county_reporter)
        give(who, "T082", "2023-12", 400, 500, path=NEXT_COUNTY.county, giver=who.neighbour)
        whole = stand(who, date(2023, 12, 31))["T082"]
        assert (whole.figure.numerator, whole.figure.denominator, whole.source) == (490, 600, "given")
        assert (whole.cover.known, whole.cover.of) == (2, len(counties("22/")))
        assert whole.light.hatched is (whole.cover.share < 1)
        own = give(who, "T082", "2023-12", 870, 1000)
        assert stand(who, date(2023, 12, 31))["T082"].figure.numerator == own.numerator, (
            "the whole, given as such"
        )
        if whole.cover.share == 1:
            odd = anomalies.anomalies(only_plan(), who.planner, under="22/", on=date(2024, 1, 10))
            assert [one.why for one in odd] == ["填报 870，各县合计 490"]


def test_a_jump_is_told_and_must_be_explained(who: SimpleNamespace) -> None:
    plan = only_plan()
    with clock.frozen(date(2024, 1, 10)):
        give(who, "T004", "2022-12", 12000)
        give(who, "T004", "2023-11", 14400)
        with pytest.raises(Refused, match="变动很大") as told:
            give(who, "T004", "2023-12", 17281)
        assert told.value.errors.keys() == {"reason"}
        give(who, "T004", "2023-12", 17281, reason="并入乡镇社工")
        sheet = paper(who.planner)
        Project.objects.bulk_create(
            Project(
                plan=plan.code, programme="elder_town", name=f"综合体{number}", path=COUNTY, due_on=date(2024, 1, 31),
                completed_on=date(2023, 11 if number < 10 else 12, 20), evidence=sheet, opened_at=clock.now(),
            )
            for number in range(13)
        )  # fmt: skip
        assert not anomalies.anomalies(plan, who.planner, under="22/", on=date(2024, 1, 10)), (
            "nothing is counted yet"
        )
        computing.compute(by=who.planner)
        found = anomalies.anomalies(plan, who.planner, under="22/", on=date(2024, 1, 10))
    assert [(one.target.code, one.path, one.why) for one in found] == [
        ("T065", path, "由 10个 变为 13个") for path in ("22/", COUNTY)
    ]


def test_a_target_that_only_says_more_is_judged_against_where_it_began(who: SimpleNamespace) -> None:
    with clock.frozen(date(2025, 1, 10)):
        for year, women in ((2022, 310), (2023, 310), (2024, 305)):
            give(who, "T028", f"{year}-12", women, 1000)
        lights = [stand(who, date(year, 12, 31))["T028"].light for year in (2022, 2023, 2024)]
        assert [one.colour for one in lights] == ["grey", "yellow", "red"]
        give(who, "T074", "2024-12", 52, 100)
        known = stand(who, date(2024, 12, 31))
        assert known["T074"].light.colour == "blue", "more than the half that the plan started from"
        assert known["B036"].light.why == "基期事实，不亮灯。"


def test_an_office_reviews_its_year_and_a_second_person_finds_it_in_order(
    client, who: SimpleNamespace
) -> None:
    plan, page = only_plan(), "/desk/plans/years/2023/funeral/"
    give(who, "T082", "2023-12", 865, 1000)
    with clock.frozen(date(2023, 6, 5)):
        concerns.report_problem(
            plan=plan, target="T085", path=COUNTY, kind="land", major=False, text="用地没有落实", remedy="协调",
            found_on=date(2023, 6, 1), due_on=date(2024, 6, 30), by=who.county_reporter,
        )  # fmt: skip
    client.force_login(user_of(who.reporter))
    with clock.frozen(date(2023, 12, 31)):
        assert client.get(page).status_code == 404, "the year is not over"
    with clock.frozen(date(2024, 2, 1)):
        assert (
            f"{len(yearly.owners(plan))} 个责任处室中，0 个已提交"
            in client.get("/desk/plans/years/").content.decode()
        )
        words = {"write-done": "火化率上升", "write-lacking": "用地滞后", "write-following": "列入下一批次"}
        sent = {"deed": "write", "key": "y1", "confirm": "1", **words}
        assert client.post(page, sent).status_code == 400, "without a paper"
        paid = {**sent, "write-evidence": str(paper(who.reporter).pk)}
        assert client.post(page, paid).status_code == 302
        made = YearReview.objects.get()
        assert made.late, "the end of January has passed"
        with pytest.raises(NotAllowed):
            yearly.settle_year(plan=plan, review=made, accepted=True, opinion="自己核对", by=who.reporter)
        with pytest.raises(Stale):
            yearly.write_year(
                plan=plan, owner="funeral", year=2023, words=yearly.Words("a", "b", "c"),
                evidence=paper(who.reporter), by=who.reporter,
            )  # fmt: skip
        client.force_login(user_of(who.verifier))
        returned = {"deed": "return", "key": "y2", "return-opinion": "没有说明火化炉"}
        assert client.post(page, returned).status_code == 302
        client.force_login(user_of(who.reporter))
        assert "没有说明火化炉" in client.get(page).content.decode()
        assert client.post(page, {**paid, "key": "y3"}).status_code == 302
    # What comes in later changes the living figure, and not what was handed in.
    give(who, "T082", "2023-12", 876, 1000, reason="补报一个县")
    with clock.frozen(date(2024, 2, 5)):
        client.force_login(user_of(who.verifier))
        assert client.post(page, {"deed": "accept", "key": "y4", "accept-opinion": "一致"}).status_code == 302
        told = client.get(page).content.decode()
        assert "86.50%" in told
        assert "87.60%" not in told
        assert "用地没有落实" in told
        client.force_login(user_of(who.county_reporter))
        assert client.get(page).status_code == 404, "read at the province"
    kept = YearReview.objects.get(state="accepted")
    assert kept.sha == digest(
        [kept.lines, kept.problems, {"done": kept.done, "lacking": kept.lacking, "following": kept.following}]
    )
    for change in ({"lines": []}, {"done": "改"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            YearReview.objects.filter(pk=kept.pk).update(**change)
