"""The letters a case gives rise to, filled from the case; the documents room sets, numbers and keeps them."""

from __future__ import annotations

from datetime import date
from typing import Any

from minzheng.kernel import catalogue, clock, declare, law
from minzheng.kernel.access.models import Office
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.paths import county_of
from minzheng.kernel.areas.queries import names
from minzheng.kernel.audit import Actor
from minzheng.kernel.documents import limits
from minzheng.kernel.documents.actions import write_letter
from minzheng.kernel.documents.letters import shapes
from minzheng.kernel.documents.models import Document
from minzheng.kernel.notices.actions import tell

from .grounds import leads_to
from .models import Appeal, Case, Correction, Decision, Mandate
from .terms import whole_term

__all__ = [
    "correction",
    "decision",
    "examined",
    "lapsed",
    "not_accepted",
    "office_name",
    "office_phone",
    "publicity",
    "receipt",
    "reconsideration",
    "where_to_contest",
]

Service = catalogue.Declared[declare.Service]
# The province's one number, where an office has entered no telephone of its own.
HOTLINE = "12345"


def _office(case: Case, level: Level) -> Office | None:
    """The office of a level that is responsible for the case's place."""
    parts = [part for part in case.path.split("/") if part]
    above = ["/".join(parts[:n]) + "/" for n in range(1, len(parts) + 1)]
    return Office.objects.filter(path__in=above, level=int(level)).order_by("-path").first()


def office_phone(case: Case) -> str:
    """The telephone for objections and questions: the township's, else the hotline."""
    office = _office(case, Level.TOWNSHIP)
    return office.phone if office is not None and office.phone else HOTLINE


def office_name(case: Case, level: Level) -> str:
    """What the office of a level calls itself at the head of a paper."""
    office = _office(case, level)
    return office.name if office else names([case.path])[case.path]


def _from(case: Case, level: Level) -> dict[str, Any]:
    """Who writes, to whom, about what, and whom to ring."""
    office = _office(case, level)
    return {
        "office": office.name if office else names([case.path])[case.path],
        "recipient": case.applicant.name,
        "case_number": case.number or "",
        "phone": office.phone if office and office.phone else HOTLINE,
    }


def where_to_contest(case: Case) -> dict[str, str]:
    """Where the decision may be contested: the county's government and its court."""
    county = county_of(case.path) or case.path
    name = names([county])[county]
    return {"reconsideration_body": f"{name}人民政府", "court": f"{name}人民法院"}


def _write(case: Case, letter: str, content: shapes.Shape, by: Actor, **more: Any) -> Document:
    return write_letter(
        letter=letter,
        data=content,
        path=case.path,
        case_id=case.pk,
        person_id=case.applicant_id,
        by=by,
        **more,
    )


def _tell(case: Case, title: str, text: str, by: Actor, kind: str = "notice") -> None:
    tell(
        person_id=case.applicant_id, title=title, text=text, path=case.path, case_id=case.pk, kind=kind, by=by
    )
    # Whoever acts for somebody without a telephone learns that there is news, and reads it with the matter.
    agent = Mandate.objects.filter(case=case).values_list("agent_id", flat=True).first()
    if agent is not None:
        news = f"您替{case.applicant.name}办的事有了新进展：{title}。请到“我的事项”里看这件事。"
        tell(
            person_id=agent, title=f"替{case.applicant.name}办的事：{title}"[:80], text=news, path=case.path,
            case_id=case.pk, kind=kind, by=by,
        )  # fmt: skip


def receipt(case: Case, declared: Service, *, by: Actor) -> Document:
    """受理通知书, with what need not be brought because the platform obtains it."""
    assert case.accepted_on is not None
    assert case.due_on is not None
    service = declared.item
    limit = whole_term(
        service.within, path=case.path, on=case.accepted_on, special=bool(case.special_reason),
        delegated=case.bound["decided_at"] != case.bound["declared_at"],
    )  # fmt: skip
    content = shapes.Acceptance(
        **_from(case, Level.TOWNSHIP),
        service=service.label,
        accepted_on=case.accepted_on,
        received=tuple(one.label for one in service.materials if one.source == "signed"),
        waived=tuple(
            shapes.Waived(label=one.label, source=one.from_source)
            for one in service.materials
            if one.source == "system"
        ),
        deadline=case.due_on,
        limit=str(limit),
        provisional=case.due_provisional,
        follow="登录本平台“我的事项”查看进度，或持本通知书到受理窗口查询。",
    )
    _tell(case, "申请已受理", f"您的{service.label}申请已受理，将在{case.due_on:%Y年%m月%d日}前办结。", by)
    return _write(case, "acceptance_receipt", content, by)


