"""Every address of the desk and the portal that names something, with the numbers of the ground put in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from minzheng.kernel import catalogue, clock
from minzheng.kernel.access.models import Office, Posting, ServiceAccount, User
from minzheng.kernel.access.queries import actor_of
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.casework.models import Appeal
from minzheng.kernel.counter.models import Intake, Part
from minzheng.kernel.documents.models import Bundle
from minzheng.kernel.exchange.models import ExtractOut, Recheck
from minzheng.kernel.ledger import actions as ledger
from minzheng.kernel.ledger.models import (
    Account,
    Batch,
    Budget,
    Doubt,
    Entitlement,
    Fund,
    Instruction,
    Journal,
    MonthlyRun,
    PayingAccount,
)
from minzheng.kernel.linkage.models import Merge
from minzheng.kernel.matching.models import Need, Order
from minzheng.kernel.notices.models import Message, Sending
from minzheng.kernel.plans.models import Project
from minzheng.kernel.registers.models import Export, SavedView
from minzheng.kernel.releases.models import Attention, Sample
from minzheng.kernel.reveals.models import Left
from minzheng.kernel.subsidies.models import LeftOut
from tests.factories.cast import SINCE, account, office
from tests.factories.company import ELSEWHERE, HERE, knock, level_place, staff_at
from tests.factories.ground import DAY, Ground
from tests.factories.homes import ground_of_houses
from tests.factories.market import ground_of_market
from tests.factories.people import person

__all__ = ["addressed", "local", "routes", "strangers"]

# The public's pages: the board, the guide, the check of a letter; and what only names a kind of thing.
OPEN = {
    "guide", "start", "object", "village", "verified", "opinion_answer", "desk_register", "desk_register_export",
    "desk_register_paper", "desk_register_views", "desk_register_import", "desk_register_template",
    "desk_register_new", "desk_network",
    "desk_parameter", "desk_source", "desk_file_shape", "desk_file_template",
    "desk_plan_target", "desk_plan_rows", "desk_plan_evaluation", "desk_plan_checks",
    "desk_plan_workbook", "desk_third_evaluation", "desk_third_township", "desk_facility_new", "desk_register_clear",
    "learning_course",
    "learning_exam", "notice",
    "request_new",
}  # fmt: skip


def strangers(ground: Ground) -> list[tuple[str, Client]]:
    """One who holds every role, but in another city, and a resident of the same village."""
    user = account(name="异地全岗")
    for code, declared in catalogue.current().roles.items():
        if declared.item.at is not Level.PROVINCE:
            where = office(level_place(ELSEWHERE, declared.item.at))
            Posting.objects.create(user=user, office=where, role=code, from_on=SINCE)
    # Who looks after accounts there is a stranger to those here as well; the password was given just now.
    there = office(level_place(ELSEWHERE, Level.COUNTY))
    Posting.objects.create(user=user, office=there, role="access.administrator", from_on=SINCE)
    browser = _confirmed(user)
    neighbour = next(one for one in ground.people if one.name == "other resident")
    return [("staff", browser), ("resident", ground.browser(neighbour)), ("auditor", _auditor(there))]


def _auditor(there: Office) -> Client:
    """Who reads the audit there, and may do nothing else."""
    user = account(name="异地审计")
    Posting.objects.create(user=user, office=there, role="access.auditor", from_on=SINCE)
    return _confirmed(user)


def _confirmed(user: User) -> Client:
    """Signed in, the password given just now."""
    browser = knock(actor_of(user))
    session = browser.session
    session["confirmed"] = 2**40
    session.save()
    return browser


def local() -> Client:
    """One who holds every role there is, in this very place."""
    user = account(name="本地全岗")
    for code, declared in catalogue.current().roles.items():
        where = office(level_place(HERE, declared.item.at))
        Posting.objects.create(user=user, office=where, role=code, from_on=SINCE)
    return knock(actor_of(user))


def addressed(ground: Ground) -> list[tuple[str, str]]:
    """Name and address of every page that names something."""
    numbers, own = _numbers(ground)
    found = []
    for name, route in routes(get_resolver().url_patterns, ""):
        if name in OPEN or not route.startswith(("desk/", "apply/", "my/")) or "<" not in route:
            continue
        here = numbers | own.get(name, {})
        if name.startswith("desk_draft"):
            here["case_id"] = numbers["draft"]
            here["member_id"] = numbers["draft_member"]
        if route.startswith("apply/"):
            here["pk"], here["member_id"] = numbers["draft"], numbers["draft_member"]
        found.append(
            (name, "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda part, here=here: str(here[part[1]]), route))
        )
    assert found
    return found


def routes(patterns: Any, before: str) -> Iterator[tuple[str, str]]:
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from routes(one.url_patterns, before + str(one.pattern))
        elif isinstance(one, URLPattern):
            yield one.name or "", before + str(one.pattern)


def _numbers(ground: Ground) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """What each parameter stands for; ``pk`` means something else on each page."""
    draft, running, decided = list(catalogue.current().services)[:3][::-1]
    task = ground.at_step(running, catalogue.current().service(running).item.steps[1].code)
    decision = ground.decided(decided)
    appeal = Appeal.objects.create(
        decision=decision, reasons="金额偏低", filed_at=clock.now(), filed_by="user:0", examine_by=DAY
    )
    sampled = ground.sampled_of(decision.case)
    batch, instruction = _sent(ground)
    member = ground.cases[draft].members.first()
    assert member is not None
    assert ground.paper is not None
    message = Message.objects.create(
        person_id=ground.applicant.pk, title="通知", text="请补正", kind="notice", path=HERE.village,
        sent_at=clock.now(), case_id=task.case_id,
    )  # fmt: skip
    failed = Sending.objects.create(
        message=message, person=ground.applicant, path=message.path, channel="sms", state="failed",
        written_at=clock.now(), next_at=clock.now(),
    )  # fmt: skip
    numbers = {
        "sending_id": failed.pk, "project_id": _project(),
        "case_id": task.case_id, "task_id": task.pk, "member_id": member.pk, "draft": ground.cases[draft].pk,
        "draft_member": member.pk, "person_id": ground.applicant.pk, "household_id": ground.family.pk,
        "document_id": ground.paper.pk, "appeal_id": appeal.pk, "sample_id": sampled.sample_id,
        "sampled_id": sampled.pk, "batch_id": batch, "number": 1, "kind": "text", "instruction_id": instruction,
        "visit_id": ground.visit().pk, "lead_id": ground.lead().pk, "code": next(iter(catalogue.current().registers)),
        "row_id": ground.entry(next(iter(catalogue.current().registers))),
        "remedy_id": ground.remedy().pk, "opinion_id": ground.opinion().pk, "other_id": 1,
        "notice_id": ground.office_notice().pk, **_happened(ground), **_alike(ground), **_accounts(),
        "decision_id": decision.pk, "difference_id": 1, "step": "household",
        **_gone_round(ground), **_exchanged(ground), **_kept(ground),
        "alert_id": ground.alert(next(iter(catalogue.current().monitors))).pk, "receipt_id": _visited(ground),
        "pk": task.case_id, "check_id": ground.check(case_id=task.case_id).pk,
        **_released(ground), **_listed(ground, batch), **_money(ground),
        "fund_id": ground.fund(next(iter(catalogue.current().reserves))).pk,
        **ground_of_houses(ground), **ground_of_market(ground),
        "contract_id": ground.handover(next(iter(catalogue.current().purchasings))).contract_id,
    }  # fmt: skip
    own = {
        "read_message": {"pk": message.pk}, "document": {"pk": ground.paper.pk}, "sign": {"pk": task.case_id},
        "appeal": {"pk": decision.case_id}, "desk_recheck": {"run_id": _recheck()},
        "desk_intake_line": {"number": 3}, "desk_plan_year": {"year": 2021, "owner": "eldercare"},
        "care_choose": {"pk": Need.objects.get().pk},
        "care_confirm": {"pk": Order.objects.get().pk}, "desk_out_file": {"kind": "csv"},
        **_personal(task.case_id),
    }  # fmt: skip
    return numbers, own


def _project() -> int:
    """A project of one of the plan's boxes."""
    made = Project.objects.create(
        path=HERE.county, plan=next(iter(catalogue.current().plans)), programme="elder_town", name="测综合体",
        due_on=DAY, opened_by_name="某", opened_at=clock.now(),
    )  # fmt: skip
    return made.pk


