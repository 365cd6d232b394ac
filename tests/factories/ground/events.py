"""What happens in a life, and what other offices say of it."""

from __future__ import annotations

from typing import Any

from minzheng.kernel import clock
from minzheng.kernel.events.models import Effect, FollowUp, LifeEvent, Report, Unplaced
from minzheng.kernel.exchange.models import Intake, IntakeRow, Outgoing
from minzheng.kernel.linkage.models import Incoming, Pair, Unsure
from minzheng.kernel.monitoring.models import Alert

from ..company import HERE
from ..people import person
from .family import DAY
from .visits import Visits

__all__ = ["Events"]


class Events(Visits):
    """Events, warnings, files, pushes, doubles."""

    def event(self) -> dict[str, Any]:
        """An event of the applicant that waits for the county, with an effect of it and what that asks for."""
        event = LifeEvent.objects.create(
            kind="vehicle", person=self.applicant, path=self.family.path, day=DAY, opened_at=clock.now()
        )
        Report.objects.create(
            event=event, source="village", reference=f"村报{event.pk}", day=DAY, received_at=clock.now(), by="user:0",
            by_name="某",
        )  # fmt: skip
        effect = Effect.objects.create(
            event=event, reaction="events.card", round=1, state="failed", error="忙"
        )
        asked = FollowUp.objects.create(
            effect=effect,
            path=self.family.path,
            label="看一看",
            text="看一看",
            due_on=DAY,
            opened_at=clock.now(),
        )
        return {"event": event, "effect": effect, "follow_up": asked}

    def alert(self, monitor: str, *, result: str = "") -> Alert:
        """A warning about the family that waits for a visit, or was visited with this result."""
        seen = self.visit() if result else None
        return Alert.objects.create(
            monitor=monitor, household=self.family, path=self.family.path, opened_on=DAY, opened_at=clock.now(),
            due_on=DAY, state="following" if result else "open", result=result, visit=seen,
        )  # fmt: skip

    def intake(self, extract: str, *, state: str = "staged") -> Intake:
        """A file of the county with one good and one faulty row."""
        made = Intake.objects.create(
            extract=extract, path=HERE.county, number=f"DR{Intake.objects.count()}", filename="x.csv", file_sha="x",
            state=state, rows=2, by="user:0", by_name="某", at=clock.now(),
            taken_at=clock.now() if state == "taken" else None,
        )  # fmt: skip
        IntakeRow.objects.create(intake=made, path=HERE.county, line=2, key="K1", cells={}, state="good")
        wrong = [{"field": "姓名", "what": "没有填写", "why": "必填", "next": "补填"}]
        IntakeRow.objects.create(
            intake=made, path=HERE.county, line=3, key="K2", cells={}, state="faulty", errors=wrong
        )
        return made

    def unplaced(self) -> Unplaced:
        """A row of another office that fitted nobody, and lies with the county."""
        return Unplaced.objects.create(
            source="police", reference=f"U{Unplaced.objects.count()}", kind="death", reason="本平台没有此人的档案。",
            row={"number": self.applicant.id_number, "day": str(DAY)}, path=HERE.county, at=clock.now(),
        )  # fmt: skip

    def push(self) -> Outgoing:
        """Something about a case of the township that could not be told."""
        return Outgoing.objects.create(
            path=HERE.township, channel="case", key=f"case:p{Outgoing.objects.count()}:1", subject="p", seq=1,
            content={}, content_sha="x", state="dead", written_at=clock.now(), next_at=clock.now(), attempts=12,
        )  # fmt: skip

    def pair(self) -> Pair:
        """The applicant's file and another like it, which wait for a steward of the place."""
        other = person(path=self.family.path, name=self.applicant.name, birth=self.applicant.birth or DAY)
        return Pair.objects.create(
            first=self.applicant,
            second=other,
            weight=20,
            path=self.family.path,
            found_at=clock.now(),
            model="x",
            evidence=[{"field": "name", "words": "姓名相同", "bits": 13}],
        )

    def unsure(self) -> Unsure:
        """A row of a department's file that may be about the applicant, and waits for a steward of the place."""
        listed = Incoming.objects.create(
            source="某部门", purpose="测", model="x", at=clock.now(), by="user:0", by_name="某", path=HERE.county,
            subjects=1, unsure=1,
        )  # fmt: skip
        said = {
            "number": "",
            "name": self.applicant.name,
            "sex": "",
            "birth": "",
            "path": HERE.village,
            "phone": "",
        }
        return Unsure.objects.create(
            incoming=listed, row=0, path=self.family.path, source=listed.source, purpose=listed.purpose, said=said,
            weight=3, model="x", found_at=clock.now(),
            candidates=[
                {
                    "person": self.applicant.pk, "weight": 3,
                    "evidence": [{"field": "name", "words": "姓名相同", "bits": 13}],
                }
            ],
        )  # fmt: skip
