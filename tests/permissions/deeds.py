"""Every deed of the platform and who may do it, read from the catalogue: what the matrix says and the tests try.

A deed brings the ground into the state in which it can be done, and knows two ways to do it: by its verb and
over HTTP.  Who may is told by roles (held here, at their level) and by part (applicant, maker, anybody).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework import (
    accepting,
    appealing,
    drafting,
    extending,
    pausing,
    posting,
    queries,
    sampling,
    taking,
    verifying,
)
from minzheng.kernel.documents import queries as documents
from minzheng.kernel.exchange import actions as exchange
from minzheng.kernel.exchange.models import Recheck, RecheckPart
from minzheng.kernel.exchange.standing import verifier_roles
from minzheng.kernel.funds import actions as funds
from minzheng.kernel.indicators import actions as indicators
from minzheng.kernel.ledger import actions as ledger
from minzheng.kernel.ledger.models import Budget, Doubt, Fund, Instruction, Journal, PayingAccount
from minzheng.kernel.monthly import actions as monthly
from minzheng.kernel.registers import actions as exporting
from minzheng.kernel.registers import queries as registers
from minzheng.kernel.releases import actions as releases
from minzheng.kernel.visits import actions as visits
from tests.factories.company import HERE, Someone, staff_at
from tests.factories.ground import DAY, Ground
from tests.factories.money import a_card, payout, terms
from tests.factories.walk import MEMBER

__all__ = ["Cell", "Deed", "cell", "deeds"]

Cell = Literal["yes", "no", "none"]
Ids = Mapping[str, Any]
RESIDENTS = frozenset({"applicant", "household member", "maker", "other resident"})
OWN = frozenset({"applicant", "maker"})


@dataclass(frozen=True)
class Deed:
    """One thing that can be done.

    ``hidden``: to those in place who may not, the thing does not exist either (a draft; a case of other offices).
    ``anyhow``: the level at which a post is held does not matter (reading).  ``told``: the verb says no where the
    address says nothing.
    ``anywhere``: the deed is not about this place; each does it for the own.
    """

    code: str
    ready: Callable[[Ground], Ids]
    verb: Callable[[Ground, Ids, Actor], Any]
    roles: frozenset[str] = frozenset()
    parts: frozenset[str] = frozenset()
    method: str = ""
    path: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)
    hidden: bool = False
    anyhow: bool = False
    told: bool = False
    anywhere: bool = False
    apart: frozenset[str] = frozenset()


def cell(deed: Deed, who: Someone) -> Cell:
    """What somebody may expect: yes, a no that is told, or that there is nothing."""
    if who.name in deed.parts or "anybody" in deed.parts:
        return "yes"
    if not who.role:
        # The maker is a coordinator of the village.
        if who.name == "maker" and (deed.anyhow or not deed.hidden):
            return cell(deed, Someone("", who.actor, "assistance.coordinator", "here"))
        return "none"
    if who.where == "elsewhere":
        return "yes" if deed.anywhere and who.role in deed.roles else "none"
    if who.role in deed.roles and (who.where == "here" or deed.anyhow):
        return "yes"
    return "none" if deed.hidden else "no"


def deeds() -> Iterator[Deed]:
    """All of them, in the order of the matrix."""
    for code, service in catalogue.current().services.items():
        yield from _drafting(code, service)
        for step in service.item.steps:
            yield from _step(code, service, step)
        yield from _case(code, service)
        yield from _appeals(code, service)
    from .keeping import keeping

    for code, one in catalogue.current().samplings.items():
        yield from _sampling(code, one)
    for code, scheme in catalogue.current().schemes.items():
        yield from _money(code, scheme)
    for code, fund in catalogue.current().reserves.items():
        yield from _reserve(code, fund)
    for code, bought in catalogue.current().purchasings.items():
        yield from _purchasing(code, bought)
    for code, register in catalogue.current().registers.items():
        yield from _register(code, register)
        yield from keeping(code, register)
    for code, released in catalogue.current().simulated.items():
        yield from _releases(code, released)
    from .listing import subsidising

    for code, subsidy in catalogue.current().subsidies.items():
        yield from subsidising(code, subsidy)
    yield from _rechecks()
    from .doubles import doubles
    from .happening import happening

    for code, events in catalogue.current().event_duties.items():
        yield from happening(code, events)
    from .watching import exchanging, placing, pushing, watching

    for code, monitor in catalogue.current().monitors.items():
        yield from watching(code, monitor)
    for code, extract in catalogue.current().extracts.items():
        yield from exchanging(code, extract)
    for code, events in catalogue.current().event_duties.items():
        yield from placing(code, events)
    yield from pushing()
    from .going import assessing_by, going_round

    for code, rounds in catalogue.current().rounds.items():
        yield from going_round(code, rounds)
    for code, instrument in catalogue.current().scored.items():
        yield from assessing_by(code, instrument)
    from .hearing import hearing, windows

    for code, listening in catalogue.current().listening.items():
        yield from hearing(code, listening)
    from .planning import computing_all
    from .planning import watching as planning

    for code, plan in catalogue.current().plans.items():
        yield from planning(code, plan)
    yield from computing_all()
    from .housing import housing, inspecting

    for code, houses in catalogue.current().facilities.items():
        if houses.item.beds:
            yield from housing(code, houses)
    for code, matter in catalogue.current().supervisions.items():
        yield from inspecting(code, matter)
    from .matching import matching

    for code, market in catalogue.current().matchings.items():
        yield from matching(code, market)
    yield from doubles()
    from .accounts import administering_accounts

    yield from administering_accounts()
    yield from windows()
    yield from _others()


def _of_the_county() -> frozenset[str]:
    roles = catalogue.current().roles
    return frozenset(code for code, role in roles.items() if role.item.at <= declare.COUNTY)


def _everyone(of: declare.Domain | None = None) -> frozenset[str]:
    """Every post there is, or every post of one domain."""
    return frozenset(
        code for code, one in catalogue.current().roles.items() if of is None or one.domain == of
    )


def _having_cases() -> frozenset[str]:
    """The posts of the domains that have services."""
    return frozenset().union(*(_everyone(one) for one in catalogue.current().domains if one.services))


def _drafting(code: str, service: catalogue.Declared[declare.Service]) -> Iterator[Deed]:
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


def _step(code: str, service: catalogue.Declared[declare.Service], step: declare.Step) -> Iterator[Deed]:
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
        f"{code}: answer_objection", lambda g: {"objection": g.objection(code, step.code).pk},
        lambda g, ids, by: posting.answer_objection(ids["objection"], upheld=False, answer="不属实", by=by),
        roles, method="POST", path="/objections/{objection}/answer", body={"upheld": False, "answer": "不属实"},
    )  # fmt: skip


def _case(code: str, service: catalogue.Declared[declare.Service]) -> Iterator[Deed]:
    """Reading an application that has been handed in; stopping its clock."""
    second = service.item.steps[1].code
    ready = lambda g: {"case": g.at_step(code, second).case_id}  # noqa: E731
    for name in ("", "/timeline", "/documents"):
        yield Deed(
            f"{code}: read the case{name}", ready, lambda g, ids, by: queries.case_for(ids["case"], by),
            _everyone(service.domain), OWN, "GET", "/cases/{case}" + name, anyhow=True, hidden=True,
        )  # fmt: skip
    deciding = next(one for one in service.item.steps if isinstance(one, declare.Deciding))
    for role in filter(None, (deciding.by, deciding.or_by)):
        bound = lambda g, role=role: {"case": g.at_step(code, second, by=role).case_id}  # noqa: E731
        paused = lambda g, role=role: {"case": _paused(g, g.at_step(code, second, by=role).case_id)}  # noqa: E731
        decider = frozenset({service.role(role)})
        yield Deed(
            f"{code}: pause, {role.at.label}", bound,
            lambda g, ids, by: pausing.pause(ids["case"], why="1", reason="等待鉴定", by=by),
            decider, method="POST", path="/cases/{case}/pause", body={"why": "1", "reason": "等待鉴定"},
        )  # fmt: skip
        yield Deed(
            f"{code}: resume, {role.at.label}", paused, lambda g, ids, by: pausing.resume(ids["case"], by=by),
            decider, method="POST", path="/cases/{case}/resume",
        )  # fmt: skip
        yield Deed(
            f"{code}: extend, {role.at.label}", bound,
            lambda g, ids, by: extending.extend(ids["case"], why="away", reason="家庭成员在外地务工", by=by),
            decider, method="POST", path="/cases/{case}/extend", body={"why": "away", "reason": "家庭成员在外地务工"},
        )  # fmt: skip


def _paused(g: Ground, case_id: int) -> int:
    from minzheng.kernel.casework.models import Case, Pause

    case = Case.objects.get(pk=case_id)
    Pause.objects.create(case=case, why="1", reason="等待鉴定", from_on=DAY, approved_by="user:0")
    case.state = Case.State.PAUSED
    case.save()
    return case_id


def _appeals(code: str, service: catalogue.Declared[declare.Service]) -> Iterator[Deed]:
    yield Deed(
        f"{code}: file_appeal", lambda g: {"decision": g.decided(code).pk},
        lambda g, ids, by: appealing.file_appeal(ids["decision"], reasons="金额偏低", by=by),
        parts=frozenset({"applicant"}), hidden=True, method="POST", path="/decisions/{decision}/appeals",
        body={"reasons": "金额偏低"},
    )  # fmt: skip
    if service.item.reviewed_by is None:
        return
    reviewer = frozenset({service.role(service.item.reviewed_by)})
    yield Deed(
        f"{code}: accept_appeal", lambda g: {"appeal": g.appealed(code, "filed").pk},
        lambda g, ids, by: appealing.accept_appeal(ids["appeal"], accepted=True, by=by),
        reviewer, method="POST", path="/appeals/{appeal}/examine", body={"accepted": True},
    )  # fmt: skip
    yield Deed(
        f"{code}: decide_appeal", lambda g: {"appeal": g.appealed(code, "accepted").pk},
        lambda g, ids, by: appealing.decide_appeal(ids["appeal"], result="none", opinion="正确", by=by),
        reviewer, method="POST", path="/appeals/{appeal}/decide", body={"result": "none", "opinion": "正确"},
    )  # fmt: skip


def _sampling(code: str, one: catalogue.Declared[declare.Sampling]) -> Iterator[Deed]:
    sampler, answering = frozenset({one.role(one.item.by)}), frozenset({one.role(one.item.answered_by)})
    service = f"{one.domain.code}.{one.item.service}"
    yield Deed(
        f"{code}: draw", lambda g: {"decision": g.decided(service).pk},
        lambda g, ids, by: sampling.draw(code, path=HERE.village, size=1, by=by),
        sampler, method="POST", path="/samples", body={"sampling": code, "path": HERE.village, "size": 1},
    )  # fmt: skip
    yield Deed(
        f"{code}: check_sampled", lambda g: {"sampled": g.sampled(code, "drawn").pk},
        lambda g, ids, by: sampling.check_sampled(ids["sampled"], findings={}, sound=True, by=by),
        sampler, method="POST", path="/sampled/{sampled}/check", body={"findings": {}, "sound": True},
    )  # fmt: skip
    yield Deed(
        f"{code}: rectify", lambda g: {"sampled": g.sampled(code, "faulty").pk},
        lambda g, ids, by: sampling.rectify(ids["sampled"], text="已重算", by=by),
        answering, method="POST", path="/sampled/{sampled}/rectify", body={"text": "已重算"},
    )  # fmt: skip
    yield Deed(
        f"{code}: close_sampled", lambda g: {"sampled": g.sampled(code, "rectified").pk},
        lambda g, ids, by: sampling.close_sampled(ids["sampled"], by=by),
        sampler, method="POST", path="/sampled/{sampled}/close",
    )  # fmt: skip


def _money(code: str, scheme: catalogue.Declared[declare.Scheme]) -> Iterator[Deed]:
    """The monthly run; its doors are pages, tried with the other pages."""
    payer, reviewer = scheme.role(scheme.item.prepared_by), scheme.role(scheme.item.reviewed_by)
    ready = lambda g: {"batch": g.batch(code)}  # noqa: E731

    def draft(g: Ground, ids: Ids, by: Actor) -> Any:
        return ledger.draft_batch(
            scheme=code,
            path=HERE.county,
            month=clock.Month.of(DAY),
            prepared_by=payer,
            reviewed_by=reviewer,
            by=by,
        )

    verbs: tuple[tuple[str, str, Callable[..., Any]], ...] = (
        ("draft_batch", payer, draft),
        ("review", reviewer, lambda g, ids, by: ledger.review(batch=ids["batch"], seen="", by=by)),
        (
            "send_back",
            reviewer,
            lambda g, ids, by: ledger.send_back(batch=ids["batch"], reason="重编", by=by),
        ),
        ("send", payer, lambda g, ids, by: ledger.send(batch=ids["batch"], by=by)),
        ("repair", payer, _repair),
        ("resend", reviewer, lambda g, ids, by: ledger.resend(batch=ids["batch"], by=by)),
        ("close", payer, lambda g, ids, by: ledger.close(batch=ids["batch"], by=by)),
        ("reconcile", payer, lambda g, ids, by: ledger.reconcile(batch=ids["batch"], by=by)),
        ("claim", payer, _claim),
        ("register_make_up", payer, _make_up),
        (
            "call_off",
            payer,
            lambda g, ids, by: ledger.call_off(adjustment=ids["owed"], reason="登记有误", by=by),
        ),
        (
            "waive",
            reviewer,
            lambda g, ids, by: ledger.waive(recovery=ids["recovery"], reason="困难", by=by),
        ),
        (
            "repay",
            payer,
            lambda g, ids, by: ledger.repay(recovery=ids["recovery"], amount=1, receipt="R", by=by),
        ),
        (
            "instalments",
            payer,
            lambda g, ids, by: ledger.instalments(
                recovery=ids["recovery"], monthly=1, from_month=clock.Month.of(DAY), by=by
            ),
        ),
    )
    claimed = lambda g: {"recovery": g.claim(g.batch(code))}  # noqa: E731
    owed = lambda g: {"owed": g.owed(g.batch(code))}  # noqa: E731
    before = dict.fromkeys(("waive", "repay", "instalments"), claimed) | {"call_off": owed}
    for name, role, verb in verbs:
        yield Deed(f"{code}: {name}", before.get(name, ready), verb, frozenset({role}), told=True)
    yield from _books(code, payer, reviewer)


def _books(code: str, payer: str, reviewer: str) -> Iterator[Deed]:
    """What is done around the batches: the year's money, doubts, the whole month begun and closed."""
    month = clock.Month.of(DAY)

    def booked(g: Ground) -> Ids:
        budget = _allot(g, code, g.someone(reviewer))
        doubt = Doubt.objects.create(
            path=HERE.county, scheme=code, month=month.first, code="all_dead", weight="hold",
            entitlement=g.batch(code).payments.get().entitlement, found_at=clock.now(),
        )  # fmt: skip
        return {
            "budget": budget, "journal": Journal.objects.latest("id"), "doubt": doubt,
            "payer": _typed_account(code, reviewer),
        }  # fmt: skip

    verbs: tuple[tuple[str, str, Callable[..., Any]], ...] = (
        ("allot", reviewer, lambda g, ids, by: _allot(g, code, by, document="2号")),
        ("cut_back", reviewer, lambda g, ids, by: ledger.cut_back(budget=ids["budget"], amount=1, document="3", by=by)),
        ("reverse", reviewer, lambda g, ids, by: ledger.reverse(journal=ids["journal"], reason="录错", by=by)),
        ("register_account", reviewer, lambda g, ids, by: _paid_from(code, by, Fund.CITY)),
        ("confirm_account", reviewer, lambda g, ids, by: ledger.confirm_account(account=ids["payer"], by=by)),
        (
            "withdraw_account", reviewer,
            lambda g, ids, by: ledger.withdraw_account(account=ids["payer"], reason="录错", by=by),
        ),
        (
            "answer_doubt", reviewer,
            lambda g, ids, by: ledger.answer_doubt(doubt=ids["doubt"], answer=Doubt.Answer.PAY, words="健在", by=by),
        ),
        (
            "close_month", reviewer,
            lambda g, ids, by: ledger.close_month(scheme=code, path=HERE.county, month=month, by=by),
        ),
    )  # fmt: skip
    for name, role, verb in verbs:
        yield Deed(f"{code}: {name}", booked, verb, frozenset({role}), told=True)
    # A run is of all schemes of the place: whoever pays any of them begins it.
    payers = frozenset(one.role(one.item.prepared_by) for one in catalogue.current().schemes.values())
    yield Deed(
        f"{code}: start_run", booked,
        lambda g, ids, by: monthly.start_run(path=HERE.county, month=month, by=by), payers, told=True,
    )  # fmt: skip


