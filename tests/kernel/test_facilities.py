"""Houses: filed in time, beds of one kind a day, one person a bed, the queue kept, nobody left behind at closing."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import date
from fractions import Fraction
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection, transaction

from minzheng.kernel import clock
from minzheng.kernel.catalogue import current
from minzheng.kernel.errors import NotAllowed, NotFound, Refused, Stale
from minzheng.kernel.facilities import actions, queries
from minzheng.kernel.facilities.duties import mine, one_of_mine
from minzheng.kernel.facilities.models import Bed, Facility, Fitting, Lodging
from minzheng.kernel.facilities.queueing import kind_of, queue
from tests.factories.cast import staff
from tests.factories.homes import DETAILS, agreed, an_elder, house, paper, people, uscc
from tests.factories.places import NEXT_COUNTY, NONGAN, place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]
OPENED, FIRST = date(2022, 9, 1), date(2022, 9, 28)


@pytest.fixture
def who() -> SimpleNamespace:
    return people()


def beds_of(facility: object) -> list[Bed]:
    return list(Bed.objects.filter(facility=facility).order_by("room", "number"))


def test_a_house_older_than_the_rule_has_missed_no_day_and_files_from_today(who: SimpleNamespace) -> None:
    before, today = date(2020, 10, 10), date(2022, 10, 18)
    with clock.frozen(before):
        home = house(who, opened=date(2020, 9, 1))
        looked_at = {"ability_on": "2020-10-01", "safety_on": "2020-10-02"}
        agreed(who, home, an_elder(), beds_of(home)[0], before, answers=looked_at)
        home.refresh_from_db()
    with clock.frozen(today):
        assert queries.file_by(home) is None
        assert not queries.unfiled(home)
        papers = {code: paper(who.keeper) for code in current().facility("eldercare.homes").item.papers}
        sent = actions.hand_in(facility=home, what="first", papers=papers, by=who.keeper)
        assert (sent.due_on, queries.alerts(current().facility("eldercare.homes"), home)) == (
            date(2022, 11, 1),
            [],
        )
        # One that had filed before the rule of the first look is only held to the yearly one.
        Facility.objects.filter(pk=home.pk).update(filed_on=date(2020, 10, 1), filing_number="旧1号")
        home.refresh_from_db()
        assert queries.alerts(current().facility("eldercare.homes"), home) == [
            "12 个月内没有登记机构年度自查"
        ]


def test_a_house_is_registered_by_its_county_and_filed_within_ten_working_days_of_its_first_resident(
    who: SimpleNamespace,
) -> None:
    with clock.frozen(OPENED):
        wanted = {
            "kind": "home", "ownership": "private", "name": "试", "uscc": uscc(), "path": NONGAN.township,
            "address": "路",
            "representative": "测", "details": DETAILS,
        }  # fmt: skip
        for by in (who.keeper, staff("county_officer", at=NEXT_COUNTY.county, domain="eldercare")):
            with pytest.raises(NotAllowed):
                actions.register("eldercare.homes", **wanted, by=by)
        with pytest.raises(Refused, match="字母"):
            actions.register("eldercare.homes", **(wanted | {"uscc": uscc()[:-1] + "I"}), by=who.officer)
        home = house(who, opened=OPENED)
        assert queries.file_by(home) is None
    with clock.frozen(FIRST):
        agreed(who, home, an_elder(), beds_of(home)[0], FIRST)
        home.refresh_from_db()
        assert queries.file_by(home) == date(2022, 10, 17)  # T-EC-10
    declared = current().facility("eldercare.homes")
    with clock.frozen(date(2022, 10, 17)):
        assert not queries.unfiled(home)
        with pytest.raises(Refused, match="承诺书"):
            actions.hand_in(
                facility=home, what="first", papers={"application": paper(who.keeper)}, by=who.keeper
            )
        with pytest.raises(NotAllowed):
            actions.hand_in(facility=home, what="first", papers={}, by=who.other_keeper)
    with clock.frozen(date(2022, 10, 18)):
        assert "备案" in queries.alerts(declared, home)[0]
        papers = {code: paper(who.keeper) for code in declared.item.papers}
        sent = actions.hand_in(facility=home, what="first", papers=papers, by=who.keeper)
        assert sent.due_on == date(2022, 10, 17)
        with pytest.raises(NotAllowed):
            actions.acknowledge(filing=sent, by=who.keeper)
        received = actions.acknowledge(filing=sent, by=who.officer)
        home.refresh_from_db()
        assert (home.filed_on, home.filing_number) == (date(2022, 10, 18), received.number)
        assert not queries.unfiled(home)
        with pytest.raises(Stale):
            actions.give_back(filing=sent, opinion="迟了", by=who.officer)
        change = actions.hand_in(
            facility=home, what="change", papers={}, changes={"name": "新名颐养院"}, by=who.keeper
        )
        actions.acknowledge(filing=change, by=who.officer)
        home.refresh_from_db()
        assert home.name == "新名颐养院"


def test_a_bed_holds_one_person_a_day_and_a_person_sleeps_in_one_bed_even_for_raw_sql(
    who: SimpleNamespace,
) -> None:
    with clock.frozen(FIRST):
        home = house(who, opened=OPENED)
        first, second, third = beds_of(home)
        elder, other = an_elder(), an_elder()
        stay = agreed(who, home, elder, first, FIRST)
        with pytest.raises(Refused, match="不空"):
            agreed(who, home, other, first, FIRST)
        with pytest.raises(Refused, match="两张床位"):
            agreed(who, home, elder, second, FIRST)
    row = (
        "INSERT INTO facilities_lodging (path, stay_id, bed_id, person_id, from_on, until_on)"
        " VALUES (%s, %s, %s, %s, %s, %s)"
    )
    for bed, person, since, until, fits in (
        (first, other, "2022-10-01", None, False), (second, elder, "2022-09-01", "2022-09-29", False),
        (first, other, "2022-09-01", "2022-09-28", True), (second, other, "2022-09-28", None, True),
        (third, other, "2022-12-01", None, False),
    ):  # fmt: skip
        refused = nullcontext() if fits else pytest.raises(IntegrityError, match="exclusion")
        with refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(row, [home.path, stay.pk, bed.pk, person.pk, since, until])
    with pytest.raises(IntegrityError), transaction.atomic():
        Fitting.objects.create(bed=first, path=home.path, kind="care", from_on=date(2022, 9, 5))
    Lodging.objects.exclude(person=elder).delete()
    with clock.frozen(date(2022, 10, 8)):
        moved = actions.move(stay=stay, bed=third, on=date(2022, 10, 8), by=who.keeper)
        assert list(Lodging.objects.filter(stay=stay, person=elder).values_list("bed", "until_on").order_by("id")) == [
            (first.pk, date(2022, 10, 8)), (moved.bed_id, None),
        ]  # fmt: skip


def test_days_are_counted_in_the_database_and_a_bed_is_held_for_thirty_days_of_hospital(
    who: SimpleNamespace,
) -> None:
    with clock.frozen(FIRST):
        home = house(who, opened=OPENED, beds=2)
        stay = agreed(who, home, an_elder(), beds_of(home)[0], FIRST)
    with clock.frozen(date(2022, 10, 10)):
        actions.away(stay=stay, on=date(2022, 10, 5), where="县医院", reason="肺炎", by=who.keeper)
        counted = queries.days_between([home], date(2022, 10, 1), date(2022, 10, 31))[home.pk]
        # Two beds for 31 days; there on the first four days of October only.
        assert (counted.open, counted.stayed) == (62, 4)
        assert counted.occupancy == Fraction(4, 62)
        assert queries.board(home).count("held") == 1
        with pytest.raises(Refused, match="保留期"):
            actions.let_go(stay=stay, by=who.keeper)
        actions.back(stay=stay, on=date(2022, 10, 8), care_plan="低盐饮食，两小时翻身", by=who.keeper)
        counted = queries.days_between([home], date(2022, 10, 1), date(2022, 10, 10))[home.pk]
        assert (counted.open, counted.stayed) == (20, 7)
        assert queries.board(home).count("taken") == 1
        again = actions.away(stay=stay, on=date(2022, 10, 10), where="县医院", reason="复发", by=who.keeper)
        assert again.held_until == date(2022, 11, 9)
    with clock.frozen(date(2022, 11, 10)):
        over = actions.let_go(stay=stay, by=who.keeper)
        assert (over.until_on, over.left_because) == (date(2022, 11, 10), "hospital")
        assert queries.board(home).count("free") == 2
        with pytest.raises(Stale):
            actions.discharge(stay=stay, on=date(2022, 11, 10), because="home", settled=0, by=who.keeper)


def test_public_beds_go_by_the_queue_tekun_first_and_nobody_is_passed_over(who: SimpleNamespace) -> None:
    with clock.frozen(FIRST):
        home = house(who, opened=OPENED, ownership="public", kind="county_home")
        bed, other, _ = beds_of(home)
        with pytest.raises(Refused, match="轮候次序"):
            agreed(who, home, an_elder(), bed, FIRST)
        asked = {"facility": home, "bed_kind": "ordinary", "by": who.keeper}
        plain = actions.ask(person=an_elder(), rank="other", **asked)
        tekun = actions.ask(person=an_elder(), rank="tekun", **asked)
        with pytest.raises(Refused, match="不重复"):
            actions.ask(person=tekun.person, rank="tekun", **asked)
        assert [one.pk for one in queue(home)] == [tekun.pk, plain.pk]
        until = date(2022, 10, 12)
        with pytest.raises(Refused, match=f"先通知轮候编号{tekun.number}"):
            actions.offer(waiting=plain, bed=bed, answer_by=until, by=who.keeper)
        actions.offer(waiting=tekun, bed=bed, answer_by=until, by=who.keeper)
        with pytest.raises(Refused, match="不空"):
            actions.offer(waiting=plain, bed=bed, answer_by=until, by=who.keeper)
        assert queries.board(home).count("offered") == 1
        with pytest.raises(Refused, match="不是通知"):
            agreed(who, home, tekun.person, other, FIRST)
        stay = agreed(who, home, tekun.person, bed, FIRST)
        assert stay.waiting_id == tekun.pk
        actions.withdraw(waiting=plain, reason="子女接回", by=who.keeper)
        assert not queue(home).exists()
        with pytest.raises(NotAllowed):
            actions.ask(person=an_elder(), rank="tekun", **(asked | {"by": who.inspector}))


def test_an_elder_who_can_decide_signs_and_both_assessments_come_before_the_first_night(
    who: SimpleNamespace,
) -> None:
    with clock.frozen(FIRST):
        home = house(who, opened=OPENED)
        bed = beds_of(home)[0]
        for born, changed, words in (
            (1945, {"answers": {"signed_by": "guardian"}}, "本人签字"),
            (1945, {"answers": {"ability_on": "2022-09-26"}}, "入住前应当完成"),
            (1945, {"answers": {"safety_on": "2022-09-26"}}, "入住前应当完成"),
            (1975, {}, "未满六十周岁"),
            (1945, {"deposit": 12000_01}, "押金超过"),
        ):
            with pytest.raises(Refused, match=words):
                agreed(who, home, an_elder(date(born, 1, 1)), bed, date(2022, 9, 25), **changed)
        assert not Lodging.objects.exists()
        young = an_elder(date(1975, 1, 1))
        assert agreed(who, home, young, bed, FIRST, deposit=12000_00, answers={"special": "tekun"}).pk
        guarded = {"signed_by": "guardian", "capable": "no", "agent": "测监护"}
        assert agreed(who, home, an_elder(), beds_of(home)[1], FIRST, answers=guarded).pk


def test_a_house_closes_only_when_everybody_has_somewhere_to_go(who: SimpleNamespace) -> None:
    with clock.frozen(FIRST):
        home, other = house(who, opened=OPENED), house(who, opened=OPENED, name="接收院")
        stay = agreed(who, home, an_elder(), beds_of(home)[0], FIRST)
        with pytest.raises(Refused, match="60 天"):
            actions.announce_closure(facility=home, closing_on=date(2022, 11, 1), by=who.keeper)
        actions.announce_closure(facility=home, closing_on=date(2022, 11, 30), by=who.keeper)
        with pytest.raises(Refused, match="停业"):
            agreed(who, home, an_elder(), beds_of(home)[1], FIRST)
        with pytest.raises(Refused, match="没有安置方案"):
            actions.close(facility=home, by=who.officer)
        actions.plan_transfer(
            stay=stay, to=other, to_words="", agreed_by="本人", move_on=date(2022, 9, 28), by=who.keeper
        )
        with pytest.raises(Refused, match="没有离开"):
            actions.close(facility=home, by=who.officer)
        actions.discharge(stay=stay, on=FIRST, because="other", settled=5000_00, by=who.keeper)
        closed = actions.close(facility=home, by=who.officer)
        assert (closed.state, home.beds.filter(closed_on=None).count()) == ("closed", 0)


def test_the_care_share_moves_with_converted_beds_and_a_house_is_seen_only_by_its_own(
    who: SimpleNamespace,
) -> None:
    with clock.frozen(date(2022, 3, 1)):
        home = house(who, opened=date(2022, 1, 4), ownership="public", beds=120)
        assert (
            actions.refit(
                beds=beds_of(home)[:58],
                kind="care",
                on=date(2022, 2, 1),
                evidence="护理床、呼叫系统",
                by=who.keeper,
            )
            == 58
        )
        assert queries.kinds_of_beds([home])[home.pk] == {"care": 58, "ordinary": 62}
        actions.refit(
            beds=beds_of(home)[58:60], kind="care", on=date(2022, 2, 20), evidence="改造", by=who.keeper
        )
        assert queries.kinds_of_beds([home])[home.pk]["care"] == 60  # T-EC-06: 60 of 120
        assert queries.kinds_of_beds([home], date(2022, 1, 31))[home.pk] == {"ordinary": 120}
        assert kind_of(beds_of(home)[59], date(2022, 2, 19)) == "ordinary"
    place(NEXT_COUNTY.village.split("/")[-2])
    declared = current().facility("eldercare.homes")
    neighbour = staff("county_officer", at=NEXT_COUNTY.county, domain="eldercare")
    assert [
        mine(declared, one).count() for one in (who.officer, who.keeper, who.other_keeper, neighbour)
    ] == [1, 1, 0, 0]
    assert one_of_mine(home.pk, who.keeper) == home
    with pytest.raises(NotFound):
        one_of_mine(home.pk, who.other_keeper)
