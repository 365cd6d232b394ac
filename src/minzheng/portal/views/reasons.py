"""Why it was decided so: the resident's own decision, line by line, as it was kept, and what would have turned it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase

from minzheng.kernel import audit, catalogue, clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.models import Case, Decision
from minzheng.kernel.errors import MinzhengError, NotFound
from minzheng.kernel.law import Facts
from minzheng.kernel.law.changes import Applied, turning
from minzheng.portal import drafts
from minzheng.portal.pages import page, resident_page
from minzheng.ui.reasoning import Reasons, by_name

from .mine import letter_of, mine

__all__ = ["reasons"]

MOST_TURNS = 6


@resident_page
def reasons(request: HttpRequest, by: Actor, pk: int, decision_id: int) -> HttpResponseBase:
    """One decision of mine, explained; that it was looked at is kept."""
    case = mine(pk, by)
    decision = case.decisions.filter(pk=decision_id).first()
    if decision is None:
        raise NotFound("decision_not_found", "没有这份决定，或者它不是您本人的事项。")
    audit.read("portal.reasons", by=by, about=case, path=case.path)
    service = drafts.service_of(case).item
    facts = service.facts(case)
    kept = decision.determination
    told = Reasons(kept, names=facts.names, plain=True)
    context = {
        "case": case, "decision": decision, "letter": letter_of(decision, by),
        "granted": decision.kind == Decision.Kind.GRANT, "service": service,
        "kept": kept, "said": told.said(kept["eligible"]["because"]), "failed": told.failed_first(),
        "reasons": told.drawn(), "standards": [one.cells for one in told.standards()], **_turns(case, facts),
    }  # fmt: skip
    return page(request, "my/reasons.html", context, at="my")


def _turns(case: Case, facts: Facts) -> dict[str, Any]:
    """What a single change would have turned; only where the service says what may be asked again."""
    book = catalogue.current()
    asks = book.service_of(case).item.asks
    if asks is None:
        return {}
    law = Applied(book.parameters(), case.path, clock.today())
    try:
        found = turning(asks.condition, asks.household, facts, law=law, fixed=asks.fixed)
    except MinzhengError:
        return {}
    said = [(by_name(one.says, facts.names), one.now) for one in found.turns]
    return {"turns": said[:MOST_TURNS], "more_turns": said[MOST_TURNS:]}