def _allot(g: Ground, code: str, by: Actor, document: str = "1号") -> Budget:
    return ledger.allot(
        scheme=code, path=HERE.county, fund=Fund.COUNTY, year=DAY.year, amount=100, document=document, by=by
    )


def _typed_account(code: str, reviewer: str) -> PayingAccount:
    """An account that another reviewer of the place has typed."""
    return _paid_from(code, staff_at(reviewer, HERE, Level.COUNTY, name="登记人"), Fund.COUNTY)


def _paid_from(code: str, by: Actor, fund: Fund) -> PayingAccount:
    payer = ledger.Payer(bank="某银行", owner="某局", number="12345678")
    return ledger.register_account(scheme=code, path=HERE.county, fund=fund, payer=payer, from_on=DAY, by=by)


def _make_up(g: Ground, ids: Ids, by: Actor) -> Any:
    month = clock.Month.of(DAY)
    owed = ledger.Owed(ids["batch"].payments.first().entitlement_id, month, month.next, 1)
    basis = ledger.Basis(decision_number="D", rule_set="t", trace_sha="")
    return ledger.register_make_up(owed=owed, from_month=month.next, basis=basis, reason="少发", by=by)


def _claim(g: Ground, ids: Ids, by: Actor) -> Any:
    month = clock.Month.of(DAY)
    owed = ledger.Owed(ids["batch"].payments.first().entitlement_id, month, month.next, 1)
    basis = ledger.Basis(decision_number="D", rule_set="t", trace_sha="")
    return ledger.claim(owed=owed, basis=basis, reason="多发", by=by)


