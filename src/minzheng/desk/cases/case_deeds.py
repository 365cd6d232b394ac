"""What may be done on the page of a case itself, beside its open steps: pause, resume, explain, hand in, review."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from minzheng.desk import frame
from minzheng.desk.sheets import NOTHING, Sent, Sheet, fresh_key, limited
from minzheng.kernel import catalogue, declare
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework import drafting, extending, pausing, urging
from minzheng.kernel.casework.authority import may_take
from minzheng.kernel.casework.models import Case, Pause, Task
from minzheng.kernel.casework.queries import case_for
from minzheng.kernel.declare.forms import Choice, Day, Form, Text
from minzheng.kernel.documents import actions as documents
from minzheng.kernel.errors import Away, MinzhengError, Refused
from minzheng.kernel.exchange import actions as exchange
from minzheng.kernel.exchange import queries as checks
from minzheng.kernel.exchange.models import Consent, Discrepancy, Verification

__all__ = ["explanation", "proxies", "review", "sheets", "upload"]

PAUSE = Form(
    "pause", "中止办理",
    (
        Choice("why", "中止事由", options=dict(Pause.Why.choices)),
        Day("expected_on", "预计恢复日期", future=True, help="到时没有恢复的，提醒县级核实。", example="2026-12-15"),
        Text("reason", "具体情况", longest=300, lines=3, help="写明等什么、等谁，告知书中如实引用。",
             example="等待法院对抚养费的判决"),
    ),
)  # fmt: skip
EXTEND = Form(
    "extend", "批准特殊情形",
    (
        Choice("why", "特殊情形", options=extending.WHY),
        Text("reason", "具体情况", longest=extending.LONGEST, lines=3, help="批准后期限延长，并告知申请人。"),
    ),
)  # fmt: skip
EXPLAIN = Form(
    "explain", "说明",
    (
        Text(
            "text", "当事人的说明", longest=2000, lines=3,
            help="由当事人当面陈述，窗口如实记录；证明材料请在“文书和材料”中上传。",
        ),
    ),
)  # fmt: skip


def sheets(
    case: Case, by: Actor, verification: Verification | None, letters: Sequence[Consent]
) -> list[Sheet]:
    """The deeds open to this actor; ``verification`` is the newest check, ``letters`` what was signed for the case."""
    declared = catalogue.current().service_of(case)
    found: list[Sheet] = []
    if _decides(case, declared, by):
        if case.state == Case.State.OPEN:
            found.append(_pause(case, by))
            if declared.item.within.special and not case.special_reason:
                found.append(_extend(case, by))
        elif case.state == Case.State.PAUSED:
            found.append(_resume(case, by))
    if (declared.item.consent or case.channel == Case.Channel.FOLLOW_ON) and _hears(case, declared, by):
        waiting = (Discrepancy.State.OPEN, Discrepancy.State.EXPLAINED)
        if verification is not None:
            rows = checks.discrepancies(verification, by=by).filter(state__in=waiting)
            helps = by.holds(catalogue.current().assisting(verification.purpose), path=case.path)
            found += [explanation(one, by) for one in rows if helps]
    found += _taking_back(case, declared, by, letters)
    found += [_urge(case, task, by) for task in urging.overdue(case) if urging.may_urge(case, task, by)]
    found += _answers(case, declared, by)
    return [*found, *review(case, declared, by)]


def _decides(case: Case, declared: catalogue.Declared[declare.Service], by: Actor) -> bool:
    step = next(one for one in declared.item.steps if isinstance(one, declare.Deciding))
    roles = [step.by, *([step.or_by] if step.or_by else [])]
    return any(by.post_for(declared.role(role), path=case.path) for role in roles)


def proxies(declared: catalogue.Declared[declare.Service]) -> list[str]:
    """The roles that may act for a resident in this service."""
    return [declared.role(role) for role in declared.item.proxy]


def _hears(case: Case, declared: catalogue.Declared[declare.Service], by: Actor) -> bool:
    """Whoever may apply for a resident, or runs the check, may take down what the family says."""
    steps = [one for one in declared.item.steps if isinstance(one, declare.Verification)]
    roles = [*proxies(declared), *(declared.role(step.by) for step in steps)]
    return any(by.post_for(role, path=case.path) for role in roles)


def _pause(case: Case, by: Actor) -> Sheet:
    def do(sent: Sent) -> str:
        given = PAUSE.clean(sent.answers).plain
        given["expected_on"] = date.fromisoformat(given["expected_on"])
        pausing.pause(case.pk, **given, by=by, version=sent.version, key=sent.key)
        return "已中止办理，期限暂停计算。"

    return Sheet("pause", PAUSE, do, submit="中止办理", version=case.version)


def _extend(case: Case, by: Actor) -> Sheet:
    def do(sent: Sent) -> str:
        extending.extend(
            case.pk, why=sent.answers.get("why", ""), reason=sent.answers.get("reason", ""), by=by,
            version=sent.version, key=sent.key,
        )  # fmt: skip
        return "已批准特殊情形，期限已延长并告知申请人。"

    return Sheet("extend", EXTEND, do, submit="批准延长", version=case.version)


def _urge(case: Case, task: Task, by: Actor) -> Sheet:
    """What is overdue is pressed for by a higher level."""
    label = catalogue.current().step_of(case, task.step).label
    said = f"“{label}”已超期，期限 {task.due_on}。"
    if task.urged_at is not None:
        said += f"已催办 {task.urged_times} 次，最近由{task.urged_by_name}催办。"
    form = Form("urge", "催办", (Text("text", "催办要求", longest=200, lines=2, help=said),))

    def do(sent: Sent) -> str:
        urging.urge(task.pk, text=str(sent.answers.get("text", "")), by=by, key=sent.key)
        return f"已催办“{label}”。"

    return Sheet(f"urge{task.pk}", form, do, submit="催办", title=f"催办：{label}")


def _answers(case: Case, declared: catalogue.Declared[declare.Service], by: Actor) -> list[Sheet]:
    """What was pressed for is answered by whoever is to take it."""
    urged = [one for one in case.tasks.all() if urging.awaits_answer(one)]
    steps = {step.code: step for step in declared.item.steps}
    return [
        _answer(one, steps[one.step].label, by)
        for one in urged
        if may_take(case, declared, steps[one.step], by)
    ]


def _answer(task: Task, label: str, by: Actor) -> Sheet:
    form = Form("answer", "答复催办", (
        Text("text", "超期原因和预计办结时间", longest=200, lines=2, help="答复后催办人会收到提醒；期限不变。",
             example="申请人外出，12月3日返回后入户，当日办结。"),
    ))  # fmt: skip

    def do(sent: Sent) -> str:
        urging.answer(task.pk, text=form.clean(sent.answers).plain["text"], by=by, key=sent.key)
        return "已答复催办。"

    return Sheet(f"answer{task.pk}", form, do, submit="答复", title=f"答复催办：{label}", quiet=True)


def _resume(case: Case, by: Actor) -> Sheet:
    def do(sent: Sent) -> str:
        pausing.resume(case.pk, by=by, version=sent.version, key=sent.key)
        return "已恢复办理，期限已顺延。"

    return Sheet("resume", NOTHING, do, submit="恢复办理", version=case.version)


def explanation(row: Discrepancy, by: Actor) -> Sheet:
    """The household's word on a difference, taken down at the window."""

    def do(sent: Sent) -> str:
        exchange.explain(discrepancy=row, text=sent.answers.get("text", ""), by=by, key=sent.key)
        return "已登记当事人的说明。"

    return Sheet(f"explain{row.pk}", EXPLAIN, do, submit="登记说明", values={"text": row.explanation})


