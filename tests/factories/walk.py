"""A dibao case walked through its verbs, step by step, by the cast; each test stops where its question lies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from minzheng.kernel import clock
from minzheng.kernel.casework import accepting, drafting, posting, verifying
from minzheng.kernel.casework.models import Case, Task
from minzheng.kernel.casework.taking import take
from minzheng.kernel.exchange import actions as exchange
from minzheng.kernel.people.models import Household, Person

from .cast import Cast, cast
from .departments import Departments
from .money import a_card
from .people import a_couple, household, person

PURPOSE = "assistance.dibao"
HOUSEHOLD: dict[str, Any] = {
    "class_ur": "urban", "need": "家人生病，收入减少", "housing": "own", "houses": "1", "deposits": "0",
    "vehicles": "0", "phone": "13800000000", "commitment": "on",
}  # fmt: skip
MEMBER: dict[str, Any] = {"lives_together": "on", "work_capacity": "none"}
HOME_VISIT: dict[str, Any] = {
    "together_confirmed": "yes", "housing": "own", "living": "平房两间，陈设简单", "agrees": "yes", "signed": "on",
}  # fmt: skip


@dataclass
class Walk:
    """One family's case and everyone who handles it."""

    who: Cast
    departments: Departments
    applicant: Person
    family: Household
    form: Mapping[str, Any] = field(default_factory=dict)
    answers: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    service: str = "assistance.dibao"
    purpose: str = PURPOSE
    case: Case = field(init=False)

    def task(self, step: str) -> Task:
        """The open task of a step."""
        return Task.objects.get(case=self.case, step=step, state="open")

    def fresh(self) -> Case:
        self.case.refresh_from_db()
        return self.case

    def draft(self, *, by: Any = None) -> Case:
        """The coordinator fills in the application with the family."""
        by = by or self.who.coordinator
        self.case = drafting.start_draft(
            self.service, applicant=self.applicant, household=self.family, path=self.family.path, channel="agent",
            by=by,
        )  # fmt: skip
        payee = {"payee_owner": self.applicant.name, "payee_account": a_card()}
        drafting.save_draft(self.case.pk, {**HOUSEHOLD, **payee, **self.form}, by=by)
        for member in self.case.members.select_related("person").order_by("id"):
            drafting.put_member(
                self.case.pk, person=member.person, relation=member.relation, by=by, counted=member.counted,
                not_counted_reason=member.not_counted_reason,
                answers={**MEMBER, **self.answers.get(member.person_id, {})},
            )  # fmt: skip
        return self.fresh()

    def consent(self, *people: Person) -> None:
        """Each adult signs on paper before the coordinator; for a child alone the guardian does."""
        everyone = [one.person for one in self.case.members.select_related("person")]
        for signer in people or [one for one in everyone if _adult(one)] or everyone:
            guardian = None if _adult(signer) else person(path=self.case.path)
            exchange.sign_consent(
                guardian=guardian, person=signer, case_id=self.case.pk, purpose=self.purpose, channel="paper",
                path=self.case.path, by=self.who.coordinator,
            )  # fmt: skip

    def apply(self) -> Case:
        """Drafted, authorised and handed in."""
        self.draft()
        self.consent()
        drafting.submit(self.case.pk, by=self.who.coordinator)
        return self.fresh()

    def do(self, step: str, outcome: str, by: Any, **more: Any) -> Case:
        """Take the open task of a step."""
        take(self.task(step).pk, outcome=outcome, by=by, **more)
        return self.fresh()

    def accept(self) -> Case:
        return self.do("accept", "accept", self.who.clerk, evidence={"complete": "on", "kin": "no"})

    def investigate(self, **seen: Any) -> Case:
        evidence = {"visited_on": clock.today().isoformat(), **HOME_VISIT, **seen}
        partner = self.who.second_investigator.user_id or 0
        return self.do("investigate", "done", self.who.investigator, evidence=evidence, partners=[partner])

    def put_on_file(self, records: Mapping[int, Mapping[str, Any]] | None = None) -> None:
        """What the departments know: by default that everybody is alive and registered, and nothing more."""
        for member in self.case.members.select_related("person"):
            alive = {
                "hukou_state": "normal",
                "hukou_place": "220122",
                "died_on": None,
                "tours": 0,
                "last_exit": None,
            }
            self.departments.put("police", member.person.id_number, alive)
            for source, record in (records or {}).get(member.person_id, {}).items():
                self.departments.put(source, member.person.id_number, record)

    def verify(self, records: Mapping[int, Mapping[str, Any]] | None = None) -> Case:
        """The check begun, answered, reported and closed, with nothing to explain."""
        self.put_on_file(records)
        task = self.task("verify")
        verifying.begin(task.pk, by=self.who.verifier)
        verifying.ask(task.pk, by=self.who.verifier)
        verifying.report(task.pk, by=self.who.verifier)
        return self.do("verify", "done", self.who.verifier)

    def assess(self, outcome: str = "propose") -> Case:
        return self.do("assess", outcome, self.who.investigator, evidence={"opinion": "情况属实"})

    def panel(self, votes: Sequence[str] = ("agree", "agree", "agree"), outcome: str = "agree") -> Case:
        members = [
            {"name": f"评审{n}", "post": "村民代表", "recused": "no", "vote": vote}
            for n, vote in enumerate(votes)
        ]
        evidence = {"met_on": clock.today().isoformat(), "members": members}
        return self.do("panel", outcome, self.who.panel_secretary, evidence=evidence)

    def post(self) -> date:
        """Put the notice up; the last day of the publicity."""
        notice = posting.post_notice(self.task("post").pk, place="村委会公示栏", by=self.who.clerk)
        return notice.last_day

    def take_down(self) -> Case:
        return self.do("post", "done", self.who.clerk, evidence={})

    def confirm(self, outcome: str = "grant", **more: Any) -> Case:
        role = self.task("confirm").role
        by = self.who.county_approver if role.endswith("county_approver") else self.who.township_approver
        return self.do("confirm", outcome, by, **more)

    def serve(self) -> Case:
        return self.do("serve", "done", self.who.clerk, evidence={"way": "in_person"})

    def until_verified(self, records: Mapping[int, Mapping[str, Any]] | None = None) -> Case:
        """From application to the check of means, with nothing to explain."""
        self.apply()
        self.accept()
        self.investigate()
        return self.verify(records)

    def until_posted(self, records: Mapping[int, Mapping[str, Any]] | None = None) -> date:
        """From application to the notice; the last day of the publicity."""
        self.until_verified(records)
        self.assess()
        self.panel()
        return self.post()

    def until_confirmed(self, records: Mapping[int, Mapping[str, Any]] | None = None) -> Case:
        """From application to the decision that grants; the clock moves over the publicity."""
        last = self.until_posted(records)
        with clock.frozen(last + timedelta(days=1)):
            self.take_down()
            return self.confirm()

    def answer_correction(self) -> Case:
        accepting.answer_correction(self.case.pk, by=self.who.coordinator)
        return self.fresh()


def _adult(person: Person) -> bool:
    return person.birth is None or clock.age_on(person.birth, clock.today()) >= 18


def walk_of_one(departments: Departments, who: Cast | None = None) -> Walk:
    """The walk of somebody living alone in the country, with the cast unless others handle it."""
    who = who or cast()
    applicant = person(path=who.seat.village, name="测清明", birth=date(1968, 4, 4))
    family = household(applicant, path=who.seat.village, class_ur="rural")
    return Walk(who, departments, applicant, family, form={"class_ur": "rural"})


def walk_of_two(departments: Departments, who: Cast | None = None, **more: Any) -> Walk:
    """The walk of a couple in the country, with the cast unless others handle it."""
    who = who or cast()
    applicant, _, family = a_couple(who.seat.village)
    return Walk(who, departments, applicant, family, **({"form": {"class_ur": "rural"}} | more))