def _gone_round(ground: Ground) -> dict[str, int]:
    """A ledger, an assessment, and whoever a list found without an account."""
    by_itself = next(
        code for code, one in catalogue.current().subsidies.items() if one.item.started_by == "month"
    )
    listing = ground.listing(by_itself)
    left = LeftOut.objects.create(
        list=listing, path=HERE.village, person=ground.applicant, group="80", reason="no_account"
    )
    return {
        "watched_id": ground.watched(next(iter(catalogue.current().rounds))).pk, "left_out_id": left.pk,
        "assessment_id": ground.assessment(next(iter(catalogue.current().scored))).pk,
    }  # fmt: skip


def _visited(ground: Ground) -> int:
    """A visit to the window, with a matter passed on."""
    made = Intake.objects.create(
        number="R0", person=ground.applicant, path=HERE.village, received_at=clock.now(), received_by="user:0",
        received_by_name="某",
    )  # fmt: skip
    Part.objects.create(
        intake=made, path=made.path, state=Part.State.SENT, department="medical", ask="医疗救助", sent_at=clock.now(),
        accept_by=DAY, reply_by=DAY,
    )  # fmt: skip
    return made.pk


def _kept(ground: Ground) -> dict[str, int]:
    """A view that somebody saved, and a workbook that somebody asked for."""
    own = {
        "register": next(iter(catalogue.current().registers)),
        "path": HERE.township,
        "created_by": "user:0",
    }
    view = SavedView.objects.create(name="试", created_by_name="某", created_at=clock.now(), **own)
    export = Export.objects.create(asked={}, created_by_name="某", asked_at=clock.now(), **own)
    own.pop("register")
    bundle = Bundle.objects.create(cases=[1], created_by_name="某", asked_at=clock.now(), **own)
    return {"view_id": view.pk, "export_id": export.pk, "bundle_id": bundle.pk}


