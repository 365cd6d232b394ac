"""A public emergency: an order, measures that become tasks, subsidies by list, and the end of all of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from minzheng.kernel import clock
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import NotAllowed, NotFound, Refused, Stale
from minzheng.kernel.ledger.proof import verify
from minzheng.kernel.subsidies import actions, queries
from minzheng.kernel.subsidies.models import Measure, MeasureTask, SubsidyList
from tests.factories import staff
from tests.factories.listed import JANUARY, LIVING, Ground, ground
from tests.factories.places import NEXT_COUNTY

pytestmark = pytest.mark.django_db
FEBRUARY = Month(2022, 2)


@pytest.fixture
def here() -> Iterator[Ground]:
    """The twelfth of January: snow has fallen for two days."""
    with clock.frozen(date(2022, 1, 12)):
        yield ground()


def living(here: Ground, **more: object) -> Measure:
    return here.emergency(**more).measures.get(code="living_subsidy")


def drafted(here: Ground, measure: Measure, month: Month = JANUARY) -> SubsidyList:
    return actions.draft(subsidy=LIVING, path=here.county, month=month, started_by=measure, by=here.who.payer)


def test_measures_become_tasks_of_every_county_of_the_area(here: Ground) -> None:
    one = here.emergency()
    counties = {here.county, NEXT_COUNTY.county}
    for code in ("living_subsidy", "price_check"):
        assert set(one.measures.get(code=code).tasks.values_list("path", flat=True)) == counties
    assert set(MeasureTask.objects.values_list("due_on", flat=True)) == {date(2022, 1, 13)}
    own = queries.tasks(one, here.who.county_approver)
    assert {task.path for task in own} == {here.county}
    task = own.get(measure__code="price_check")
    with pytest.raises(NotAllowed):
        actions.do_measure(task=task, words="已核对", by=here.who.payment_reviewer)
    with pytest.raises(NotFound):
        actions.do_measure(task=task, words="已核对", by=staff("county_approver", at=NEXT_COUNTY.county))
    with pytest.raises(Refused):
        actions.do_measure(task=task, words=" ", by=here.who.county_approver)
    done = actions.do_measure(task=task, words="已核对，未到启动条件", by=here.who.county_approver)
    assert done.done_by_name == "赵审批"
    with pytest.raises(Stale):
        actions.do_measure(task=task, words="再来", by=here.who.county_approver)


def test_everyone_protected_is_paid_as_the_order_says(here: Ground) -> None:
    here.family("三口", 3)
    here.family("乡下", 2, class_ur="rural")
    here.edge("边缘", 2)
    measure = living(here)
    one = here.approved(drafted(here, measure))
    assert (one.persons, one.beneficiaries, one.total, one.left_out) == (5, 2, 50000, 0)
    assert measure.tasks.get(path=here.county).done_by_name == "韩复核"
    assert measure.tasks.get(path=NEXT_COUNTY.county).done_at is None
    assert here.batch("assistance.living_subsidy", JANUARY).total == 50000
    assert not verify()


def test_a_place_may_pay_edge_families_too(here: Ground) -> None:
    here.family("一口")
    here.edge("边缘", 2)
    here.parameter("emergency.living.edge", "true", "boolean")
    one = drafted(here, living(here))
    assert (one.persons, one.left_out) == (1, 2)


def test_lifting_ends_what_is_not_approved_and_pays_no_later_month(here: Ground) -> None:
    here.family("一口")
    measure = living(here)
    here.approved(drafted(here, measure))
    with clock.frozen(date(2022, 2, 3)):
        draft = drafted(here, measure, FEBRUARY)
        with pytest.raises(NotAllowed):
            actions.lift_emergency(
                emergency=measure.emergency, until_on=date(2022, 2, 1), order_number="x", by=here.checks
            )
        with pytest.raises(NotAllowed):
            actions.lift_emergency(
                emergency=measure.emergency, until_on=date(2022, 2, 1), order_number="x", by=here.who.payer
            )
        with pytest.raises(Refused):
            actions.lift_emergency(
                emergency=measure.emergency, until_on=date(2022, 1, 10), order_number="x", by=here.enters
            )
        lifted = actions.lift_emergency(
            emergency=measure.emergency,
            until_on=date(2022, 2, 1),
            order_number="吉政应急〔2022〕2号",
            by=here.enters,
        )
        draft.refresh_from_db()
        assert (draft.state, lifted.lift_order) == ("withdrawn", "吉政应急〔2022〕2号")
        with pytest.raises(Refused) as no:
            drafted(here, measure, FEBRUARY)
        assert no.value.code == "measure_over"
        with pytest.raises(Stale):
            actions.lift_emergency(
                emergency=measure.emergency, until_on=date(2022, 2, 1), order_number="x", by=here.enters
            )
    assert SubsidyList.objects.get(month=JANUARY.first).state == "approved"


def test_a_measure_holds_in_its_area_on_its_days(here: Ground) -> None:
    one = here.emergency(measures={"extended_reviews": 3}, until_on=date(2022, 1, 20))

    def months(path: str, on: date) -> int | None:
        found = queries.measure_in_force(Measure.Code.EXTENDED_REVIEWS, domain="assistance", path=path, on=on)
        return found.value if found else None

    assert months(here.who.seat.village, date(2022, 1, 10)) == 3
    assert months(here.who.seat.village, date(2022, 1, 20)) is None
    assert months("22/2202/", date(2022, 1, 15)) is None
    assert [e.pk for e in queries.emergencies(here.who.clerk)] == [one.pk]
    assert queries.months_of(one.measures.get()) == [JANUARY]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"grade": 5}, "grade"),
        ({"order_number": " "}, "order_number"),
        ({"measures": {}}, "measures"),
        ({"measures": {"living_subsidy": 0}}, "living_subsidy"),
        ({"until_on": date(2022, 1, 10)}, "until_on"),
    ],
)
def test_an_order_that_is_not_whole_is_told_beside_its_field(
    here: Ground, wrong: dict[str, object], field: str
) -> None:
    with pytest.raises(Refused) as no:
        here.emergency(**wrong)
    assert field in no.value.errors
    here.emergency()
    with pytest.raises(Refused):
        here.emergency()
    for nobody in (here.who.payer, here.checks, here.who.sampler):
        with pytest.raises(NotAllowed):
            actions.declare_emergency(
                domain="assistance", path=here.county, grade=1, title="t", order_number="n", by=nobody,
                from_on=date(2022, 1, 10), measures={"price_check": 0},
            )  # fmt: skip
