"""What each kind of step puts on its page: its sheets, and what the officer needs to see beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from minzheng.desk.sheets import NOTHING, Sent, Sheet
from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework import accepting, verifying
from minzheng.kernel.casework.models import Case, Correction, Task
from minzheng.kernel.declare.forms import Choice, Form, Text
from minzheng.kernel.documents import queries as documents
from minzheng.kernel.exchange import actions as disputes
from minzheng.kernel.exchange import queries as exchange
from minzheng.kernel.exchange.consents import missing_consents
from minzheng.kernel.exchange.models import Discrepancy, Verification
from minzheng.kernel.exchange.standing import adults_among

from . import case_deeds, checking, posting_bench
from .taking import step_sheet

__all__ = ["Bench", "bench"]

CORRECTION = Form(
    "correction", "一次性补正告知",
    (Text("items", "需要补正的内容", longest=2000, lines=5, help="一行写一项，一次写全；补正只能告知一次。"),),
)  # fmt: skip
DIFFERENCE = Form(
    "difference", "认定差异",
    (
        Choice("accept", "认定", options={"yes": "说明成立，按申报", "no": "差异成立，按查得"}),
        Text("reason", "认定理由", longest=2000, lines=2),
    ),
)  # fmt: skip


@dataclass
class Bench:
    """A step's page: which template part it uses, its sheets in order, what else it shows."""

    part: str
    sheets: list[Sheet]
    shown: dict[str, Any] = field(default_factory=dict)


def bench(case: Case, task: Task, step: declare.Step, by: Actor) -> Bench:
    """The page of this step."""
    for kind, make in _BENCHES.items():
        if isinstance(step, kind):
            return make(case, task, step, by)
    return Bench("plain", [step_sheet(case, task, step, by)])


def _acceptance(case: Case, task: Task, step: declare.Acceptance, by: Actor) -> Bench:
    sheets = [step_sheet(case, task, step, by)]
    correction = Correction.objects.filter(case=case).first()
    if correction is None:
        sheets.append(_correction(case, task, by))
    return Bench("acceptance", sheets, {"correction": correction, "checklist": _checklist(case, by)})


def _correction(case: Case, task: Task, by: Actor) -> Sheet:
    def do(sent: Sent) -> str:
        items = str(sent.answers.get("items", "")).splitlines()
        accepting.ask_correction(task.pk, items=items, by=by, version=sent.version, key=sent.key)
        return "已一次性告知补正，告知书已生成并通知申请人。"

    return Sheet(
        "correct", CORRECTION, do, submit="告知补正", version=case.version, quiet=True,
        confirm="补正只能一次性告知，请确认已写全。",
    )  # fmt: skip


def _checklist(case: Case, by: Actor) -> list[dict[str, str]]:
    """Each material: obtained by the platform, signed, or handed in; and the mandate of whoever acts for another."""
    service = catalogue.current().service_of(case).item
    uploads = Counter(one.label for one in documents.of_case(case.pk, by) if one.kind == "upload")
    missing = _missing(case, service.consent)
    lines = []
    for one in service.materials:
        if one.source == "system":
            said, kind = "系统核验，无需提交", "good"
        elif one.source == "signed" and service.consent and missing and one.code == "authorisation":
            said, kind = f"缺少 {len(missing)} 人签字：{'、'.join(missing)}", "warn"
        elif one.source == "signed":
            said, kind = "已签署", "good"
        else:
            said, kind = _handed_in(uploads.pop(one.label, 0))
        note = one.from_source or one.help or ("" if one.required else "有则提供")
        lines.append({"label": one.label, "said": said, "kind": kind, "note": note})
    for label, number in uploads.items():
        said, kind = _handed_in(number)
        lines.append({"label": label, "said": said, "kind": kind, "note": ""})
    return lines


def _handed_in(papers: int) -> tuple[str, str]:
    return (f"已上传 {papers} 份", "info") if papers else ("未提交", "neutral")


def _missing(case: Case, purpose: str) -> list[str]:
    """Adults whose letter is not in force."""
    if not purpose:
        return []
    members = [one.person for one in case.members.select_related("person").order_by("id")]
    return [
        one.name for one in missing_consents(case_id=case.pk, adults=adults_among(members), purpose=purpose)
    ]


