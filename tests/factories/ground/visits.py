"""Visits, rounds and assessments."""

from __future__ import annotations

from datetime import date

from minzheng.kernel import catalogue, clock
from minzheng.kernel.visits.models import (
    Assessment,
    Contact,
    ContactCheck,
    Escalation,
    ExtraRound,
    Lead,
    Qualification,
    Visit,
    Watched,
)

from ..company import HERE
from .family import DAY, Family

__all__ = ["Visits"]


class Visits(Family):
    """Whoever is looked after, and by whom."""

    def lead(self) -> Lead:
        """A household that may need help."""
        return Lead.objects.create(
            household=self.family, domain="assistance", path=HERE.village, opened_at=clock.now()
        )

    def visit(self) -> Visit:
        """A recorded visit."""
        return Visit.objects.create(
            kind=next(iter(catalogue.current().visits)), household=self.family, path=HERE.village, at=clock.now(),
            by="user:0", by_name="某", answers={},
        )  # fmt: skip

    def watched(self, rounds: str) -> Watched:
        """The applicant on the ledger of rounds."""
        return Watched.objects.get_or_create(
            rounds=rounds, person=self.applicant, until_on=None,
            defaults={
                "path": HERE.village, "risk": catalogue.current().rounds[rounds].item.risks[0].code, "risk_since": DAY,
                "since_on": DAY, "next_due_on": DAY,
            },
        )[0]  # fmt: skip

    def search(self, rounds: str) -> Escalation:
        """Nobody opened: the last of the chain is called."""
        return Escalation.objects.create(
            watched=self.watched(rounds), path=HERE.village, opened_at=clock.now(), why="未联系上",
            rung=catalogue.current().rounds[rounds].item.chain[-1].code, due_at=clock.now(),
        )  # fmt: skip

    def extra_round(self, rounds: str) -> ExtraRound:
        """Extra rounds of the county that run."""
        found, _ = ExtraRound.objects.get_or_create(
            rounds=rounds, path=HERE.county, call="storm", from_on=DAY,
            defaults={
                "risks": [], "until_on": clock.today(), "words": "暴雪", "called_at": clock.now(),
                "called_by": "user:0", "called_by_name": "某",
            },
        )  # fmt: skip
        return found

    def drawn_contact(self, rounds: str) -> ContactCheck:
        """A record of a visit that was drawn to be asked after."""
        contact = Contact.objects.create(
            watched=self.watched(rounds), path=HERE.village, at=clock.now(), recorded_at=clock.now(), method="home",
            met=True, valid=True, by="user:0", by_name="某",
        )  # fmt: skip
        return ContactCheck.objects.create(
            contact=contact, path=HERE.village, month=DAY.replace(day=1), seed="s", pool=1, drawn_at=clock.now(),
            drawn_by_name="某",
        )  # fmt: skip

    def assessment(self, instrument: str, *, state: str = "first_signed") -> Assessment:
        """A sheet of the applicant; whoever may assess here is certified."""
        declared = catalogue.current().scored[instrument]
        holder = self.someone(declared.role(declared.item.by))
        for kind in declared.item.certificates:
            Qualification.objects.get_or_create(
                instrument=instrument, kind=kind, number=f"{kind}1", defaults={
                    "path": HERE.county, "holder": holder.id, "holder_name": holder.name, "from_on": date(2020, 1, 1),
                    "registered_by": "user:0", "registered_at": clock.now(),
                },
            )  # fmt: skip
        return Assessment.objects.create(
            instrument=instrument, version_used=declared.item.version, number=f"E{Assessment.objects.count()}",
            person=self.applicant, path=HERE.village, state=state, on=DAY, total=0, level=0, rule_set="t",
            sheet={item.code: 0 for item in declared.item.items}, scored={"parts": [], "reasons": []},
            first_by="user:0", first_by_name="某", first_at=clock.now(),
            valid_until=None if state == "first_signed" else DAY.replace(year=DAY.year + 1),
            objection_until=DAY,
        )  # fmt: skip