def _repair(g: Ground, ids: Ids, by: Actor) -> Any:
    payment = ids["batch"].payments.first()
    failed = Instruction(payment=payment, path=payment.path)
    return ledger.repair(instruction=failed, account=a_card(), owner="某", reason="销户", by=by)


def _rechecks() -> Iterator[Deed]:
    """The yearly re-check; its doors are pages, tried with the other pages."""
    checks = verifier_roles()

    def silent(g: Ground) -> Ids:
        run = Recheck.objects.create(
            path=HERE.county, year=DAY.year, reference_date=DAY, basis="x", schemes=[], source_codes=["bank"],
            by="system:test", by_name="test", asked_at=clock.now(), state="failed",
        )  # fmt: skip
        RecheckPart.objects.create(run=run, path=HERE.county, source="bank", state="failed")
        return {"run": run}

    verbs: tuple[tuple[str, Callable[..., Any]], ...] = (
        ("retry_recheck", lambda g, ids, by: exchange.retry(run=ids["run"], by=by)),
        (
            "give_up_source",
            lambda g, ids, by: exchange.give_up(run=ids["run"], code="bank", reason="久等", by=by),
        ),
    )
    yield Deed(
        "exchange: start_recheck", lambda g: {},
        lambda g, ids, by: exchange.start_recheck(path=HERE.county, by=by), checks, told=True,
    )  # fmt: skip
    for name, verb in verbs:
        yield Deed(f"exchange: {name}", silent, verb, checks, told=True)

    def disputed(g: Ground) -> Ids:
        return {"check": g.check(state="objected")}

    afterwards: tuple[tuple[str, Callable[..., Any]], ...] = (
        ("recheck", lambda g, ids, by: exchange.recheck(verification=ids["check"], by=by)),
        ("report_anew", lambda g, ids, by: exchange.report_anew(verification=ids["check"], by=by)),
    )
    for name, verb in afterwards:
        yield Deed(f"exchange: {name}", disputed, verb, checks, told=True)


