"""A demonstration: one case told from the application to its service, on the days on which it would happen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework import accepting, drafting, posting, verifying
from minzheng.kernel.casework.deciding import determine
from minzheng.kernel.casework.models import Case, Task
from minzheng.kernel.casework.taking import take
from minzheng.kernel.exchange import actions as exchange
from minzheng.kernel.people.models import Household, Person
from minzheng.kernel.people.queries import household_of
from minzheng.kernel.standards.queries import calendar

from .books import card

__all__ = ["Story", "homes_of"]


def is_minor(person: Person) -> bool:
    """A child signs nothing."""
    return person.birth is not None and clock.age_on(person.birth, clock.today()) < 18


def homes_of(actors: Mapping[str, Actor]) -> dict[str, Household]:
    """The households of the residents who have an account, by account."""
    people = {name: one.person_id for name, one in actors.items() if one.person_id is not None}
    persons = Person.objects.in_bulk(people.values())
    found = {name: household_of(persons[pk]) for name, pk in sorted(people.items())}
    return {name: home for name, home in found.items() if home is not None}


class Story:
    """One applicant's case, told by the verbs on the days on which they would be taken; dibao unless it says so."""

    service = "assistance.dibao"
    channel = "window"
    lacking = ("请补充近一年的医疗费用票据",)
    order = ("accept", "investigate", "verify", "assess", "panel", "post", "confirm", "serve", "done")

    def __init__(self, actors: Mapping[str, Actor], home: Household, *, agent: str = "clerk") -> None:
        self.actors, self.home, self.agent = actors, home, agent
        self.people = [one.person for one in home.memberships.filter(until_on=None).order_by("id")]
        own = [one for one in self.people if one.pk == actors[agent].person_id]
        self.person = (own or self.people)[0]
        self.case: Case | None = None

    def until(self, stage: str) -> None:
        """Everything before a stage, in the days before today; the stage itself is left open."""
        told = self.order[: self.order.index(stage)] if stage in self.order else ()
        days_ago = 14 if "post" in told else 3
        with clock.frozen(calendar().sub_working(clock.today(), days_ago).on):
            self.apply()
            for step in told[: self.order.index("post") + 1]:
                self._tell(step)
        for step in told[self.order.index("post") + 1 :]:
            self._tell(step)
        if stage == "post":
            self.put_up()
        if stage == "correct":
            accepting.ask_correction(self.task("accept").pk, items=self.lacking, by=self.actors["clerk"])

    def _tell(self, step: str) -> None:
        """Take a step, unless the outcome of an earlier one has made it needless."""
        if Task.objects.filter(case=self.case, step=step, state=Task.State.OPEN).exists():
            getattr(self, step)()

    def task(self, step: str) -> Task:
        return Task.objects.get(case=self.case, step=step, state=Task.State.OPEN)

    @property
    def partner(self) -> list[int]:
        """The colleague who goes along."""
        return [self.actors["investigator2"].user_id or 0]

    def take(self, step: str, outcome: str, who: str, evidence: dict[str, Any], **more: Any) -> None:
        take(self.task(step).pk, outcome=outcome, by=self.actors[who], evidence=evidence, **more)

    def apply(self) -> None:
        """Filled in at the window with the old person, or at home."""
        clerk, agent = self.actors["clerk"], self.actors[self.agent]
        self.case = drafting.start_draft(
            self.service, applicant=self.person, household=self.home, path=self.home.path, channel=self.channel,
            by=agent,
        )  # fmt: skip
        drafting.save_draft(self.case.pk, self.answers(), by=agent)
        for member in self.case.members.select_related("person").order_by("id"):
            drafting.put_member(
                self.case.pk, person=member.person, relation=member.relation, by=agent,
                answers=self.member(member.person),
            )  # fmt: skip
            if is_minor(member.person):
                continue
            exchange.sign_consent(
                person=member.person, case_id=self.case.pk, purpose=self.service, channel="paper",
                path=self.case.path, by=clerk,
            )  # fmt: skip
        drafting.submit(self.case.pk, by=agent)

    def member(self, person: Person) -> dict[str, str]:
        """What is declared of each of the family."""
        return {"lives_together": "yes", "work_capacity": "none", "illness": "chronic", "transfer": "2100"}

    def answers(self) -> dict[str, Any]:
        """What the window writes down."""
        # Eleven digits beginning with 140 are nobody's telephone: that range is for machines, with thirteen.
        return {
            "class_ur": self.home.class_ur, "need": "年老独居，患慢性病，没有稳定收入", "housing": "own", "houses": "1",
            "deposits": "800", "vehicles": "0", "rigid_spending": "2400", "phone": f"140{self.home.pk:08d}",
            "payee_owner": self.person.name, "payee_account": card(self.home.pk), "commitment": "yes",
        }  # fmt: skip

    def accept(self) -> None:
        self.take("accept", "accept", "clerk", {"complete": "yes", "kin": "no"})

    def investigate(self) -> None:
        evidence = {
            "visited_on": clock.today().isoformat(), "together_confirmed": "yes", "housing": "own",
            "living": "平房一间，独自居住，日常服药", "agrees": "yes", "signed": "yes",
        }  # fmt: skip
        self.take("investigate", "done", "investigator", evidence, partners=self.partner)

    def verify(self) -> None:
        """Asked of the departments; what differs is explained at the window and settled by the county."""
        task, verifier = self.task("verify"), self.actors["verifier"]
        verifying.begin(task.pk, by=verifier)
        verifying.ask(task.pk, by=verifier)
        report = verifying.report(task.pk, by=verifier)
        for difference in report.discrepancies.filter(state="open"):
            exchange.explain(
                discrepancy=difference, text="为多年前登记，现已不归本人使用", by=self.actors["clerk"]
            )
            verifying.decide_difference(
                task.pk, difference.pk, accept=True, reason="入户核实，说明属实", by=verifier
            )
        self.take("verify", "done", "verifier", {})

    def assess(self) -> None:
        """As the law finds: proposed, or opposed with its reason."""
        self.met = self.finds_it_met()
        opinion = "年老，无劳动能力，收入低于标准，符合条件" if self.met else "收入或财产超过规定，不符合条件"
        self.take("assess", "propose" if self.met else "oppose", "investigator", {"opinion": opinion})

    def finds_it_met(self) -> bool:
        """What the law says of the case as its facts now stand."""
        assert self.case is not None
        self.case.refresh_from_db()
        return bool(determine(self.case, on=clock.today()).eligible.outcome == "met")

    def panel(self) -> None:
        rows = [
            {"name": "马村主任", "post": "村委会主任", "recused": "no", "vote": "agree"},
            {"name": "田代表", "post": "村民代表", "recused": "no", "vote": "agree"},
            {"name": "金代表", "post": "村民代表", "recused": "no", "vote": "agree"},
        ]
        evidence = {"met_on": clock.today().isoformat(), "members": rows}
        self.take("panel", "agree", "panel", evidence)

    def post(self) -> None:
        """Posted then, taken down the day after the last."""
        last = self.put_up()
        with clock.frozen(last + timedelta(days=1)):
            self.take("post", "done", "clerk", {})

    def put_up(self) -> date:
        """The notice hangs in the village; its last day."""
        notice = posting.post_notice(self.task("post").pk, place="村委会公示栏", by=self.actors["clerk"])
        return notice.last_day

    def confirm(self) -> None:
        who = "county" if self.task("confirm").role.endswith("county_approver") else "township"
        if self.met:
            self.take("confirm", "grant", who, {})
        else:
            self.take("confirm", "refuse", who, {}, reason="经核实，不符合保障条件")

    def serve(self) -> None:
        self.take("serve", "done", "clerk", {"way": "in_person"})