def _personal(case_id: int) -> dict[str, dict[str, Any]]:
    """A masked field of a case, a list that left, and one that is asked for in full."""
    left = Left.objects.create(
        what="台账", rows=1, path=HERE.township, created_by="user:0", created_by_name="某", at=clock.now(), day_rows=1,
        alarm=True,
    )  # fmt: skip
    asked = Export.objects.create(
        asked={}, register=next(iter(catalogue.current().registers)), path=HERE.township, created_by="user:0",
        created_by_name="某", asked_at=clock.now(), state="asked", clear=True, purpose="inspection", why="试",
    )  # fmt: skip
    return {
        "desk_reveal": {"target": "case", "about": str(case_id), "name": "applicant-id_number"},
        "desk_leaving": {"left_id": left.pk}, "desk_clear_request": {"export_id": asked.pk},
    }  # fmt: skip


def _recheck() -> int:
    """A yearly re-check of the county."""
    run = Recheck.objects.create(
        path=HERE.county, year=DAY.year, reference_date=DAY, basis="x", schemes=[], source_codes=["bank"],
        by="system:test", by_name="test", asked_at=clock.now(),
    )  # fmt: skip
    return run.pk


def _alike(ground: Ground) -> dict[str, int]:
    """Two files that may be one person's, two that were made one, and a row that may be about somebody."""
    pair = ground.pair()
    lost = person(path=pair.path, name="测大雪")
    merge = Merge.objects.create(
        kept=pair.first, lost=lost, at=clock.now(), by="x", by_name="某", reason="试", path=pair.path
    )
    lost.merged_into = pair.first
    lost.save()
    return {"pair_id": pair.pk, "merge_id": merge.pk, "unsure_id": ground.unsure().pk}


def _happened(ground: Ground) -> dict[str, int]:
    """An event and what it asks for."""
    made = ground.event()
    return {"event_id": made["event"].pk, "follow_up_id": made["follow_up"].pk}


def _exchanged(ground: Ground) -> dict[str, int]:
    """A file that came in, one that went out, a push that was given up, a row that fits nobody."""
    code = next(iter(catalogue.current().extracts))
    out = ExtractOut.objects.create(
        extract=code, path=HERE.county, number="DC0", on=DAY, content_sha="x", by="user:0", by_name="某",
        at=clock.now(),
    )  # fmt: skip
    return {
        "intake_id": ground.intake(code).pk, "out_id": out.pk, "push_id": ground.push().pk,
        "unplaced_id": ground.unplaced().pk,
    }  # fmt: skip