def _reserve(code: str, one: catalogue.Declared[declare.Reserve]) -> Iterator[Deed]:
    """A township's fund; its doors are pages, tried with the other pages."""
    overseer, payer = one.role(one.item.overseer), one.role(one.item.payer)
    officer = one.role(one.item.officer)
    ready = lambda g: {"fund": g.fund(code)}  # noqa: E731

    def pay(g: Ground, ids: Ids, by: Actor) -> Any:
        facts = payout(1, 1_00, path=HERE.village, person=g.applicant)
        return funds.pay(reserve=code, payout=facts, signed_by=g.someone(one.role(one.item.approver)), by=by)

    def set_quota(g: Ground, ids: Ids, by: Actor) -> Any:
        return funds.set_quota(
            reserve=code, path=HERE.township, year=DAY.year, amount=1_00, document="1号", by=by
        )

    verbs: tuple[tuple[str, str, Callable[..., Any]], ...] = (
        ("set_quota", overseer, set_quota),
        ("advance", payer, lambda g, ids, by: funds.advance(fund=ids["fund"], amount=1, document="a", by=by)),
        ("pay", officer, pay),
        (
            "request_top_up", officer,
            lambda g, ids, by: funds.request_top_up(fund=ids["fund"], amount=1, reason="火灾", by=by),
        ),
        ("settle", officer, lambda g, ids, by: funds.settle(fund=ids["fund"], until=DAY, by=by)),
        ("clear", payer, lambda g, ids, by: funds.clear(fund=ids["fund"], by=by)),
    )  # fmt: skip
    for name, role, verb in verbs:
        yield Deed(f"{code}: {name}", ready, verb, frozenset({role}))


