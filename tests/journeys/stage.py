"""The stage of a journey: the cast, the family, the other departments, and a clock that moves when it is told to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor, system
from minzheng.kernel.casework.models import Case, Decision, Task
from minzheng.kernel.people.models import Household, Person
from minzheng.kernel.standards.actions import set_parameter
from tests.factories.cast import Cast, cast, resident_of, staff
from tests.factories.departments import Departments
from tests.factories.papers import PNG
from tests.factories.people import household, person
from tests.factories.places import NEXT_COUNTY

__all__ = ["PHOTO", "Paper", "Stage", "Visitor", "stage_for"]

TICK = timedelta(seconds=5)


@dataclass(frozen=True)
class Paper:
    """A file in somebody's hand."""

    name: str
    content: bytes
    kind: str


PHOTO = Paper("现场.png", PNG, "image/png")


class Visitor(Protocol):
    """Someone at a door: by the test client, or in a browser."""

    path: str
    status: int

    @property
    def words(self) -> str:
        """Everything the page says."""

    def go(self, url: str) -> str:
        """Open a page that must be there."""

    def follow(self, words: str) -> str:
        """Go where a link of the page leads."""

    def fetch(self, words: str) -> bytes:
        """The file behind a link of the page."""

    def status_of(self, url: str) -> int:
        """What an address answers, without going there."""

    def add_row(self) -> None:
        """One line more in a table that is filled in."""

    def press(
        self, words: str, answers: Mapping[str, str] | None = None, *, papers: Mapping[str, Paper] | None = None,
        within: str = "", expect: int = 200,
    ) -> str:  # fmt: skip
        """Fill in the form that has this button, and press it."""


@dataclass
class Stage:
    """Who plays, where, on which day; and every address that was opened on the way."""

    who: Cast
    departments: Departments
    applicant: Person
    wife: Person
    child: Person
    family: Household
    applicant_at_home: Actor
    wife_at_home: Actor
    payer_abroad: Actor
    at: datetime
    opened: dict[str, None] = field(default_factory=dict)
    door: Callable[[Stage, Actor | None], Visitor] | None = None
    inside: dict[str, Visitor] = field(default_factory=dict)

    def on(self, day: date) -> None:
        """It is nine in the morning of this day."""
        self.at = clock.at_office_time(day)

    def tick(self) -> None:
        """Time passes between two requests."""
        self.at += TICK

    def seen(self, path: str, who: Actor | None) -> None:
        """An address was opened by somebody who had signed in."""
        if who is not None:
            self.opened[path.split("?")[0]] = None

    def enter(self, who: Actor | None) -> Visitor:
        """This actor at the door, signed in; the same one each time."""
        assert self.door is not None
        name = who.id if who else ""
        if name not in self.inside:
            self.inside[name] = self.door(self, who)
        return self.inside[name]

    @contextmanager
    def now(self) -> Iterator[None]:
        """What is done behind the stage is done on the day of the play."""
        with clock.frozen(self.at):
            yield

    @property
    def case(self) -> Case:
        """The family's application for dibao."""
        return Case.objects.get(service="assistance.dibao", applicant=self.applicant)

    @property
    def review(self) -> Case:
        """The review of what was granted."""
        return Case.objects.get(service="assistance.dibao_review", applicant=self.applicant)

    def task(self, case: Case, step: str) -> Task:
        """The open task of a step."""
        return Task.objects.get(case=case, step=step, state="open")

    def decision(self, case: Case) -> Decision:
        """The decision of a case."""
        return Decision.objects.get(case=case)


def stage_for(departments: Departments, *, day: date) -> Stage:
    """A village family of three, everyone who will handle its case, and the county's delegation."""
    who = cast()
    village = who.seat.village
    applicant = person(path=village, name="测清明", birth=date(1968, 4, 4))
    wife = person(path=village, name="测寒露", birth=date(1970, 10, 8), sex="2")
    child = person(path=village, name="测小雪", birth=date(2012, 12, 7), sex="2")
    family = household(applicant, wife, child, path=village, class_ur="rural", relations=("02", "10", "30"))
    stage = Stage(
        who=who, departments=departments, applicant=applicant, wife=wife, child=child, family=family,
        applicant_at_home=resident_of(applicant), wife_at_home=resident_of(wife),
        payer_abroad=staff("payer", "payment_reviewer", at=NEXT_COUNTY.county, name="邻县经办"),
        at=clock.at_office_time(day),
    )  # fmt: skip
    with stage.now():
        delegate(who.seat.county)
        _put_on_file(stage)
    return stage


def delegate(county: str) -> None:
    """The county hands confirmation to its townships, by a document of its own."""
    set_parameter(
        parameter="dibao.decided_by", path=county, from_on=date(2022, 1, 1), value="township", unit="code",
        source="农安县民政局关于委托乡镇开展低保审核确认的通知（演示）", confidence="assumption", by=system("setup"),
    )  # fmt: skip


def _put_on_file(stage: Stage) -> None:
    """What the other departments know: everybody is alive and registered, and the applicant has a car."""
    for one in (stage.applicant, stage.wife, stage.child):
        alive = {
            "hukou_state": "normal",
            "hukou_place": "220122",
            "died_on": None,
            "tours": 0,
            "last_exit": None,
        }
        stage.departments.put("police", one.id_number, alive)
    car = {"type": "小型普通客车", "first_registered": "2016-05-01", "plate": "吉A****1", "use": "private"}
    stage.departments.put("vehicles", stage.applicant.id_number, [car])
