"""A demonstration: one township's cases at every stage of the procedure, told by the verbs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Q

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework import accepting, drafting, posting, verifying
from minzheng.kernel.casework.deciding import determine
from minzheng.kernel.casework.models import Case, Task
from minzheng.kernel.casework.taking import take
from minzheng.kernel.exchange import actions as exchange
from minzheng.kernel.indicators.actions import count_month
from minzheng.kernel.ledger import actions as ledger
from minzheng.kernel.ledger import bank
from minzheng.kernel.ledger.models import Fund
from minzheng.kernel.ledger.queries import active_entitlements
from minzheng.kernel.people.models import Household
from minzheng.kernel.standards.queries import calendar
from minzheng.kernel.visits import actions as visits

from ..queries import standing_of
from .books import card
from .standards import raises

__all__ = ["populate"]


def populate(*, actors: Mapping[str, Actor], family: Household | None, by: Actor) -> None:
    """Cases at every stage in one township, a lead to follow, and last month paid; done once."""
    if Case.objects.exists():
        return
    if family is not None:
        visits.raise_lead(
            family, domain="assistance", source="match", by=by,
            text="医保数据比对：家庭成员一年内自付医疗费用较高，家庭收入低于平均水平。",
        )  # fmt: skip
    for stage, home in zip(STAGES, _elderly(actors["clerk"]), strict=False):
        _Story(actors, home).until(stage)
    _pay_last_month(actors)
    raises(actors)
    month = clock.Month.of(clock.today())
    for one in (month.previous, month):
        count_month(one, by=by)


STAGES = (
    "accept", "accept", "correct", "investigate", "verify", "assess", "panel", "post", "post", "confirm", "serve",
    "done", "done",
)  # fmt: skip


def _elderly(clerk: Actor) -> list[Household]:
    """Households of one or two old persons in the clerk's township, not on dibao, the same each time."""
    place, old = clerk.posts[0].path, Q(memberships__person__birth__lt=date(1965, 1, 1))
    homes = Household.objects.filter(path__startswith=place, memberships__until_on=None)
    counted = homes.annotate(n=Count("memberships"), aged=Count("memberships", filter=old))
    few = counted.filter(n__lte=2, aged=F("n")).order_by("id")
    return [home for home in few if not _on_dibao(home)][: len(STAGES)]


ORDER = ("accept", "investigate", "verify", "assess", "panel", "post", "confirm", "serve", "done")


def _on_dibao(home: Household) -> bool:
    return standing_of(home.pk) is not None


