"""The prepared ground of the permission tests: one family, a case for each service, put at any step at will."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.test import Client

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.access.models import User
from minzheng.kernel.access.queries import actor_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework import drafting, opening
from minzheng.kernel.casework.models import (
    Appeal,
    Case,
    Correction,
    Decision,
    Objection,
    Objector,
    Sample,
    SampledCase,
    Task,
)
from minzheng.kernel.clock import Month, seed
from minzheng.kernel.documents.actions import store_upload
from minzheng.kernel.documents.models import Document
from minzheng.kernel.events.models import Effect, FollowUp, LifeEvent, Report, Unplaced
from minzheng.kernel.exchange.models import Discrepancy, Intake, IntakeRow, Outgoing, Verification
from minzheng.kernel.feedback.models import Opinion, Rating, Remedy
from minzheng.kernel.funds import actions as funds
from minzheng.kernel.funds.models import Handover, ReserveFund
from minzheng.kernel.ledger import actions as ledger
from minzheng.kernel.ledger.models import Adjustment, Batch, Fund, Recovery
from minzheng.kernel.linkage.models import Pair
from minzheng.kernel.monitoring.models import Alert
from minzheng.kernel.notices.models import OfficeNotice, Posting
from minzheng.kernel.people.models import Household, Person
from minzheng.kernel.releases import actions as releases
from minzheng.kernel.releases import simulating
from minzheng.kernel.releases.models import Release
from minzheng.kernel.releases.queries import current_simulation
from minzheng.kernel.standards.models import CalendarDay
from minzheng.kernel.subsidies.models import Emergency, IndexRow, Measure, MeasureTask, SubsidyList
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

from .cast import resident_of
from .company import HERE, Someone, company, knock, staff_at
from .money import a_card, terms
from .papers import upload
from .people import household, person
from .places import place
from .standings import aid_grant, funeral_sum, national_record, standing
from .walk import HOUSEHOLD, MEMBER

__all__ = ["DAY", "Ground", "build"]

DAY = date(2026, 3, 3)
# What only one service asks.
MORE = {
    "cause": "medical", "event_place": "县医院", "expense": "18000", "source": "self", "situation": "急病入院",
}  # fmt: skip
CHANGE = {"why": "periodic", "change": "定期复核", "class_ur": "rural"}


@dataclass
class Ground:
    """The family, its cases and all who try."""

    applicant: Person
    wife: Person
    family: Household
    maker: Actor
    people: list[Someone] = field(default_factory=list)
    cases: dict[str, Case] = field(default_factory=dict)
    browsers: dict[str, Client] = field(default_factory=dict)
    paper: Document | None = None
    folder: Path = Path()

    def browser(self, who: Someone) -> Client:
        """The signed-in browser of somebody."""
        return self.browsers[who.actor.id]

    def someone(self, role: str) -> Actor:
        """Who holds a role here."""
        return next(one.actor for one in self.people if one.role == role and one.where == "here")

    def part(self, name: str) -> Actor:
        """A resident, or the maker of the draft, by part."""
        return next(one.actor for one in self.people if one.name == name)

    def case(self, service: str, **changed: Any) -> Case:
        """The case of a service, in another state."""
        case = Case.objects.get(pk=self.cases[service].pk)
        for name, value in changed.items():
            setattr(case, name, value)
        case.save()
        return case

    def at_step(self, service: str, step: str, *, by: declare.Role | None = None) -> Task:
        """The case handed in and, beyond acceptance, accepted; only this step is open."""
        declared = catalogue.current().service(service)
        first = declared.item.steps[0].code == step
        case = self.case(
            service, state=Case.State.SUBMITTED if first else Case.State.OPEN, submitted_at=clock.now(),
            number=f"T{self.cases[service].pk}", accepted_on=None if first else clock.today(),
        )  # fmt: skip
        if not first:
            opening.bind(case, declared)
            if by is not None:
                case.bound["decided_at"] = int(by.at)
            case.save()
        found = next(one for one in declared.item.steps if one.code == step)
        return opening.open_step(case, declared, found)

    def correcting(self, service: str) -> Case:
        """The case sent back for what is missing."""
        case = self.case(service, state=Case.State.CORRECTING, submitted_at=clock.now())
        Correction.objects.create(
            case=case, items=["户口簿"], issued_at=clock.now(), issued_by="user:0", answer_by=DAY
        )
        return case

    def decided(self, service: str) -> Decision:
        """The case granted in writing, and the decision served."""
        task = self.at_step(service, catalogue.current().service(service).item.steps[-1].code)
        case = self.case(service, state=Case.State.GRANTED)
        task.state, task.done_at = Task.State.DONE, clock.now()
        task.save()
        return Decision.objects.create(
            case=case, number=f"D{case.pk}", kind="grant", on=DAY, by="user:0", by_name="某", level=3, rule_set="t",
            determination={}, payload={}, payload_sha="0" * 64, served_on=DAY,
        )  # fmt: skip

    def appealed(self, service: str, state: str) -> Appeal:
        """A decision appealed against."""
        return Appeal.objects.create(
            decision=self.decided(service), reasons="金额偏低", filed_at=clock.now(), filed_by="user:0",
            examine_by=DAY, state=state,
        )  # fmt: skip

    def notice(self, service: str, step: str) -> Posting:
        """The publicity notice hanging in the village."""
        task = self.at_step(service, step)
        return Posting.objects.create(
            case_id=task.case_id, path=task.path, title="公示", place="公示栏", content={}, posted_on=DAY, days=7,
            last_day=DAY + timedelta(days=7), provisional=False, posted_by="user:0", posted_by_name="某",
        )  # fmt: skip

    def objection(self, service: str, step: str) -> Objection:
        """A neighbour's objection, unanswered."""
        notice = self.notice(service, step)
        made = Objection.objects.create(
            case_id=notice.case_id, posting_id=notice.pk, text="他家有车", at=clock.now()
        )
        Objector.objects.create(objection=made, path=made.case.path, name="邻居")
        return made

    def difference(self, service: str, step: str) -> Discrepancy:
        """A reported check with one figure that differs."""
        task = self.at_step(service, step)
        asked = next(one for one in catalogue.current().service(service).item.steps if one.code == step)
        assert isinstance(asked, declare.Verification)
        check = Verification.objects.create(
            case_id=task.case_id, path=task.path, purpose=asked.purpose, basis="t", state="reported",
            reference_date=DAY, member_ids=[self.applicant.pk, self.wife.pk], source_codes=[], declared={},
            requested_by="user:0", requester_name="某", requested_at=clock.now(), report={}, report_sha="0" * 64,
            reported_at=clock.now(),
            valid_until=DAY + timedelta(days=90), conclusion="exceeds",
        )  # fmt: skip
        return Discrepancy.objects.create(
            verification=check, path=task.path, member=self.applicant, item="deposits", source="bank", declared=0,
            found=100, explain_due=DAY,
        )  # fmt: skip

    def sampled(self, sampling: str, state: str) -> SampledCase:
        """One drawn file."""
        declared = catalogue.current().samplings[sampling]
        case = self.decided(f"{declared.domain.code}.{declared.item.service}").case
        return self.sampled_of(case, sampling=sampling, state=state)

    def sampled_of(self, case: Case, *, sampling: str = "", state: str = "drawn") -> SampledCase:
        """A decided case as one of a draw."""
        sample = Sample.objects.create(
            sampling=sampling or next(iter(catalogue.current().samplings)), path=HERE.village, seed="s",
            pool_sha="0" * 64, pool_size=1, size=1, drawn_at=clock.now(), drawn_by="user:0",
        )  # fmt: skip
        return SampledCase.objects.create(sample=sample, case=case, state=state)

    def fund(self, reserve: str) -> ReserveFund:
        """The township's reserve fund of the year, nothing advanced yet."""
        declared = catalogue.current().reserve(reserve)
        return funds.set_quota(
            reserve=reserve, path=HERE.township, year=DAY.year, amount=1_000_00, document="额度1号",
            by=self.someone(declared.role(declared.item.overseer)),
        )  # fmt: skip

    def handover(self, purchasing: str) -> Handover:
        """Services delivered under a contract of the county, not yet accepted."""
        declared = catalogue.current().purchasing(purchasing)
        scheme = f"{declared.domain.code}.{declared.item.out_of[0].code}"
        ledger.allot(
            scheme=scheme, path=HERE.county, fund=Fund.CENTRAL, year=DAY.year, amount=10**9, document="中央1号",
            by=self.someone(catalogue.current().schemes[scheme].role(declared.item.out_of[0].reviewed_by)),
        )  # fmt: skip
        contract = funds.sign(
            purchasing=purchasing, path=HERE.county,
            terms=terms("1", 1_000, service=next(iter(declared.item.services))),
            by=self.someone(declared.role(declared.item.signer)),
        )  # fmt: skip
        return funds.deliver(
            contract=contract, period="1", served=1, claimed=100, record="记录",
            by=self.someone(declared.role(declared.item.registrar)),
        )  # fmt: skip

    def batch(self, scheme: str) -> Batch:
        """The county's batch as its payer drafts it."""
        declared = catalogue.current().schemes[scheme]
        payer, reviewer = (
            declared.role(one) for one in (declared.item.prepared_by, declared.item.reviewed_by)
        )
        by = self.someone(payer)
        ledger.entitle(
            scheme=scheme, path=self.family.path, class_ur="rural", amount=38400, from_month=Month.of(DAY),
            household=self.family, members=[self.applicant, self.wife], exclusive_group="g", by=by,
            payee=ledger.Payee(person=self.applicant, account=a_card(), owner=self.applicant.name),
            basis=ledger.Basis(decision_number="D", rule_set="t", trace_sha="0" * 64, case_id=1),
        )  # fmt: skip
        return ledger.draft_batch(
            scheme=scheme,
            path=HERE.county,
            month=Month.of(DAY),
            prepared_by=payer,
            reviewed_by=reviewer,
            by=by,
        )

    def claim(self, batch: Batch) -> Recovery:
        """Money of a batch that is claimed back."""
        payment = batch.payments.get()
        return Recovery.objects.create(
            scheme=batch.scheme, path=payment.path, books_path=batch.path, fund=batch.fund, household=self.family,
            entitlement=payment.entitlement, for_from=batch.month, for_until=Month.of(batch.month).next.first,
            amount=100, reason="多发", decision_number="D", rule_set="t", by="user:0", at=clock.now(),
        )  # fmt: skip

    def owed(self, batch: Batch) -> Adjustment:
        """What a payment of a batch lacked, made up with a later month."""
        payment, month = batch.payments.get(), Month.of(batch.month)
        return Adjustment.objects.create(
            kind="makeup", scheme=batch.scheme, path=payment.path, household=self.family,
            entitlement=payment.entitlement, amount=100, from_month=month.next.first, for_from=month.first,
            for_until=month.next.first, reason="少发", decision_number="D", rule_set="t", by="user:0", at=clock.now(),
        )  # fmt: skip

    def index(self, subsidy: str) -> IndexRow:
        """Figures of the prefecture that wait for their check."""
        return IndexRow.objects.create(
            subsidy=subsidy, path=HERE.city, month=DAY.replace(day=1), cpi=500, food_cpi=0, published_on=DAY,
            source="公报", entered_by="user:0", entered_by_name="某", entered_at=clock.now(),
        )  # fmt: skip

    def emergency(self, domain: str) -> Emergency:
        """An emergency of the prefecture, with one measure and the county's task."""
        made = Emergency.objects.create(
            domain=domain, path=HERE.city, grade=2, title="暴雪", order_number="令1号", from_on=DAY,
            declared_by="user:0", declared_by_name="某", declared_at=clock.now(),
        )  # fmt: skip
        measure = Measure.objects.create(emergency=made, code="living_subsidy", value=100, from_on=DAY)
        MeasureTask.objects.create(measure=measure, path=HERE.county, opened_at=clock.now(), due_on=DAY)
        return made

    def listing(self, subsidy: str) -> SubsidyList:
        """A list of the county that waits for its first signature."""
        declared = catalogue.current().subsidies[subsidy]
        by_index, by_order = (declared.item.started_by == one for one in ("index", "emergency"))
        return SubsidyList.objects.create(
            subsidy=subsidy, scheme=f"{declared.domain.code}.{declared.item.scheme.code}", path=HERE.county,
            month=DAY.replace(day=1), number=f"名单{SubsidyList.objects.count()}",
            counted_on=DAY, rule_set="t", trace_sha="t", persons=1,
            index=self.index(subsidy) if by_index else None, drafted_by="system:subsidies", drafted_by_name="subsidies",
            measure=self.emergency(declared.domain.code).measures.get() if by_order else None,
            drafted_at=clock.now(), content_sha="x",
        )  # fmt: skip

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

    def release(self, domain: str) -> Release:
        """A standard as the county drafts it."""
        declared = catalogue.current().simulated[domain]
        role = next(role for role in declared.item.drafted_by if role.at == declare.COUNTY)
        by = self.someone(declared.role(role))
        made = releases.draft(
            domain=domain, title="标准", source="某文件", kind="standard", path=HERE.county,
            from_month=Month.of(DAY), by=by,
        )  # fmt: skip
        releases.change_value(release=made, parameter="money.unit", value="100", by=by)
        return Release.objects.get(pk=made.pk)

    def seal(self, release: Release) -> str:
        """What those sign who sign it."""
        found = current_simulation(release)
        return found.seal if found is not None else ""

    def tried(self, release: Release) -> Release:
        """The release after its run over everyone."""
        asked = releases.simulate(release=release, by=actor_of(User.objects.get(pk=release.drafted_by[5:])))
        simulating.run(asked.pk)
        return Release.objects.get(pk=release.pk)

    def signed(self, release: Release) -> Release:
        """The release signed by two others."""
        tried = self.tried(release)
        declared = catalogue.current().simulated[release.domain]
        role = next(role for role in declared.item.signed_by if role.at == declare.COUNTY)
        for name in ("甲会签", "乙会签"):
            by = staff_at(declared.role(role), HERE, declare.COUNTY, name=name)
            releases.sign(release=tried, seen=self.seal(tried), by=by)
        return Release.objects.get(pk=release.pk)

    def published(self, release: Release) -> Release:
        """The release in force."""
        signed = self.signed(release)
        return releases.publish(release=signed, by=actor_of(User.objects.get(pk=release.drafted_by[5:])))

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

    def search(self, rounds: str) -> Escalation:
        """Nobody opened: the last of the chain is called."""
        return Escalation.objects.create(
            watched=self.watched(rounds), path=HERE.village, opened_at=clock.now(), why="未联系上",
            rung=catalogue.current().rounds[rounds].item.chain[-1].code, due_at=clock.now(),
        )  # fmt: skip

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

    def contact(self) -> Task:
        """The applicant has been served at the window: a contact that may be rated."""
        public = [
            code
            for code, one in catalogue.current().services.items()
            if one.item.offered == "public" and isinstance(one.item.steps[0], declare.Acceptance)
        ]
        task = self.at_step(public[-1], catalogue.current().service(public[-1]).item.steps[0].code)
        task.state, task.done_at, task.outcome = Task.State.DONE, clock.now(), "accept"
        task.save()
        return task

    def remedy(self, state: str = "open") -> Remedy:
        """A bad rating by the applicant, and how far its answer has come."""
        task = self.contact()
        rating = Rating.objects.create(
            case=task.case, task=task, service=task.case.service, contact="受理", person=self.applicant,
            path=task.path, grade=1, tags=["slow"], at=clock.now(),
        )  # fmt: skip
        return Remedy.objects.create(
            rating=rating, path=rating.path, state=state, look_by=DAY, due_on=DAY,
            found="已了解" if state != "open" else "", doubted_by="user:0" if state == "doubted" else "",
            answered_at=clock.now() if state == "fixed" else None,
        )  # fmt: skip

    def opinion(self) -> Opinion:
        """A word of the applicant in the opinion box."""
        return Opinion.objects.create(
            kind="advice", text="中午有人值班", person=self.applicant, signed=True, path=self.family.path,
            at=clock.now(), due_on=DAY,
        )  # fmt: skip

    def office_notice(self) -> OfficeNotice:
        """What another office let the township know."""
        return OfficeNotice.objects.create(
            path=HERE.township, from_path=HERE.county, title="告知", text="已先行救助", topic="ground",
            sent_at=clock.now(), sent_by="user:0",
        )  # fmt: skip

    def entry(self, register: str = "assistance.standings") -> int:
        """An entry of a register in the village."""
        from . import care

        if register in care.ENTRIES:
            ends = ("here", "other level")
            keepers = [
                one.actor.id
                for one in self.people
                if one.role == "eldercare.home_keeper" and one.where in ends
            ]
            assert self.paper is not None
            return int(care.entry(register, HERE, keepers=keepers, paper=self.paper).pk)
        other = {
            "assistance.aid_grants": aid_grant, "assistance.national_records": national_record,
            "assistance.funeral_sums": funeral_sum,
        }  # fmt: skip
        return other.get(register, standing)(path=HERE.village, name="测在册").pk


