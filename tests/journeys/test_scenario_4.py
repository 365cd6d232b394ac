"""Scenario 4, a home visit becomes a bed: the day's list, visits, a search, an assessment, an allowance, the bed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from minzheng.domains.eldercare.rules import ability
from minzheng.kernel import clock
from minzheng.kernel.audit import Actor, system
from minzheng.kernel.clock import Month
from minzheng.kernel.facilities.models import Stay, Waiting
from minzheng.kernel.indicators import computing
from minzheng.kernel.indicators.queries import total
from minzheng.kernel.ledger.models import Entitlement
from minzheng.kernel.people.models import Person
from minzheng.kernel.visits import planning
from minzheng.kernel.visits.models import Assessment, Contact, Escalation, Watched
from tests.domains.eldercare.test_ability_assessments import sheet_of
from tests.factories.cast import resident_of, staff
from tests.factories.homes import AGREED, house
from tests.factories.money import a_card
from tests.factories.people import household, person
from tests.factories.places import NEXT_COUNTY, NONGAN, place
from tests.journeys.pages import Reader

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]
START = datetime(2026, 3, 2, 8, tzinfo=clock.SHANGHAI)
ROUNDS = "/desk/rounds/"


@dataclass
class Hall:
    """The clock of this play, and every page that was opened."""

    at: datetime = START
    pages: set[str] = field(default_factory=set)

    def tick(self) -> None:
        self.at += timedelta(minutes=1)

    def seen(self, path: str, who: Actor | None) -> None:
        self.pages.add(path)


@dataclass
class Play:
    """Who comes on, each with an account of their own."""

    hall: Hall
    who: dict[str, Actor]
    elders: list[Person]

    def door(self, part: str) -> Reader:
        """That actor's browser."""
        return Reader(self.hall, self.who[part])  # type: ignore[arg-type]

    def ledger(self, n: int) -> Watched:
        """The ledger of one of the elders."""
        return Watched.objects.get(person=self.elders[n], until_on=None)


@pytest.fixture
def play(settings: Any) -> Play:
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if "whitenoise" not in one]
    place(NONGAN.village.split("/")[-2])
    place(NEXT_COUNTY.village.split("/")[-2])
    own = {"domain": "eldercare"}
    who = {
        "visitor": staff("visitor", at=NONGAN.village, name="方巡访", **own),
        "clerk": staff("clerk", at=NONGAN.township, name="江经办", **own),
        "county": staff("county_officer", at=NONGAN.county, name="顾县科", **own),
        "payer": staff("payer", at=NONGAN.county, name="钱经办", **own),
        "first": staff("payment_reviewer", at=NONGAN.county, name="周复核", **own),
        "second": staff("payment_reviewer", at=NONGAN.county, name="韩复核", **own),
        "keeper": staff("home_keeper", at=NONGAN.township, name="时院长", **own),
        "assessor": staff("assessor", at=NONGAN.county, name="评估员甲", **own),
        "assessor2": staff("assessor", at=NONGAN.county, name="评估员乙", **own),
        "stranger": staff("visitor", "clerk", "county_officer", "assessor", "payer", at=(
            NEXT_COUNTY.village, NEXT_COUNTY.township, *(NEXT_COUNTY.county,) * 3), name="邻县人", **own),
    }  # fmt: skip
    elders = [person(birth=date(1940 + n, 5, 1), name=f"{name}老人") for n, name in enumerate("林白石")]
    for one in elders:
        household(one)
    with clock.frozen(START):
        planning.replan(rounds="eldercare.visits", path=NONGAN.county, by=system("visits"))
    return Play(Hall(), who | {"elder": resident_of(elders[0])}, elders)


def test_scenario_4_from_the_day_s_list_to_the_allowance(play: Play) -> None:
    _the_township_names_a_visitor_and_the_day_s_list_is_theirs(play)
    _two_are_visited_and_one_is_sought(play)
    _the_level_of_ability_is_signed_by_two(play)
    _the_allowance_needs_no_application(play)
    _the_bed_follows_by_the_queue(play)
    _nobody_else_opens_any_page_of_it(play)
    with clock.frozen(play.hall.at):
        computing.compute(by=system("indicators"))
        rate = total("eldercare.visit_rate", Month(2026, 3), system("indicators"))
        # Whoever moved in is on neither side of the rate.
        assert (rate.numerator, rate.denominator) == (1, 2)