def _accounts() -> dict[str, int]:
    """A member of staff and another system, both of here."""
    user, system = account(name="某经办"), account(name="某系统")
    for one in (user, system):
        one.path = HERE.township
        one.save()
    kept = ServiceAccount.objects.create(user=system, path=HERE.township, purpose="试", contact="试")
    done = {"at": clock.now(), "actor": "user:0", "actor_name": "某", "verb": "x", "outcome": "done"}
    row = Entry.objects.create(**done, path=HERE.township)
    return {"user_id": user.pk, "system_id": kept.pk, "entry_id": row.pk}


def _released(ground: Ground) -> dict[str, int]:
    """A release that was tried, a household drawn for a closer look, and one left to a human."""
    release = ground.tried(ground.release(next(iter(catalogue.current().simulated))))
    run, paid = release.simulations.get(), Entitlement.objects.filter(household__isnull=False).latest("id")
    drawn = Sample.objects.create(
        simulation=run, household=ground.family, path=HERE.county, reckoned="x", group="unknown"
    )
    left = Attention.objects.create(
        release=release, household=ground.family, path=HERE.village, scheme=paid.scheme, entitlement=paid,
        reason=Attention.Reason.NO_FACTS, paid=paid.amount, month=DAY.replace(day=1),
    )  # fmt: skip
    return {
        "release_id": release.pk, "simulation_id": run.pk, "drawn_id": drawn.pk, "attention_id": left.pk,
    }  # fmt: skip


def _listed(ground: Ground, batch: int) -> dict[str, int]:
    """A list, the figures it rests on, an emergency with a county's task, and a claim."""
    subsidies = {one.item.started_by: code for code, one in catalogue.current().subsidies.items()}
    listing = ground.listing(subsidies["index"])
    emergency = ground.emergency(catalogue.current().subsidies[subsidies["emergency"]].domain.code)
    return {
        "list_id": listing.pk, "index_id": listing.index_id or 0, "emergency_id": emergency.pk,
        "claim_id": ground.claim(Batch.objects.get(pk=batch)).pk,
        "adjustment_id": ground.owed(Batch.objects.get(pk=batch)).pk,
    }  # fmt: skip


def _money(ground: Ground) -> dict[str, int]:
    """What the batch at the bank left in the books, a doubt about it and a run of its month."""
    paid = Entitlement.objects.filter(household__isnull=False).latest("id")
    doubt = Doubt.objects.create(
        path=paid.path, scheme=paid.scheme, month=DAY.replace(day=1), entitlement=paid, code="all_dead",
        weight="hold", found_at=clock.now(),
    )  # fmt: skip
    run = MonthlyRun.objects.create(
        path=HERE.county, month=DAY.replace(day=1), by="user:0", asked_at=clock.now()
    )
    payer = PayingAccount.objects.create(
        path=paid.path, scheme=paid.scheme, fund=Fund.COUNTY, bank="某银行", owner="某局", number="123456",
        from_on=DAY, registered_by="user:0", registered_at=clock.now(),
    )  # fmt: skip
    return {
        "payer_id": payer.pk,
        "account_id": Account.objects.latest("id").pk, "journal_id": Journal.objects.latest("id").pk,
        "budget_id": Budget.objects.latest("id").pk, "doubt_id": doubt.pk, "run_id": run.pk,
    }  # fmt: skip


def _sent(ground: Ground) -> tuple[int, int]:
    """A batch at the bank and one of its instructions."""
    scheme = next(iter(catalogue.current().schemes))
    batch = ground.batch(scheme)
    ledger.allot(
        scheme=scheme, path=batch.path, fund=Fund(batch.fund), year=batch.month.year, amount=batch.total,
        document="1号",
        by=staff_at(batch.reviewer_role, HERE, Level.COUNTY, name="丙"),
    )  # fmt: skip
    for name in ("甲", "乙"):
        by = staff_at(batch.reviewer_role, HERE, Level.COUNTY, name=name)
        batch = ledger.review(batch=batch, seen=batch.content_sha, by=by)
    ledger.send(batch=batch, by=ground.someone(batch.payer_role))
    return batch.pk, Instruction.objects.filter(payment__batch=batch).latest("id").pk
