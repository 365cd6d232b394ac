"""What replies show: whole sentences where people read them, masks over personal numbers always."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from minzheng.kernel import catalogue, declare
from minzheng.kernel.areas.queries import names
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.models import Appeal, Case, Decision, Member, Objection, Task
from minzheng.kernel.casework.queries import next_steps
from minzheng.kernel.documents.models import Document
from minzheng.kernel.people import masks
from minzheng.kernel.people.models import Person

__all__ = [
    "appeal",
    "brief",
    "case",
    "document",
    "explanation",
    "lines",
    "member",
    "objection",
    "page",
    "tasks",
]

_MASKS = {"id_number": "id_number", "phone": "phone", "account": "bank_account"}


def page(rows: Sequence[Any], limit: int, shown: list[Any], key: str = "pk") -> dict[str, Any]:
    """A page of a list and the key of the next one; ``rows`` holds one more than is shown if there is more."""
    more = len(rows) > limit
    return {"items": shown[:limit], "next": getattr(rows[limit - 1], key) if more else None}


def brief(one: Case) -> dict[str, Any]:
    """A case after a deed: where it stands, and the version to send with the next one."""
    return {
        "id": one.pk, "number": one.number, "service": one.service, "state": one.state,
        "state_label": one.get_state_display(), "version": one.version,
    }  # fmt: skip


def lines(cases: Sequence[Case]) -> list[dict[str, Any]]:
    """Cases as a list shows them; their places are named in one query."""
    places = names({one.path for one in cases})
    services = catalogue.current().services
    return [
        brief(one)
        | {
            "service_label": services[one.service].item.label if one.service in services else one.service,
            "applicant": one.applicant.name, "place": places[one.path], "path": one.path, "due_on": one.due_on,
            "submitted_at": one.submitted_at,
        }
        for one in cases
    ]  # fmt: skip


def _sealed(form: declare.Form, kept: dict[str, Any]) -> dict[str, str]:
    """Sealed answers as they may be seen."""
    kinds = {field.code: _MASKS.get(field.kind, "hidden") for field in form.fields}
    return {
        code: masks.mask(kinds.get(code, "hidden"), str(value), masks.Audience.STAFF)
        for code, value in kept.items()
    }


def person(one: Person) -> dict[str, Any]:
    """A person with the number masked."""
    return {"id": one.pk, "name": one.name, "id_number": masks.mask_id_number(one.id_number or "")}


def member(one: Member, form: declare.Form) -> dict[str, Any]:
    """One member and what was declared of them."""
    return {
        "id": one.pk, "person": person(one.person), "relation": one.relation, "counted": one.counted,
        "not_counted_reason": one.not_counted_reason, "answers": form.raw(one.answers),
    }  # fmt: skip


def case(one: Case, by: Actor) -> dict[str, Any]:
    """Everything of a case that its page would show."""
    service = catalogue.current().service_of(one).item
    members = one.members.select_related("person").order_by("id")
    found = lines([one])[0] | {
        "applicant": person(one.applicant), "channel": one.channel, "agent": one.agent_name,
        "accepted_on": one.accepted_on, "due_provisional": one.due_provisional, "closed_at": one.closed_at,
        "answers": service.form.raw(one.form), "sealed": _sealed(service.form, one.sealed),
        "members": [member(each, service.member_form) for each in members],
        "next": [
            {
                "task": each.task.pk, "step": each.step.code, "label": each.step.label, "due_on": each.task.due_on,
                "light": each.light, "mine": each.mine,
                "outcomes": [{"code": o.code, "label": o.label} for o in each.step.outcomes] if each.mine else [],
            }
            for each in next_steps(one, by)
        ],
        "decisions": [decision(each) for each in one.decisions.order_by("id")],
    }  # fmt: skip
    if by.posts and by.covers(one.path):
        found["objections"] = [objection(each) for each in one.objections.order_by("id")]
    return found


def decision(one: Decision) -> dict[str, Any]:
    """A decision in writing."""
    return {
        "id": one.pk, "number": one.number, "kind": one.kind, "label": one.get_kind_display(), "on": one.on,
        "reason": one.reason, "rule_set": one.rule_set, "served_on": one.served_on, "document": one.document_id,
    }  # fmt: skip


def explanation(one: Decision) -> dict[str, Any]:
    """The reasoning frozen with a decision: findings, the tree of what was looked at, the values used."""
    kept = one.determination
    told = ("eligible", "findings", "amount", "explanation", "parameters", "parameters_digest")
    return decision(one) | {key: kept.get(key) for key in told}


def objection(one: Objection) -> dict[str, Any]:
    """What was said against a notice, and what came of it."""
    return {
        "id": one.pk, "name": masks.mask_name(one.by_name), "text": masks.mask_text(one.text), "state": one.state,
        "at": one.at, "answer": one.answer,
    }  # fmt: skip


def appeal(one: Appeal) -> dict[str, Any]:
    """An application for reconsideration."""
    return {
        "id": one.pk, "decision": one.decision_id, "state": one.state, "state_label": one.get_state_display(),
        "examine_by": one.examine_by, "decide_by": one.decide_by, "result": one.result, "opinion": one.opinion,
    }  # fmt: skip


def tasks(rows: Iterable[Task]) -> list[dict[str, Any]]:
    """Open steps as a work list shows them."""
    listed = list(rows)
    places = names({one.path for one in listed})
    steps = {
        (code, step.code): step.label
        for code, one in catalogue.current().services.items()
        for step in one.item.steps
    }
    return [
        {
            "id": one.pk, "case": one.case_id, "number": one.case.number, "service": one.case.service,
            "step": one.step, "label": steps.get((one.case.service, one.step), one.step), "role": one.role,
            "applicant": one.case.applicant.name, "place": places[one.path], "due_on": one.due_on,
            "version": one.case.version,
        }
        for one in listed
    ]  # fmt: skip


def document(one: Document) -> dict[str, Any]:
    """What is known of a paper; its content is fetched apart."""
    return {
        "id": one.pk, "number": one.number, "kind": one.kind, "label": one.label, "letter": one.letter,
        "case": one.case_id, "office": one.office, "filename": one.filename, "content_type": one.content_type,
        "size": one.size, "sm3": one.sha, "created_at": one.created_at, "in_force": one.in_force,
        "check_code": one.check_code if one.kind == Document.Kind.LETTER else "",
    }  # fmt: skip