def _taking_back(
    case: Case, declared: catalogue.Declared[declare.Service], by: Actor, letters: Sequence[Consent]
) -> list[Sheet]:
    """A letter taken back at the window, by whoever has no telephone or signed on paper."""
    purpose = declared.item.consent
    if not purpose or not by.holds(catalogue.current().assisting(purpose), path=case.path):
        return []
    standing = [one for one in letters if one.withdrawn_at is None]
    if not standing:
        return []
    form = Form("unsign", "撤回授权", (
        Choice("consent", "撤回谁的授权", options={str(one.pk): one.person.name for one in standing}),
        Text("reason", "撤回经过", longest=300, lines=2,
             help="本人（或者代签的监护人）当面提出或者交来书面撤回的，如实记录。"),
    ))  # fmt: skip

    def do(sent: Sent) -> str:
        given = form.clean(sent.answers).plain
        consent = next(one for one in standing if str(one.pk) == given["consent"])
        exchange.withdraw_consent(consent=consent, reason=given["reason"], by=by, key=sent.key)
        return "已登记撤回，今后不再查询其信息。"

    return [Sheet("unsign", form, do, submit="登记撤回", quiet=True)]


def review(case: Case, declared: catalogue.Declared[declare.Service], by: Actor) -> list[Sheet]:
    """A review of what was granted, started by whoever may act for residents in that service."""
    if case.state != Case.State.GRANTED:
        return []
    found = []
    for one in catalogue.current().services.values():
        known = (
            one.domain.code == declared.domain.code
            and one.item.offered == "office"
            and declared.item.code in one.item.reviews
        )
        if known and any(by.post_for(role, path=case.path) for role in proxies(one)):
            found.append(_start_review(case, one, by))
    return found


def _start_review(case: Case, one: catalogue.Declared[declare.Service], by: Actor) -> Sheet:
    def do(sent: Sent) -> str:
        drafting.start_draft(
            one.code, applicant=case.applicant, household=case.household, path=case.path,
            channel=Case.Channel.WINDOW, origin=case, by=by, key=sent.key,
        )  # fmt: skip
        return f"已建立“{one.item.label}”，请在“我的任务—待完成的申请”中填写并提交。"

    return Sheet(f"review-{one.code}", NOTHING, do, submit=f"发起{one.item.label}", quiet=True)


@limited
@require_POST
def upload(request: HttpRequest, case_id: int) -> HttpResponse:
    """A paper handed in for the case; answers a script with its number, a person with the page."""
    by = frame.staff(request)
    case = case_for(case_id, by)
    file: UploadedFile | None = request.FILES.get("file")
    script = "application/json" in request.headers.get("Accept", "")
    try:
        if file is None:
            raise Refused("file_missing", "没有选择文件。请选择后再上传。", field="file")
        label = request.POST.get("label", "").strip()[:80] or "办件材料"
        document = documents.store_upload(
            file=file, label=label, path=case.path, case_id=case.pk, by=by, key=fresh_key(request)
        )
    except MinzhengError as error:
        if script:
            return JsonResponse(error.as_json(), status=error.status)
        if not isinstance(error, Refused | Away):
            raise
        messages.error(request, error.message)
        document = None
    return (
        JsonResponse({"id": document.pk})
        if script and document
        else redirect(f"/desk/cases/{case.pk}/#papers")
    )