def build() -> Ground:
    """Everything that stays the same for every attempt."""
    CalendarDay.objects.bulk_create(
        CalendarDay(on=row["day"], kind=row["kind"], year=row["year"], source=row["source"])
        for row in seed.rows()
    )
    place(HERE.village.split("/")[-2])
    applicant = person(path=HERE.village, name="测清明", birth=date(1968, 4, 4))
    wife = person(path=HERE.village, name="测寒露", birth=date(1970, 10, 8), sex="2")
    family = household(applicant, wife, path=HERE.village, class_ur="rural")
    roles = catalogue.current().roles
    maker = staff_at("assistance.coordinator", HERE, roles["assistance.coordinator"].item.at, name="代办")
    ground = Ground(applicant, wife, family, maker)
    ground.people = company(applicant=resident_of(applicant), member=resident_of(wife), maker=maker)
    ground.browsers = {one.actor.id: knock(one.actor) for one in ground.people}
    for code, declared in catalogue.current().services.items():
        ground.cases[code] = _draft(ground, code, declared)
    ground.paper = store_upload(
        file=upload(), label="户口簿", path=HERE.village, case_id=next(iter(ground.cases.values())).pk,
        person_id=applicant.pk, by=ground.part("applicant"),
    )  # fmt: skip
    return ground