def _purchasing(code: str, one: catalogue.Declared[declare.Purchasing]) -> Iterator[Deed]:
    """Contracts of a county; their doors are pages, tried with the other pages."""
    item = one.item

    def sign(g: Ground, ids: Ids, by: Actor) -> Any:
        return funds.sign(
            purchasing=code, path=HERE.county, terms=terms("2", 1, service=next(iter(item.services))), by=by
        )

    def deliver(g: Ground, ids: Ids, by: Actor) -> Any:
        return funds.deliver(
            contract=ids["row"].contract, period="2", served=1, claimed=1, record="记录", by=by
        )

    verbs: tuple[tuple[str, declare.Role, Callable[..., Any]], ...] = (
        ("sign", item.signer, sign),
        ("deliver", item.registrar, deliver),
        (
            "accept", item.acceptor,
            lambda g, ids, by: funds.accept(handover=ids["row"], accepted=1, opinion="合格", by=by),
        ),
        (
            "pay_for", item.payer,
            lambda g, ids, by: funds.pay_for(handover=ids["row"], scheme="", fund=Fund.COUNTY, by=by),
        ),
    )  # fmt: skip
    for name, role, verb in verbs:
        yield Deed(f"{code}: {name}", lambda g: {"row": g.handover(code)}, verb, frozenset({one.role(role)}))


