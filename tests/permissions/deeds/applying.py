"""The deeds of whoever applies, or fills in for somebody: from the first draft to taking it back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from minzheng.kernel import catalogue, declare
from minzheng.kernel.casework import (
    accepting,
    drafting,
    queries,
)
from minzheng.kernel.exchange import actions as exchange
from tests.factories.walk import MEMBER

from .deed import OWN, Deed

__all__ = ["applying"]


def applying(code: str, service: catalogue.Declared[declare.Service]) -> Iterator[Deed]:
    proxies = frozenset(service.role(role) for role in service.item.proxy)
    # What only an office begins, only the office fills in; the applicant reads along.
    applicant = frozenset({"applicant"} if service.item.offered == "public" else set())
    if service.item.offered != "follow_on":
        yield Deed(
            f"{code}: start_draft", lambda g: {},
            lambda g, ids, by: drafting.start_draft(
                code, applicant=g.applicant, household=g.family, path=g.family.path, channel="agent", by=by
            ),
            proxies, applicant, "POST", "/cases", {"service": code, "applicant": "{applicant}"}, told=True,
        )  # fmt: skip
    draft: dict[str, Any] = {"hidden": True, "parts": applicant | {"maker"}}
    yield Deed(
        f"{code}: save_draft", lambda g: {"case": g.cases[code].pk},
        lambda g, ids, by: drafting.save_draft(ids["case"], {}, by=by),
        method="PATCH", path="/cases/{case}", body={"answers": {}}, **draft,
    )  # fmt: skip
    yield Deed(
        f"{code}: put_member", lambda g: {"case": g.cases[code].pk, "wife": g.wife.pk},
        lambda g, ids, by: drafting.put_member(ids["case"], person=g.wife, relation="10", answers=MEMBER, by=by),
        method="PUT", path="/cases/{case}/members", **draft,
        body={"person": "{wife}", "relation": "10", "answers": MEMBER},
    )  # fmt: skip
    yield Deed(
        f"{code}: remove_member",
        lambda g: {"case": g.cases[code].pk, "member": g.cases[code].members.get(person=g.wife).pk},
        lambda g, ids, by: drafting.remove_member(ids["member"], by=by),
        method="DELETE", path="/cases/{case}/members/{member}", **draft,
    )  # fmt: skip
    yield Deed(
        f"{code}: read a draft", lambda g: {"case": g.cases[code].pk},
        lambda g, ids, by: queries.case_for(ids["case"], by), method="GET", path="/cases/{case}", hidden=True,
        parts=OWN,
    )  # fmt: skip
    yield Deed(
        f"{code}: submit", lambda g: {"case": g.cases[code].pk},
        lambda g, ids, by: drafting.submit(ids["case"], by=by),
        method="POST", path="/cases/{case}/submit", **draft,
    )  # fmt: skip
    if service.item.consent:
        yield Deed(
            f"{code}: witness a letter of authorisation", lambda g: {"case": g.cases[code].pk, "path": g.family.path},
            lambda g, ids, by: exchange.sign_consent(
                person=g.applicant, case_id=ids["case"], purpose=service.item.consent, channel="portal", by=by,
                path=ids["path"],
            ),
            frozenset(catalogue.current().assisting(service.item.consent)), frozenset({"applicant"}), told=True,
        )  # fmt: skip
        yield Deed(
            f"{code}: sign a letter of authorisation over HTTP",
            lambda g: {"case": g.cases[code].pk, "person": g.applicant.pk},
            lambda g, ids, by: drafting.editable(g.cases[code], by), method="PUT", path="/cases/{case}/consents",
            body={"person": "{person}"}, **draft,
        )  # fmt: skip
    last = service.item.steps[-2].code
    yield Deed(
        f"{code}: withdraw", lambda g: {"case": g.at_step(code, last).case_id},
        lambda g, ids, by: drafting.withdraw(ids["case"], reason="不需要了", by=by),
        method="POST", path="/cases/{case}/withdraw", **draft,
    )  # fmt: skip
    yield Deed(
        f"{code}: answer_correction", lambda g: {"case": g.correcting(code).pk},
        lambda g, ids, by: accepting.answer_correction(ids["case"], by=by),
        method="POST", path="/cases/{case}/answer-correction", **draft,
    )  # fmt: skip