def correction(case: Case, declared: Service, notice: Correction, *, by: Actor) -> Document:
    """一次性补正告知书: everything that is wanting, once."""
    content = shapes.Correction(
        **_from(case, Level.TOWNSHIP),
        service=declared.item.label,
        missing=tuple(shapes.Missing(label=item, why="请补充或更正后重新提交。") for item in notice.items),
        answer_until=notice.answer_by,
        otherwise="逾期未补正的，视为撤回申请，可以重新申请。",
    )
    _tell(
        case,
        "申请需要补正",
        f"请在{notice.answer_by:%Y年%m月%d日}前补正：{'；'.join(notice.items)}",
        by,
        "task",
    )
    return _write(case, "correction_notice", content, by)


def lapsed(case: Case, notice: Correction, *, by: Actor) -> None:
    """Told that the limit has passed, and that a new application is open at any time."""
    text = f"您没有在{notice.answer_by:%Y年%m月%d日}前补正，申请视为撤回。您可以随时重新申请。"
    _tell(case, "申请视为撤回", text, by)


def not_accepted(case: Case, declared: Service, *, reason: str, by: Actor) -> Document:
    """不予受理通知书, with the reason and the remedies."""
    content = shapes.NotAccepted(
        **_from(case, Level.TOWNSHIP),
        **where_to_contest(case),
        service=declared.item.label,
        reasons=(shapes.Reason(text=reason, article=str(declared.item.basis[0])),),
    )
    _tell(case, "申请不予受理", f"您的{declared.item.label}申请不予受理：{reason}"[:1000], by, "decision")
    return _write(case, "not_accepted", content, by)


def publicity(case: Case, shown: Any, *, posted_on: date, last_day: date, by: Actor) -> Document:
    """公示: the five permitted facts and the period."""
    content = shapes.Publicity(
        office=_from(case, Level.TOWNSHIP)["office"], applicant=shown.applicant, members=shown.members,
        amount=shown.amount, per=shown.per, ending=shown.ending, scheme=shown.scheme,
        posted_on=posted_on, last_day=last_day, objection_phone=shown.objection_phone,
    )  # fmt: skip
    return _write(case, "publicity_notice", content, by)


def decision(case: Case, declared: Service, made: Decision, *, by: Actor) -> Document:
    """The decision in writing: grant, refusal with every reason, or change of a running benefit."""
    head = _from(case, Level(made.level)) | where_to_contest(case) | {"scheme": declared.item.label}
    granted = made.kind == Decision.Kind.GRANT
    # Help in an emergency does not wait for the morning.
    kind = "urgent" if declared.item.place == "event" else "decision"
    _tell(case, f"{declared.item.label}：{made.get_kind_display()}", _in_words(made), by, kind)
    if declared.item.offered == "office":
        payload = made.payload
        change = shapes.Change(
            **head, change=payload["change"], before=payload["before"], after=payload["amount"],
            from_month=_month(payload["first_month"]), until_month=_month(payload.get("until_month", "")),
            reasons=_reasons(made), heard=payload.get("heard", ""),
        )  # fmt: skip
        return _write(case, "change_notice", change, by)
    if granted:
        covered = case.members.filter(person_id__in=made.payload["persons"]).order_by("id")
        members, review = covered.values_list("person__name", flat=True), made.payload.get("review_due")
        grant = shapes.Grant(
            **head, after=_course(declared.item), members=tuple(members), amount=made.payload["amount"],
            per=declared.item.per, from_month=_month(made.payload["first_month"]),
            plan=tuple(made.payload.get("plan", ())), review_on=date.fromisoformat(review) if review else None,
            rule_set=_rule_set(declared, made), findings=tuple(_finding(row) for row in made.determination["findings"]),
        )  # fmt: skip
        return _write(case, "decision_grant", grant, by)
    target = leads_to(case, declared)
    also = (f"{target.item.label}（已自动转入评估）",) if target is not None else ()
    refusal = shapes.Refusal(**head, reasons=_reasons(made), rule_set=_rule_set(declared, made), also=also)
    return _write(case, "decision_refusal", refusal, by)


