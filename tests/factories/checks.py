"""A household whose means are checked: a couple with a child, and the office that checks them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from minzheng.domains.assistance.models import PROFILES
from minzheng.kernel import clock
from minzheng.kernel.audit import Actor, system
from minzheng.kernel.clock import Month
from minzheng.kernel.exchange import actions
from minzheng.kernel.exchange.models import Consent, Query, Verification
from minzheng.kernel.exchange.sources import SOURCES
from minzheng.kernel.law.facts import Facts
from minzheng.kernel.people.models import Household, Person
from minzheng.kernel.profiles.actions import keep

from .cast import Cast, cast
from .money import entitled
from .people import household, person

CASE, PURPOSE = 7001, "assistance.dibao"
DAY = date(2022, 1, 20)
FIVE_PERCENT = Fraction(1, 20)
TEN = list(SOURCES)
VEHICLE = {"type": "小型轿车", "first_registered": "2016-03-01", "plate": "吉A·***21", "use": "private"}
ALIVE = {"hukou_state": "normal", "hukou_place": "220122", "died_on": None, "tours": 0, "last_exit": None}


@dataclass
class Home:
    """A couple with a child, and the office that checks them."""

    who: Cast
    wife: Person
    husband: Person
    child: Person

    @property
    def members(self) -> list[Person]:
        return [self.wife, self.husband, self.child]

    @property
    def path(self) -> str:
        return self.who.seat.village

    def sign(self, *people: Person, by: Actor | None = None) -> list[Consent]:
        return [
            actions.sign_consent(
                person=one, case_id=CASE, purpose=PURPOSE, channel="paper", by=by or self.who.clerk,
                path=self.path,
            )
            for one in people
        ]  # fmt: skip

    def start(self, *, by: Actor | None = None, **changes: Any) -> Verification:
        given: dict[str, Any] = {
            "case_id": CASE, "path": self.path, "members": self.members, "purpose": PURPOSE, "sources": TEN,
            "declared": {"household": {"deposits": 500_000}, "persons": [{}, {"wage": 2_400_000}, {}]},
        }  # fmt: skip
        return actions.start(by=by or self.who.verifier, **(given | changes))

    def collected(self, **changes: Any) -> Verification:
        self.sign(self.wife, self.husband)
        return actions.collect(verification=self.start(**changes), by=self.who.verifier)

    def report(self, verification: Verification, *, tolerance: Fraction = FIVE_PERCENT) -> Verification:
        return actions.report(
            verification=verification, tolerance=tolerance, valid_until=clock.today() + timedelta(days=180),
            explain_due=clock.today() + timedelta(days=7), by=self.who.verifier,
        )  # fmt: skip


def a_home() -> Home:
    """The family with everyone who has to do with it."""
    who = cast()
    wife = Person.objects.get(pk=who.resident.person_id)
    husband = person(path=who.seat.village, name="林立秋", birth=date(1973, 2, 1))
    child = person(path=who.seat.village, name="林谷雨", birth=date(2011, 6, 1), sex="2")
    return Home(who, wife, husband, child)


def a_recipient(n: int, *, path: str, signed: bool = True, **known: Any) -> tuple[Household, Person]:
    """A household of one that draws dibao, with what was last known of it, and the letter of its member."""
    head = person(path=path, name=f"测家{n}", birth=date(1970, 1, 1))
    home = household(head, path=path)
    entitled(system("test"), home=home, members=(head,), from_month=Month(2025, 1), path=path)
    keep(
        profiles=PROFILES, household=home, persons=[head], as_of=date(2025, 1, 1), source="测试", case_id=None,
        facts=Facts({"deposits": 100_000, "vehicles": 0, "houses": 1, **known}, ({"wage": 0, "transfer": 0},)),
        by=system("test"),
    )  # fmt: skip
    if signed:
        actions.sign_consent(
            person=head, case_id=800 + n, purpose=PURPOSE, channel="paper", by=system("test"), path=path
        )
    return home, head


def state_of(verification: Verification, source: str, member: Person) -> Query:
    """What was asked of one source about one member, in the round that runs."""
    return verification.queries.get(round=verification.round, source=source, person=member)
