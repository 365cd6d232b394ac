"""A check is started under one purpose with every adult's letter, and the sources are asked, all at once.

Each question is logged before it is sent (illegal queries are punishable, 社会救助法 art. 70), so a process
that dies half-way leaves a trace; it is then started again, and only what has no answer is asked anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.audit.together import update_together
from minzheng.kernel.errors import NotFound, Refused
from minzheng.kernel.people.models import Person
from minzheng.kernel.signing import sm3

from . import answers
from .client import Line, Outcome, Question, Reply, ask_all, line
from .consents import letters_signed, missing_consents
from .letters import covered
from .models import Query, Verification
from .silence import settle
from .sources import Purpose, basis_on, source
from .standing import adults_among, concerning, staff

__all__ = ["collect", "locked", "open_questions", "start"]

State = Verification.State
_ASKING = (State.STARTED, State.PARTIAL, State.RECHECKING)
_UNANSWERED = (Query.State.PENDING, Query.State.FAILED, Query.State.LATE)
NO_NUMBER, NOT_IN_LETTER = "no_number", "not_in_letter"


@verb("exchange.start", label="发起家庭经济状况核对")
def start(
    *,
    case_id: int,
    path: str,
    members: Sequence[Person],
    purpose: str,
    sources: Sequence[str],
    declared: Mapping[str, Any],
    by: Actor,
    reference_date: date | None = None,
    due: date | None = None,
) -> Verification:
    """Open the check: ``declared`` is ``{"household": {item: value}, "persons": [{item: value}, …]}``.

    Persons are in the order of ``members``.  Without a purpose, or with an adult's letter missing, it is
    refused, and the refusal is kept in the audit.
    """
    today = clock.today()
    basis = basis_on(today)
    note(case_id=case_id, path=path, article=basis)
    staff(by, path=path)
    _check_request(members, purpose=purpose, sources=sources, declared=declared)
    _check_consents(members, case_id=case_id, purpose=purpose)
    reference = reference_date or today
    if reference > today:
        raise Refused("reference_in_future", "核对基准日不能晚于今天。请重新选择。", field="reference_date")
    if Verification.objects.filter(case_id=case_id, purpose=purpose).exclude(
        state__in=[State.REPORTED, State.EXPIRED, State.STOPPED]
    ).exists():  # fmt: skip
        raise Refused("verification_open", "这一办件已有核对正在进行。请先完成该次核对，或在其中申请复核。")
    verification = Verification.objects.create(
        path=path, case_id=case_id, purpose=purpose, basis=str(basis), reference_date=reference,
        member_ids=[person.pk for person in members], source_codes=list(sources), declared=dict(declared),
        requested_by=by.id, requester_name=by.name, requested_at=clock.now(), due=due,
    )  # fmt: skip
    open_questions(verification, members)
    concerning(verification)
    note(after={"purpose": purpose, "sources": list(sources), "members": len(members)})
    return verification


def _check_request(
    members: Sequence[Person], *, purpose: str, sources: Sequence[str], declared: Mapping[str, Any]
) -> None:
    if not purpose.strip():
        message = "没有写明用途，不能查询其他部门的数据。请从具体事项发起核对。"
        raise Refused("purpose_missing", message, field="purpose")
    if not members or len({person.pk for person in members}) != len(members):
        raise Refused("members_wrong", "核对对象为空或有重复。请检查家庭成员后再发起。", field="members")
    if not sources or len(set(sources)) != len(sources):
        raise Refused("sources_wrong", "数据来源为空或有重复。请检查后再发起。", field="sources")
    for code in sources:
        if Purpose.CHECK not in source(code).purposes:
            message = f"与{source(code).department}的约定不含“{Purpose.CHECK.label}”这一用途，不能查询。"
            raise Refused("purpose_not_agreed", message, field="sources")
    if set(declared) - {"household", "persons"} or len(declared.get("persons", members)) != len(members):
        raise Refused("declared_wrong", "申报内容与家庭成员对不上。请重新生成申报内容。", field="declared")
    for row in (declared.get("household", {}), *declared.get("persons", ())):
        if not all(value is None or (isinstance(value, int) and value >= 0) for value in row.values()):
            message = "申报的数值须为不小于零的整数（金额以分计）。请改正申报内容。"
            raise Refused("declared_wrong", message, field="declared")


def _check_consents(members: Sequence[Person], *, case_id: int, purpose: str) -> None:
    """Every capable adult signs; the minors are covered by their guardians' letters."""
    missing = missing_consents(case_id=case_id, adults=adults_among(members), purpose=purpose)
    if missing:
        names = "、".join(person.name for person in missing)
        message = f"缺少{names}的核对授权书，不能查询。请先由本人（无行为能力的由监护人）签署授权书。"
        raise Refused("consent_missing", message, missing=[person.pk for person in missing])


