"""The deeds of each step of a service: taking it, and what acceptance, verification and posting need besides."""

from __future__ import annotations

from collections.abc import Iterator

from minzheng.kernel import catalogue, declare
from minzheng.kernel.casework import (
    accepting,
    objecting,
    posting,
    taking,
    verifying,
)
from minzheng.kernel.exchange import actions as exchange
from tests.factories.ground import Ground

from .deed import Deed, Ids

__all__ = ["taking_a_step"]


def taking_a_step(
    code: str, service: catalogue.Declared[declare.Service], step: declare.Step
) -> Iterator[Deed]:
    """Taking the step, for each level that may be its own, and what its kind needs besides."""
    for role in (step.by, getattr(step, "or_by", None)):
        if role is None:
            continue
        bound = f", {role.at.label}" if getattr(step, "or_by", None) else ""
        # A step that ends in a return or refusal needs no partners and little evidence: the no is what is tried.
        outcome = step.outcomes[-1].code
        yield Deed(
            f"{code}: take {step.code}{bound}",
            lambda g, role=role: {"task": g.at_step(code, step.code, by=role).pk},
            lambda g, ids, by, outcome=outcome: taking.take(ids["task"], outcome=outcome, by=by),
            frozenset({service.role(role)}), method="POST", path="/tasks/{task}", body={"outcome": outcome},
            apart=frozenset(
                service.role(one) for one in service.domain.roles
                if one in role.apart_from or role in one.apart_from
            ),
        )  # fmt: skip
    roles = frozenset({service.role(step.by)})
    if isinstance(step, declare.Acceptance):
        yield Deed(
            f"{code}: ask_correction", lambda g: {"task": g.at_step(code, step.code).pk},
            lambda g, ids, by: accepting.ask_correction(ids["task"], items=["户口簿"], by=by),
            roles, method="POST", path="/tasks/{task}/correction", body={"items": ["户口簿"]},
        )  # fmt: skip
    if isinstance(step, declare.Verification):
        yield from _verification(code, step, roles)
    if isinstance(step, declare.Posting):
        yield from _posting(code, step, roles)


def _verification(code: str, step: declare.Verification, roles: frozenset[str]) -> Iterator[Deed]:
    for name, verb in (
        ("begin", verifying.begin), ("ask", verifying.ask), ("report", verifying.report),
    ):  # fmt: skip
        ending = "" if name == "begin" else f"/{name}"
        yield Deed(
            f"{code}: verification {name}", lambda g: {"task": g.at_step(code, step.code).pk},
            lambda g, ids, by, verb=verb: verb(ids["task"], by=by),
            roles, method="POST", path="/tasks/{task}/verification" + ending,
        )  # fmt: skip

    def reported(g: Ground) -> Ids:
        found = g.difference(code, step.code)
        task = g.cases[code].tasks.get(state="open")
        return {"task": task.pk, "difference": found.pk, "case": g.cases[code].pk, "row": found}

    yield Deed(
        f"{code}: decide_difference", reported,
        lambda g, ids, by: verifying.decide_difference(
            ids["task"], ids["difference"], accept=False, reason="属实", by=by
        ),
        roles, method="POST", path="/tasks/{task}/differences/{difference}",
        body={"accept": False, "reason": "属实"},
    )  # fmt: skip
    yield Deed(
        f"{code}: explain a difference", reported,
        lambda g, ids, by: exchange.explain(discrepancy=ids["row"], text="替亲戚保管", by=by),
        frozenset(catalogue.current().assisting(step.purpose)), frozenset({"applicant", "household member"}), told=True,
    )  # fmt: skip
    yield Deed(
        f"{code}: object to a report", reported,
        lambda g, ids, by: exchange.object_to(verification=ids["row"].verification, text="不是我的车", by=by),
        frozenset(catalogue.current().assisting(step.purpose)), frozenset({"applicant", "household member"}), told=True,
    )  # fmt: skip


def _posting(code: str, step: declare.Step, roles: frozenset[str]) -> Iterator[Deed]:
    yield Deed(
        f"{code}: post_notice", lambda g: {"task": g.at_step(code, step.code).pk},
        lambda g, ids, by: posting.post_notice(ids["task"], place="公示栏", by=by),
        roles, method="POST", path="/tasks/{task}/notice", body={"place": "公示栏"},
    )  # fmt: skip
    yield Deed(
        f"{code}: object to a notice", lambda g: {"notice": g.notice(code, step.code).pk},
        lambda g, ids, by: posting.object_to(ids["notice"], name="邻居", text="他家有车", by=by),
        parts=frozenset({"anybody"}), method="POST", path="/notices/{notice}/objections",
        body={"name": "邻居", "text": "他家有车"},
    )  # fmt: skip
    yield Deed(
        f"{code}: take_down_objection", lambda g: {"task": g.posted(code, step.code).pk},
        lambda g, ids, by: objecting.take_down(
            ids["task"], channel="visit", name="", phone="", text="他家有车", by=by
        ),
        roles, told=True,
    )  # fmt: skip
    yield Deed(
        f"{code}: answer_objection", lambda g: {"objection": g.objection(code, step.code).pk},
        lambda g, ids, by: posting.answer_objection(ids["objection"], upheld=False, answer="不属实", by=by),
        roles, method="POST", path="/objections/{objection}/answer", body={"upheld": False, "answer": "不属实"},
    )  # fmt: skip