class _Story:
    """One applicant's case, told by the verbs on the days on which they would be taken."""

    def __init__(self, actors: Mapping[str, Actor], home: Household) -> None:
        self.actors, self.home = actors, home
        self.people = [one.person for one in home.memberships.filter(until_on=None).order_by("id")]
        self.person = self.people[0]
        self.case: Case | None = None

    def until(self, stage: str) -> None:
        """Everything before a stage, in the days before today; the stage itself is left open."""
        told = ORDER[: ORDER.index(stage)] if stage in ORDER else ()
        days_ago = 14 if "post" in told else 3
        with clock.frozen(calendar().sub_working(clock.today(), days_ago).on):
            self.apply()
            for step in told[: ORDER.index("post") + 1]:
                self._tell(step)
        for step in told[ORDER.index("post") + 1 :]:
            self._tell(step)
        if stage == "post":
            self._post_now()
        if stage == "correct":
            accepting.ask_correction(
                self.task("accept").pk, items=["请补充近一年的医疗费用票据"], by=self.actors["clerk"]
            )

    def _tell(self, step: str) -> None:
        """Take a step, unless the outcome of an earlier one has made it needless."""
        if Task.objects.filter(case=self.case, step=step, state=Task.State.OPEN).exists():
            getattr(self, step)()

    def task(self, step: str) -> Task:
        return Task.objects.get(case=self.case, step=step, state=Task.State.OPEN)

    def _take(self, step: str, outcome: str, who: str, evidence: dict[str, Any], **more: Any) -> None:
        take(self.task(step).pk, outcome=outcome, by=self.actors[who], evidence=evidence, **more)

    def apply(self) -> None:
        """The window fills in the application with the old person."""
        clerk = self.actors["clerk"]
        self.case = drafting.start_draft(
            "assistance.dibao", applicant=self.person, household=self.home, path=self.home.path, channel="window",
            by=clerk,
        )  # fmt: skip
        drafting.save_draft(self.case.pk, self._answers(), by=clerk)
        for member in self.case.members.select_related("person").order_by("id"):
            drafting.put_member(
                self.case.pk, person=member.person, relation=member.relation, by=clerk,
                answers={"lives_together": "yes", "work_capacity": "none", "illness": "chronic", "transfer": "2100"},
            )  # fmt: skip
            exchange.sign_consent(
                person=member.person, case_id=self.case.pk, purpose="assistance.dibao", channel="paper",
                path=self.case.path, by=clerk,
            )  # fmt: skip
        drafting.submit(self.case.pk, by=clerk)

    def _answers(self) -> dict[str, str]:
        # Eleven digits beginning with 140 are nobody's telephone: that range is for machines, with thirteen.
        return {
            "class_ur": self.home.class_ur, "need": "年老独居，患慢性病，没有稳定收入", "housing": "own", "houses": "1",
            "deposits": "800", "vehicles": "0", "rigid_spending": "2400", "phone": f"140{self.home.pk:08d}",
            "payee_owner": self.person.name, "payee_account": card(self.home.pk), "commitment": "yes",
        }  # fmt: skip

    def accept(self) -> None:
        self._take("accept", "accept", "clerk", {"complete": "yes", "kin": "no"})

    def investigate(self) -> None:
        evidence = {
            "visited_on": clock.today().isoformat(), "together_confirmed": "yes", "housing": "own",
            "living": "平房一间，独自居住，日常服药", "agrees": "yes", "signed": "yes",
        }  # fmt: skip
        partner = self.actors["investigator2"].user_id or 0
        self._take("investigate", "done", "investigator", evidence, partners=[partner])

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
        self._take("verify", "done", "verifier", {})

    def assess(self) -> None:
        """As the law finds: proposed, or opposed with its reason."""
        assert self.case is not None
        self.case.refresh_from_db()
        self.met = determine(self.case, on=clock.today()).eligible.outcome == "met"
        opinion = "年老，无劳动能力，收入低于标准，符合条件" if self.met else "收入或财产超过规定，不符合条件"
        self._take("assess", "propose" if self.met else "oppose", "investigator", {"opinion": opinion})

    def panel(self) -> None:
        rows = [
            {"name": "马村主任", "post": "村委会主任", "recused": "no", "vote": "agree"},
            {"name": "田代表", "post": "村民代表", "recused": "no", "vote": "agree"},
            {"name": "金代表", "post": "村民代表", "recused": "no", "vote": "agree"},
        ]
        evidence = {"met_on": clock.today().isoformat(), "members": rows}
        self._take("panel", "agree", "panel", evidence)

    def post(self) -> None:
        """Posted then, taken down the day after the last."""
        last = posting.post_notice(
            self.task("post").pk, place="村委会公示栏", by=self.actors["clerk"]
        ).last_day
        with clock.frozen(last + timedelta(days=1)):
            self._take("post", "done", "clerk", {})

    def _post_now(self) -> None:
        posting.post_notice(self.task("post").pk, place="村委会公示栏", by=self.actors["clerk"])

    def confirm(self) -> None:
        who = "county" if self.task("confirm").role.endswith("county_approver") else "township"
        if self.met:
            self._take("confirm", "grant", who, {})
        else:
            self._take("confirm", "refuse", who, {}, reason="经核实，不符合保障条件")

    def serve(self) -> None:
        self._take("serve", "done", "clerk", {"way": "in_person"})


def _pay_last_month(actors: Mapping[str, Actor]) -> None:
    """The county's batch of last month: drafted, reviewed by two, sent, answered, reconciled and closed."""
    payer, month = actors["payer"], clock.Month.of(clock.today()).previous
    if not active_entitlements(path=payer.posts[0].path, month=month, by=payer).exists():
        return
    batch = ledger.draft_batch(
        scheme="assistance.dibao", path=payer.posts[0].path, month=month, prepared_by="assistance.payer",
        reviewed_by="assistance.payment_reviewer", by=payer,
    )  # fmt: skip
    ledger.allot(
        scheme="assistance.dibao", path=batch.path, fund=Fund(batch.fund), year=month.year, amount=batch.total * 14,
        document=f"演示财社〔{month.year}〕1号", by=actors["payreview"],
    )  # fmt: skip
    for who in ("payreview", "payreview2"):
        batch = ledger.review(batch=batch, seen=batch.content_sha, by=actors[who])
    sent = ledger.send(batch=batch, by=payer)
    answer = bank.read_answer(bank.run_local_bank(sent.content))
    ledger.read_returns(batch=batch, rows=answer, by=payer)
    ledger.reconcile(batch=batch, by=payer)
    ledger.close(batch=batch, by=payer)