def _the_township_names_a_visitor_and_the_day_s_list_is_theirs(play: Play) -> None:
    clerk, visitor = play.door("clerk"), play.door("visitor")
    clerk.go(f"{ROUNDS}?list=all")
    clerk.go(f"{ROUNDS}{play.ledger(0).pk}/")
    clerk.press("指定", {"visitor-visitor": play.who["visitor"].id})
    assert "方巡访" in clerk.words
    assert "今天没有要联系的人" in visitor.go(ROUNDS)
    play.hall.at += timedelta(days=14)
    assert "林*人" in visitor.go(ROUNDS)
    assert "今天上门和通话" in visitor.words
    assert visitor.status_of(f"{ROUNDS}places/") in (200, 403)
    assert "超期" in play.door("county").go(f"{ROUNDS}places/")


def _two_are_visited_and_one_is_sought(play: Play) -> None:
    visitor = play.door("visitor")
    seen = {f"contact-s_{code}": "ok" for code in (
        "speech", "movement", "illness", "mood", "living", "warmth", "fire", "family")}  # fmt: skip
    home = {"contact-method": "home", "contact-met": "true", "contact-lat": "44.4", "contact-lon": "125.1"}
    for n in (0, 1):
        visitor.go(f"{ROUNDS}{play.ledger(n).pk}/record/")
        # What needs something done is put in words.
        visitor.press("登记巡访", {**home, **seen, "contact-s_warmth": "act"}, expect=400)
        assert "请写明情况和已采取的办法" in visitor.words
        visitor.press(
            "登记巡访", {**home, **seen, "contact-s_warmth": "act", "contact-words": "窗户漏风，已封好"}
        )
        assert "巡访已登记" in visitor.words
        assert play.ledger(n).last_visit_on == play.hall.at.date()
    for _ in range(2):
        visitor.go(f"{ROUNDS}{play.ledger(2).pk}/record/")
        visitor.press("登记巡访", {"contact-method": "home", "contact-met": "false"})
    assert Escalation.objects.get().rung == "village"
    clerk = play.door("clerk")
    assert "石*人" in clerk.go(ROUNDS)
    clerk.go(f"{ROUNDS}{play.ledger(2).pk}/")
    clerk.press("登记", {"answer-found": "false", "answer-words": "邻居两天没见到"}, within="sheet-answer")
    assert "会同派出所上门" in clerk.words
    clerk.press(
        "登记",
        {"answer-found": "true", "answer-words": "会同派出所上门，本人在家，耳背没听见"},
        within="sheet-answer",
    )
    assert "已找到本人" in clerk.words
    assert Contact.objects.filter(valid=True).count() == 2


def _the_level_of_ability_is_signed_by_two(play: Play) -> None:
    county = play.door("county")
    for n, (part, kind) in enumerate(
        (("assessor", "assessor"), ("assessor2", "assessor"), ("assessor2", "medical"))
    ):
        county.go("/desk/assessments/certificates/")
        county.press("登记证书", {
            "c-ability-holder": play.who[part].id, "c-ability-kind": kind, "c-ability-number": f"P{n}",
            "c-ability-from_on": "2025-01-01",
        })  # fmt: skip
    points = sheet_of(ability.spread(40, *ability.DIMENSIONS), coma="false", risk_events="0")
    first = play.door("assessor")
    first.go(f"/desk/assessments/new/{play.elders[0].pk}/")
    first.press("签字并登记", {f"a-ability-{code}": str(value) for code, value in points.items()})
    assert "重度失能" in first.words
    assert "核对无误，签字" not in first.words
    one = Assessment.objects.get()
    second = play.door("assessor2")
    assert "等另一名评估员签字" in second.go("/desk/assessments/"), "whoever signs second is told of it"
    second.go(f"/desk/assessments/{one.pk}/")
    second.press("核对无误，签字")
    assert "已生效" in second.words
    assert second.fetch("结果告知书")[:4] == b"%PDF"
    assert "重度失能" in play.door("clerk").go(f"{ROUNDS}{play.ledger(0).pk}/")