def _register(code: str, one: catalogue.Declared[declare.Register]) -> Iterator[Deed]:
    readers = frozenset(one.role(role) for role in one.item.read_by)
    yield Deed(
        f"{code}: read an entry", lambda g: {"entry": g.entry(code)},
        lambda g, ids, by: registers.entry(code, ids["entry"], by=by),
        readers, method="GET", path=f"/registers/{code}/{{entry}}", anyhow=True, told=True,
    )  # fmt: skip
    yield Deed(
        f"{code}: export", lambda g: {}, lambda g, ids, by: exporting.export(code, by=by).close(),
        readers, anyhow=True, told=True, anywhere=True,
    )  # fmt: skip


def _releases(code: str, released: catalogue.Declared[declare.Simulated]) -> Iterator[Deed]:
    drafting = frozenset(released.role(role) for role in released.item.drafted_by)
    signing = frozenset(released.role(role) for role in released.item.signed_by)
    county = frozenset(released.role(role) for role in released.item.drafted_by if role.at == declare.COUNTY)
    facts = {"title": "标准", "source": "某文件", "kind": "standard", "from_month": clock.Month.of(DAY)}
    yield Deed(
        f"{code} releases: draft", lambda g: {},
        lambda g, ids, by: releases.draft(domain=code, path=HERE.county, by=by, **facts), drafting, told=True,
    )  # fmt: skip
    yield Deed(
        f"{code} releases: change_value", lambda g: {"release": g.release(code)},
        lambda g, ids, by: releases.change_value(
            release=ids["release"], parameter="money.unit", value="10", by=by
        ),
        county,
    )  # fmt: skip
    yield Deed(
        f"{code} releases: withdraw", lambda g: {"release": g.release(code)},
        lambda g, ids, by: releases.withdraw(release=ids["release"], reason="不再需要", by=by), drafting,
    )  # fmt: skip
    yield Deed(
        f"{code} releases: simulate", lambda g: {"release": g.release(code)},
        lambda g, ids, by: releases.simulate(release=ids["release"], by=by), drafting | signing,
    )  # fmt: skip
    yield Deed(
        f"{code} releases: sign", lambda g: {"release": g.tried(g.release(code))},
        lambda g, ids, by: releases.sign(release=ids["release"], seen=g.seal(ids["release"]), by=by), signing,
    )  # fmt: skip
    yield Deed(
        f"{code} releases: publish", lambda g: {"release": g.signed(g.release(code))},
        lambda g, ids, by: releases.publish(release=ids["release"], by=by), drafting | signing,
    )  # fmt: skip
    yield Deed(
        f"{code} releases: back_out", lambda g: {"release": g.published(g.release(code))},
        lambda g, ids, by: releases.back_out(release=ids["release"], reason="文件撤回", by=by), signing,
    )  # fmt: skip


