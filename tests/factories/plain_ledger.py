"""The ledger as a child would keep it: lists of months, no database; drafts must hold what it expects."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from minzheng.kernel.clock import Month

__all__ = ["Claim", "Instalment", "PlainLedger"]


@dataclass
class Stretch:
    """So much a month at one place, from one month until another."""

    start: Month
    until: Month | None
    amount: int
    place: str
    card: str
    superseded: bool = False

    def covers(self, month: Month) -> bool:
        return self.start <= month and (self.until is None or month < self.until)


@dataclass(eq=False)
class Instalment:
    """What is to be held back from a month on, at the place that planned it."""

    month: Month
    amount: int
    place: str
    state: str = "open"  # then drafted, taken or dropped


@dataclass
class Claim:
    """What one household was paid too much."""

    home: int
    month: Month
    amount: int
    repaid: int = 0
    plan: list[Instalment] = field(default_factory=list)

    @property
    def left(self) -> int:
        return self.amount - self.repaid - sum(one.amount for one in self.plan if one.state == "taken")


class PlainLedger:
    """Told of everything the office did, and asked what a draft must hold."""

    def __init__(self) -> None:
        self.stretches: dict[int, list[Stretch]] = defaultdict(list)
        self.died: dict[int, date] = {}
        self.approved: dict[tuple[int, Month], tuple[int, int]] = {}
        self.claims: dict[int, Claim] = {}
        self.drafts: dict[tuple[str, Month], dict[int, list[Instalment]]] = {}
        self.under_review: set[tuple[str, Month]] = set()
        self.answers: dict[str, tuple[int, Month, str, bool]] = {}

    # What the office did ---------------------------------------------------------------------------

    def granted(self, home: int, month: Month, amount: int, place: str, card: str) -> None:
        self.stretches[home].append(Stretch(month, None, amount, place, card))

    def changed(self, home: int, month: Month, amount: int, place: str) -> None:
        old = self.stretches[home][-1]
        self.stretches[home].append(Stretch(month, old.until, amount, place, old.card))
        old.until, old.superseded = month, True

    def repaired(self, home: int, card: str) -> None:
        """Another card, for whatever is or was the last word on the household's benefit."""
        for one in self.stretches[home]:
            one.card = one.card if one.superseded else card

    def ended(self, home: int, stop: Month) -> None:
        self.stretches[home][-1].until = stop

    def claimed(self, number: int, claim: Claim) -> None:
        """Never more than the month was approved with."""
        self.claims[number] = claim
        same = [
            one.amount for one in self.claims.values() if (one.home, one.month) == (claim.home, claim.month)
        ]
        assert sum(same) <= self.approved[claim.home, claim.month][0]

    def planned(self, number: int, month: Month, monthly: int, place: str) -> None:
        """A new plan replaces what no draft holds; what a draft holds counts as planned already."""
        claim = self.claims[number]
        for one in claim.plan:
            if one.state == "open":
                one.state = "dropped"
        left = claim.left - sum(one.amount for one in claim.plan if one.state == "drafted")
        busy = {one.month for one in claim.plan if one.state in ("drafted", "taken")}
        while left > 0:
            if month not in busy:
                claim.plan.append(Instalment(month, min(monthly, left), place))
                left -= monthly
            month = month.next

    def repaid(self, number: int, amount: int) -> None:
        """Instalments no longer needed go, the last one needed is cut to the rest; what is under review stays."""
        claim = self.claims[number]
        claim.repaid += amount
        held = [one for key in self.under_review for one in self._carried(key)]
        fixed = [one for one in claim.plan if one.state == "drafted" and one in held]
        left = claim.left - sum(one.amount for one in fixed)
        waiting = [one for one in claim.plan if one.state in ("open", "drafted") and one not in fixed]
        for one in sorted(waiting, key=lambda one: one.month):
            if one.amount > left:
                one.state = "dropped"
                claim.plan += [Instalment(one.month, left, one.place)] if left > 0 else []
            left = max(0, left - one.amount)

    def _carried(self, key: tuple[str, Month]) -> list[Instalment]:
        return [one for taken in self.drafts.get(key, {}).values() for one in taken]

    def answered(self, reference: str, home: int, month: Month, card: str, *, paid: bool) -> None:
        """The bank's first word about an order counts."""
        self.answers.setdefault(reference, (home, month, card, paid))

    # What must be in a draft -----------------------------------------------------------------------

    def due(self, place: str, month: Month) -> dict[int, tuple[int, int]]:
        """By household: the regular amount and what is held back of it."""
        return {
            home: (amount, sum(one.amount for one in taken))
            for home, amount, taken in self._due(place, month)
        }

    def drafted(self, place: str, month: Month) -> None:
        """The draft holds the instalments it carries; what it let go is open again."""
        for taken in self.drafts.get((place, month), {}).values():
            for one in taken:
                one.state = "open" if one.state == "drafted" else one.state
        self.drafts[place, month] = {home: taken for home, _, taken in self._due(place, month)}
        for taken in self.drafts[place, month].values():
            for one in taken:
                one.state = "drafted"

    def approve(self, place: str, month: Month, home: int, regular: int, withheld: int) -> None:
        """Each household once a month, at the place and amount that hold, and what was held back is settled."""
        assert (home, month) not in self.approved, "approved twice"
        [stretch] = [one for one in self.stretches[home] if one.covers(month)]
        assert (stretch.place, stretch.amount) == (place, regular)
        taken = self.drafts[place, month].get(home, [])
        assert withheld == sum(one.amount for one in taken)
        for one in taken:
            one.state = "taken"
        self.approved[home, month] = (regular, withheld)

    def _due(self, place: str, month: Month) -> list[tuple[int, int, list[Instalment]]]:
        found = []
        for home, stretches in self.stretches.items():
            here = [one for one in stretches if one.covers(month) and one.place == place]
            if not here or (home, month) in self.approved or self._held(home, month, here[0].card):
                continue
            amount, taken = here[0].amount, self._instalments(home, place, month)
            found.append((home, amount, taken if sum(one.amount for one in taken) < amount else []))
        return found

    def _instalments(self, home: int, place: str, month: Month) -> list[Instalment]:
        own = [one for claim in self.claims.values() if claim.home == home for one in claim.plan]
        here = self.drafts.get((place, month), {}).get(home, [])
        free = [one for one in own if one.state == "open" or (one.state == "drafted" and one in here)]
        return [one for one in free if one.month <= month and one.place == place]

    def _held(self, home: int, month: Month, card: str) -> bool:
        """Somebody looks first where the payee has died, or the card is one the bank gave back lately."""
        if home in self.died and self.died[home] < month.first:
            return True
        lately = [
            (m, c, ok) for h, m, c, ok in self.answers.values() if h == home and month + -2 <= m < month
        ]
        gave_back = {(m, c) for m, c, ok in lately if not ok} - {(m, c) for m, c, ok in lately if ok}
        return any(one == card for _, one in gave_back)