def _the_allowance_needs_no_application(play: Play) -> None:
    payer, clerk = play.door("payer"), play.door("clerk")
    draft = {"draft-highage-path": NONGAN.county, "draft-highage-month": "2026-03"}
    payer.go("/desk/subsidies/")
    payer.press("生成名单", draft, within="sheet-draft-highage")
    assert "0 人，未列入 3 人" in payer.words
    for masked, name in (("林*人", "林老人"), ("白*人", "白老人")):
        clerk.go("/desk/subsidies/accounts/")
        clerk.follow(masked)
        clerk.press("确认", {"confirm-account": a_card(), "confirm-owner": name})
        assert "账户已确认" in clerk.words
    payer.go("/desk/subsidies/")
    payer.press("生成名单", draft, within="sheet-draft-highage")
    for part in ("first", "second"):
        reader = play.door(part)
        reader.go("/desk/subsidies/")
        reader.follow("2026-03")
        reader.press("签字审定", {"sign-checked": "true"})
    paid = Entitlement.objects.filter(scheme="eldercare.highage").order_by("person__birth")
    assert [(one.person_id, one.amount) for one in paid] == [(one.pk, 50_00) for one in play.elders[:2]]


def _the_bed_follows_by_the_queue(play: Play) -> None:
    """A public house takes by legal priority, under the signed level of ability; the ledger ends by itself."""
    keeper, elder, second = play.who["keeper"], play.elders[0], play.elders[1]
    with clock.frozen(play.hall.at):
        who = SimpleNamespace(officer=play.who["county"], keeper=keeper)
        home = house(who, ownership="public", kind="township_home", opened=date(2026, 3, 3), beds=1)
    url, door = f"/desk/facilities/{home.pk}/", play.door("keeper")
    for one, rank in ((second, "other"), (elder, "disabled")):
        door.go(url)
        door.press("登记轮候", {
            "ask-id_number": one.id_number, "ask-rank": rank, "ask-bed_kind": "ordinary",
        }, within="sheet-ask")  # fmt: skip
    bed, day = str(home.beds.get().pk), play.hall.at.date().isoformat()
    stay = {f"admit-{code}": value for code, value in AGREED.items() if value} | {
        "admit-id_number": second.id_number, "admit-bed": bed, "admit-on": day, "admit-agreement_number": "协4-1",
        "admit-fee": "1800", "admit-deposit": "1800", "admit-ability_on": day, "admit-safety_on": day,
        "admit-level": "3", "admit-capable": "true",
    }  # fmt: skip
    door.go(url)
    door.press("办理入住", stay, expect=400, within="sheet-admit")
    door.go(url)
    door.press("通知入住", {"offer-bed": bed, "offer-answer_by": "2026-04-01"}, within="sheet-offer")
    assert Waiting.objects.get(state="offered").person == elder
    stay["admit-id_number"] = elder.id_number
    door.go(url)
    door.press("办理入住", stay | {"admit-level": "1"}, expect=400, within="sheet-admit")
    assert "与评估报告" in door.words
    door.press("办理入住", stay, within="sheet-admit")
    assert Stay.objects.get().person == elder
    with clock.frozen(play.hall.at):
        planning.replan(rounds="eldercare.visits", path=NONGAN.county, by=system("visits"))
    assert not Watched.objects.filter(person=elder, until_on=None).exists()


def _nobody_else_opens_any_page_of_it(play: Play) -> None:
    """Whatever names somebody is nothing to the next county."""
    stranger = play.door("stranger")
    named = [path for path in play.hall.pages if any(part.isdigit() for part in path.split("/"))]
    assert len(named) >= 8
    for path in named:
        assert stranger.status_of(path) in (403, 404), path