def _draft(ground: Ground, code: str, declared: catalogue.Declared[declare.Service]) -> Case:
    """A draft with real answers; where only an office begins a service, the window's draft is handed to the maker."""
    proxies = [declared.role(one) for one in declared.item.proxy]
    by = ground.maker if "assistance.coordinator" in proxies else ground.someone(proxies[0])
    case = drafting.start_draft(
        code,
        applicant=ground.applicant,
        household=ground.family,
        path=ground.family.path,
        channel="agent",
        by=by,
    )
    given: dict[str, Any] = dict(CHANGE)
    if "payee_account" in {one.code for one in declared.item.form.fields}:
        given = {
            **HOUSEHOLD,
            "class_ur": "rural",
            "payee_owner": ground.applicant.name,
            "payee_account": a_card(),
        }
    asked = {one.code for one in declared.item.form.fields}
    given = {code: answer for code, answer in (given | MORE).items() if code in asked}
    drafting.save_draft(case.pk, given, by=by)
    of_each = {one.code for one in declared.item.member_form.fields}
    answers = {code: answer for code, answer in MEMBER.items() if code in of_each}
    for member in case.members.select_related("person"):
        drafting.put_member(case.pk, person=member.person, relation=member.relation, by=by, answers=answers)
    Case.objects.filter(pk=case.pk).update(created_by=ground.maker.id, agent=ground.maker.id)
    case.refresh_from_db()
    return case