def _verification(case: Case, task: Task, step: declare.Verification, by: Actor) -> Bench:
    verification = exchange.latest_verification(case.pk, by=by)
    shown: dict[str, Any] = {
        "missing": _missing(case, step.purpose), "sources": len(step.sources), "check": None,
        "answer_columns": checking.ANSWER_COLUMNS, "comparison_columns": checking.COMPARISON_COLUMNS,
    }  # fmt: skip
    state = verification.state if verification else None
    sheets = [_simple("begin", "发起核对", verifying.begin, "核对已发起。", task, by)]
    if verification is not None:
        differences = checking.differences(verification, by)
        shown |= {"check": checking.report(verification, by), "stage": _stage(verification)}
        sheets = _running(verification, task, by)
        shown["differences"] = [(one, _deciding(one, sheets, task, by)) for one in differences]
        shown["unsettled"] = checking.unsettled(differences)
    if state == Verification.State.REPORTED:
        sheets.append(step_sheet(case, task, step, by, submit="完成核对"))
    return Bench("verification", sheets, shown)


def _stage(verification: Verification) -> str:
    stages = Verification.State
    if verification.state in (stages.AWAITING, stages.STARTED):
        return "ask"
    return (
        "report" if verification.state in (stages.PARTIAL, stages.COMPLETE, stages.RECHECKING) else "reported"
    )


def _running(verification: Verification, task: Task, by: Actor) -> list[Sheet]:
    """Ask, ask again, report; a report that has run out is begun anew."""
    stages = Verification.State
    if verification.state in (stages.STARTED, stages.AWAITING):
        return [_simple("ask", "向各部门查询", verifying.ask, "已向各部门查询。", task, by)]
    if verification.state in (stages.PARTIAL, stages.RECHECKING):
        again = _simple("ask", "查询未返回的", verifying.ask, "已再次查询。", task, by)
        report = _simple("report", "出具核对报告", verifying.report, "核对报告已出具。", task, by)
        report.quiet = True
        return [again, report]
    if verification.state == stages.COMPLETE:
        return [_simple("report", "出具核对报告", verifying.report, "核对报告已出具。", task, by)]
    if verification.state == stages.OBJECTED:
        return [_recheck(verification, by)]
    lapsed = verification.valid_until is not None and verification.valid_until <= clock.today()
    if verification.state == stages.EXPIRED or lapsed:
        return [_simple("begin", "重新核对", verifying.begin, "核对已重新发起。", task, by)]
    return []


def _recheck(verification: Verification, by: Actor) -> Sheet:
    """After an objection every source is asked again; the earlier answers stay as evidence."""

    def do(sent: Sent) -> str:
        disputes.recheck(verification=verification, by=by, key=sent.key)
        return "已发起复核，请再次查询并出具新的报告。"

    return Sheet("recheck", NOTHING, do, submit="复核：重新查询全部来源")


def _simple(code: str, submit: str, deed: Callable[..., Any], told: str, task: Task, by: Actor) -> Sheet:
    """A deed that asks nothing but to be done."""

    def do(sent: Sent) -> str:
        # Asking goes out to other departments and is not one transaction: what is answered is not asked again.
        keyed = {} if code == "ask" else {"key": sent.key}
        deed(task.pk, by=by, **keyed)
        return told

    return Sheet(code, NOTHING, do, submit=submit)


def _deciding(one: Mapping[str, Any], sheets: list[Sheet], task: Task, by: Actor) -> list[Sheet]:
    """The household's word, taken down, and the decision on it."""
    if not one["unsettled"]:
        return []
    row: Discrepancy = one["row"]

    def do(sent: Sent) -> str:
        chosen = sent.answers.get("accept")
        clean = DIFFERENCE.clean(sent.answers).plain
        verifying.decide_difference(
            task.pk, row.pk, accept=chosen == "yes", reason=clean["reason"], by=by, key=sent.key
        )
        return "差异已认定。"

    mine = [
        case_deeds.explanation(row, by),
        Sheet(f"decide{row.pk}", DIFFERENCE, do, submit="认定", renamed={"outcome": "accept"}),
    ]
    mine[0].quiet = True
    sheets += mine
    return mine


def _posting(case: Case, task: Task, step: declare.Posting, by: Actor) -> Bench:
    sheets, shown = posting_bench.sheets(case, task, step, by)
    return Bench("posting", sheets, shown)


def _deciding_step(case: Case, task: Task, step: declare.Deciding, by: Actor) -> Bench:
    return Bench("deciding", [step_sheet(case, task, step, by, submit="下一步：核对将要作出的决定")])


_BENCHES: Mapping[type[declare.Step], Callable[..., Bench]] = {
    declare.Acceptance: _acceptance,
    declare.Verification: _verification,
    declare.Posting: _posting,
    declare.Deciding: _deciding_step,
}