def _course(service: declare.Service) -> str:
    """What went before the decision, as the letter says it; in an emergency nothing was posted."""
    posted = any(isinstance(step, declare.Posting) for step in service.steps)
    return "经调查核实和公示" if posted else "经现场核定"


def _month(text: str) -> str:
    """A month as a letter writes it."""
    if not text:
        return ""
    month = clock.Month.parse(text)
    return f"{month.year}年{month.month}月"


def _rule_set(declared: Service, made: Decision) -> str:
    """The rules the decision stands on, by the name of their instrument."""
    named = {one.code: one.title for one in declared.domain.instruments if isinstance(one, law.Instrument)}
    return f"《{named[made.rule_set]}》" if made.rule_set in named else made.rule_set


def _in_words(made: Decision) -> str:
    because = made.determination["eligible"]["because"]
    return f"{made.get_kind_display()}：{because}。决定书将依法送达。"[:1000]


def _figures(row: dict[str, Any]) -> str:
    return "；".join(f"{figure['title']} {figure['text']}" for figure in row["figures"])


def _article(row: dict[str, Any]) -> str:
    """The article as it was cited when the decision was made."""
    return str(law.Article(**row["article"])) if row["article"] else "—"


def _finding(row: dict[str, Any]) -> shapes.Finding:
    words = {"met": "符合", "not_met": "不符合", "unknown": "尚不能判断"}
    return shapes.Finding(
        label=row["title"], figures=_figures(row) or "—", result=words[row["outcome"]], article=_article(row)
    )


def _reasons(made: Decision) -> tuple[shapes.Reason, ...]:
    """Every condition not met; for a change without one, the finding on which it turns."""
    rows = [row for row in made.determination["findings"] if row["outcome"] == "not_met"]
    rows = rows or [made.determination["eligible"]]
    return tuple(
        shapes.Reason(
            text=row["because"], figures=_figures(row), article=_article(row),
            evidence="；".join(sorted({figure["source"] for figure in row["figures"]})),
        )
        for row in rows
    )  # fmt: skip


def examined(case: Case, appeal: Appeal, *, by: Actor) -> None:
    """Told whether the reviewing government takes the application on, and until when it decides, or why not."""
    if appeal.decide_by is None:
        text = f"您的行政复议申请不予受理：{appeal.opinion}"
    else:
        text = f"您的行政复议申请已受理，{appeal.decide_by:%Y年%m月%d日}前作出决定。"
    _tell(case, f"行政复议：{appeal.get_state_display()}", text[:1000], by, "decision")


def reconsideration(case: Case, declared: Service, appeal: Appeal, *, by: Actor) -> Document:
    """行政复议决定书."""
    made = appeal.decision
    body = where_to_contest(case)
    content = shapes.ReconsiderationDecision(
        office=body["reconsideration_body"], applicant=case.applicant.name,
        respondent=_from(case, Level(made.level))["office"], case_number=f"{case.number}-复{appeal.pk}",
        contested=f"{declared.item.label}{made.get_kind_display()}决定（{made.number}）",
        request="撤销或者变更上述决定", applicant_says=appeal.reasons, respondent_says=made.reason or "见原决定书",
        facts=made.determination["eligible"]["because"], opinion=appeal.opinion,
        decision=(appeal.get_result_display(),), article="《中华人民共和国行政复议法》", court=body["court"],
    )  # fmt: skip
    after = limits.remedies(path=case.path, on=clock.today())["litigation_after_reconsideration"]["within"]
    text = (
        f"复议机关已经作出决定：{appeal.get_result_display()}。决定书在办件的“文书和材料”里。"
        f"不服复议决定的，可以自收到决定书之日起{after}内向{body['court']}起诉。"
    )
    _tell(case, f"行政复议决定：{appeal.get_result_display()}", text, by, "decision")
    return _write(case, "reconsideration_decision", content, by)
