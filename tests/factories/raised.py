"""A county that raises its standard: who drafts and signs, and poor households with their facts and payments."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from minzheng.kernel import catalogue, law
from minzheng.kernel.audit import Actor, system
from minzheng.kernel.clock import Month
from minzheng.kernel.ledger.models import Entitlement
from minzheng.kernel.people.models import Household
from minzheng.kernel.profiles import actions as profiles
from minzheng.kernel.releases import actions, applying, simulating
from minzheng.kernel.releases.models import Release, Simulation

from .cast import Cast, cast, staff
from .money import APRIL, approved, entitled
from .people import household, person

__all__ = ["JULY", "Raised", "county", "keep_facts", "poor"]

JULY = Month(2022, 7)
STANDARD = "dibao.standard.urban"


@dataclass
class Raised:
    """The county and its people."""

    who: Cast
    drafter: Actor
    first: Actor
    second: Actor
    homes: dict[str, Household] = field(default_factory=dict)
    entitlements: dict[str, Entitlement] = field(default_factory=dict)

    @property
    def path(self) -> str:
        return self.who.seat.county

    def draft(self, value: str = "58000", *, month: Month = JULY, **given: Any) -> Release:
        """The raise as drafted, with its one value."""
        facts = {
            "title": "2022年城市低保标准",
            "source": "农政发〔2022〕9号",
            "kind": "standard",
            "path": self.path,
        }
        release = actions.draft(domain="assistance", from_month=month, by=self.drafter, **facts | given)
        actions.change_value(release=release, parameter=STANDARD, value=value, by=self.drafter)
        return again(release)

    def tried(self, release: Release) -> Simulation:
        """Asked for and run, as the worker runs it."""
        asked = actions.simulate(release=release, by=self.drafter)
        simulating.run(asked.pk)
        return Simulation.objects.get(pk=asked.pk)

    def signed(self, release: Release) -> Release:
        """Tried and signed by two."""
        seal = self.tried(release).seal
        for by in (self.first, self.second):
            actions.sign(release=release, seen=seal, by=by)
        return again(release)

    def published(self, release: Release) -> Release:
        """Tried, signed, published and carried out."""
        actions.publish(release=self.signed(release), by=self.drafter)
        applying.carry_out(release.pk)
        return again(release)

    def pay(self, *months: Month) -> None:
        """The county's batches of these months, approved."""
        for month in months:
            approved(self.who, month=month)

    def paid(self, name: str) -> Entitlement:
        """What a household is entitled to now."""
        own = Entitlement.objects.filter(household=self.homes[name]).exclude(state="superseded")
        return own.latest("from_month", "id")


def again(release: Release) -> Release:
    """The release as it is kept now."""
    return Release.objects.get(pk=release.pk)


def county() -> Raised:
    """The cast with one who drafts and two who sign."""
    who = cast()
    seat = who.seat.county
    return Raised(
        who,
        drafter=staff("standards_drafter", at=seat, name="方拟订"),
        first=staff("standards_signer", at=seat, name="范会签"),
        second=staff("standards_signer", at=seat, name="费会签"),
    )


def poor(
    raised: Raised,
    name: str,
    *,
    members: int,
    yearly: int,
    amount: int,
    since: Month = APRIL,
    path: str | None = None,
    facts: bool = True,
    by: Actor | None = None,
) -> Entitlement:
    """An urban household of adults, on dibao for an amount; by default what it was decided on is kept."""
    where = path or raised.who.seat.village
    people = tuple(person(path=where, name=f"测{name}", birth=date(1980, 1, 1 + at)) for at in range(members))
    home = household(*people, path=where, class_ur="urban")
    raised.homes[name] = home
    raised.entitlements[name] = entitled(
        by or raised.who.payer, amount=amount, from_month=since, home=home, members=people, path=where
    )
    if facts:
        keep_facts(home, members=members, yearly=yearly)
    return raised.entitlements[name]


def keep_facts(home: Household, *, members: int, yearly: int | None, as_of: date = date(2022, 3, 1)) -> None:
    """What is known of the household; a wage of None was asked for and not answered."""
    first: dict[str, Any] = {"relation": "self", "wage": yearly}
    others: list[dict[str, Any]] = [{"relation": "other"} for _ in range(members - 1)]
    rows = [
        {"birth": date(1980, 1, 1 + at), "sex": "male", "work_capacity": "full", **row}
        for at, row in enumerate([first, *others])
    ]
    declared = catalogue.current().profiles["assistance"]
    known = law.filled(law.Facts({"class_ur": "urban", "houses": 1, "housing": "own"}, rows), declared.entity)
    profiles.keep(
        profiles=declared, household=home, facts=known, persons=[None] * members, as_of=as_of, source="入户调查",
        case_id=7, by=system("test"),
    )  # fmt: skip