def open_questions(verification: Verification, members: Sequence[Person]) -> None:
    """One question for each source and member; whoever has no number, or signed for less, is not asked about."""
    queries = []
    named = covered(letters_signed(case_id=verification.case_id, purpose=verification.purpose))
    for code in verification.source_codes:
        for person in members:
            query = Query(
                verification=verification, path=verification.path, round=verification.round, source=code,
                person=person,
            )  # fmt: skip
            if not person.id_number:
                query.state, query.error = Query.State.REFUSED, NO_NUMBER
            elif code not in named:
                query.state, query.error = Query.State.REFUSED, NOT_IN_LETTER
            queries.append(query)
    Query.objects.bulk_create(queries)


def collect(*, verification: Verification, by: Actor, over: Line | None = None) -> Verification:
    """Ask whatever has no answer yet, all at once; asking again later asks only what is still open."""
    staff(by, path=verification.path)
    asked = _ask(verification=verification, by=by)
    questions = [
        Question(
            source=query.source,
            number=str(query.person.id_number),
            purpose=verification.purpose,
            reference_date=verification.reference_date,
            request_id=str(query.request_id),
            poll=query.state == Query.State.LATE,
        )
        for query in asked
    ]
    replies = {question.request_id: reply for question, reply in ask_all(questions, over=over or line())}
    return _record(verification=verification, replies=replies, by=by)


@verb("exchange.ask", label="向数据单位发出查询")
def _ask(*, verification: Verification, by: Actor) -> list[Query]:
    """The questions about to be sent, logged first; a fresh number for each, so that no reply is mistaken."""
    verification = locked(verification)
    concerning(verification, case_id=verification.case_id, path=verification.path, article=verification.basis)
    if verification.state == State.COMPLETE:
        return []
    if verification.state not in _ASKING:
        message = f"核对处于“{verification.get_state_display()}”，不能继续查询。需要重新查询的，请申请复核。"
        raise Refused("verification_not_asking", message, state=verification.state)
    members = list(Person.objects.filter(pk__in=verification.member_ids))
    _check_consents(members, case_id=verification.case_id, purpose=verification.purpose)
    open_ = verification.queries.filter(round=verification.round, state__in=_UNANSWERED)
    asked = list(open_.select_related("person").order_by("id"))
    now = clock.now()
    for query in asked:
        # What a source has taken in and not yet answered is fetched under the number it was taken in with.
        if query.state != Query.State.LATE:
            query.request_id = uuid4()
        query.asked_at, query.asked_by = now, by.name
    update_together(asked, ["request_id", "asked_at", "asked_by"])
    note(after={"asked": [{"query": q.pk, "source": q.source, "person": q.person_id} for q in asked]})
    return asked


@verb("exchange.collect", label="收到数据单位答复")
def _record(*, verification: Verification, replies: Mapping[str, Reply], by: Actor) -> Verification:
    """Keep each answer with its time, validity and hash; what another run has answered meanwhile stays."""
    verification = locked(verification)
    concerning(verification, case_id=verification.case_id, path=verification.path, article=verification.basis)
    open_ = verification.queries.select_for_update().filter(
        round=verification.round, state__in=_UNANSWERED, request_id__in=list(replies)
    )
    counted = {outcome.value: 0 for outcome in Outcome}
    kept = list(open_)
    for query in kept:
        reply = replies[str(query.request_id)]
        _keep(query, reply)
        counted[reply.outcome.value] += 1
    settle(verification, (one for one in kept if one.state in {Query.State.FAILED, Query.State.LATE}))
    update_together(kept, _KEPT)
    if verification.state in {State.STARTED, State.PARTIAL}:
        verification.state = _progress(verification)
        verification.save(update_fields=["state"])
    taken = sum(1 for one in kept if one.taken_from_id is not None)
    note(after={**counted, "taken_over": taken, "state": verification.state})
    return verification


_KEPT = [
    "attempts", "state", "error", "policy", "answered_at", "answer", "raw_sha", "as_of", "valid_until", "taken_from",
]  # fmt: skip


def _keep(query: Query, reply: Reply) -> None:
    query.attempts += reply.attempts
    query.state, query.error, query.policy = Query.State(reply.outcome.value), reply.error, ""
    if reply.outcome is Outcome.ANSWERED:
        body = answers.parsed(reply.raw) or {}
        query.answered_at, query.answer = clock.now(), {"raw": reply.raw}
        query.raw_sha = sm3(reply.raw.encode())
        query.as_of = date.fromisoformat(str(body["as_of"]))
        query.valid_until = clock.today() + timedelta(days=query.of.valid_for.n)


def _progress(verification: Verification) -> Verification.State:
    states = set(verification.queries.filter(round=verification.round).values_list("state", flat=True))
    if not states & set(_UNANSWERED):
        return State.COMPLETE
    return State.PARTIAL if Query.State.ANSWERED in states else State.STARTED


def locked(verification: Verification) -> Verification:
    """The same check, held until the verb ends."""
    found = Verification.objects.select_for_update().filter(pk=verification.pk).first()
    if found is None:
        raise NotFound("verification_missing", "没有找到这次核对。请刷新页面后重试。")
    return found