def _others() -> Iterator[Deed]:
    yield Deed(
        "documents: read a paper of a case", lambda g: {"paper": g.paper.pk if g.paper else 0},
        lambda g, ids, by: documents.get(ids["paper"], by), _having_cases(), frozenset({"applicant"}), "GET",
        "/documents/{paper}", anyhow=True, hidden=True,
    )  # fmt: skip
    yield Deed(
        "documents: fetch a paper of a case", lambda g: {"paper": g.paper.pk if g.paper else 0},
        lambda g, ids, by: documents.open_file(documents.get(ids["paper"], by)).close(),
        _having_cases(), frozenset({"applicant"}), "GET", "/documents/{paper}/content", anyhow=True, hidden=True,
    )  # fmt: skip
    for code, visit in catalogue.current().visits.items():
        yield Deed(
            f"{code}: record a visit", lambda g: {"household": g.family.pk},
            lambda g, ids, by, code=code: visits.record(code, household=g.family, answers={}, by=by),
            frozenset({visit.role(visit.item.by)}), method="POST", path="/visits",
            body={"kind": code, "household": "{household}", "answers": {}},
        )  # fmt: skip
    yield Deed(
        "visits: raise_lead", lambda g: {},
        lambda g, ids, by: visits.raise_lead(g.family, domain="assistance", source="report", text="困难", by=by),
        frozenset(catalogue.current().helping()),
    )  # fmt: skip
    yield Deed(
        "visits: close_lead", lambda g: {"lead": g.lead().pk},
        lambda g, ids, by: visits.close_lead(ids["lead"], reason="已帮助", by=by),
        frozenset(catalogue.current().helping("assistance")), method="POST", path="/leads/{lead}/close",
        body={"reason": "已帮助"},
    )  # fmt: skip
    yield Deed(
        "indicators: count_month", lambda g: {},
        lambda g, ids, by: indicators.count_month(clock.Month.of(DAY), by=by),
        _of_the_county(), told=True, anywhere=True,
    )  # fmt: skip
