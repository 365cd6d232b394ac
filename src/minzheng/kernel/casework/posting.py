"""公示: the township posts the opinion in the village; neighbours may object; it comes down after its last day."""

from __future__ import annotations

from minzheng.kernel import audit, catalogue, clock, declare
from minzheng.kernel.areas.queries import names
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.documents.models import Document
from minzheng.kernel.errors import Mistake, Refused
from minzheng.kernel.notices import actions as notices
from minzheng.kernel.notices.models import Posting as Notice
from minzheng.kernel.notices.shown import Shown
from minzheng.kernel.standards.queries import calendar

from . import letters
from .act import Act
from .authority import authorise, no_such_case
from .deciding import determine
from .extending import make_special
from .locking import locked, running
from .models import Case, Objection, Objector, Task
from .terms import term

__all__ = ["answer_objection", "current", "object_to", "objected", "on_take", "open_posting", "post_notice"]

# Who objects may give a name or none (公示: 可以实名或者匿名反映).
NAMELESS = "匿名"


def open_posting(
    task_id: int, by: Actor
) -> tuple[Case, Task, catalogue.Declared[declare.Service], declare.Posting]:
    """The open step of a public posting, its case held, for whoever carries it out."""
    found = Task.objects.filter(pk=task_id).values("case_id").first()
    if found is None:
        raise no_such_case()
    case = locked(found["case_id"])
    # Read once the case is held: a colleague may just have sent it back.
    task = Task.objects.filter(pk=task_id, state=Task.State.OPEN).first()
    if task is None:
        raise no_such_case()
    declared = catalogue.current().service_of(case)
    step = catalogue.current().step_of(case, task.step)
    authorise(case, declared, step, by)
    if not isinstance(step, declare.Posting):
        raise Refused("not_a_posting", f"“{step.label}”不是公示环节。")
    running(case)
    return case, task, declared, step


@verb("casework.post_notice", label="张贴公示")
def post_notice(task_id: int, *, place: str, by: Actor, photo: Document | None = None) -> Notice:
    """Post the five permitted facts in the village; the last day follows from the dated number of days."""
    case, task, declared, step = open_posting(task_id, by)
    if current(task) is not None:
        raise Refused("posted_already", "这件办件正在公示，不能重复张贴。")
    days = term(step.publicity_term, path=case.path, on=clock.today())
    if not isinstance(days, clock.Days):
        raise Mistake("publicity_unit", f"{step.publicity_term} must be in natural days")
    shown = _shown(case, declared.item, step)
    last_day = clock.publicity(clock.today(), days, calendar()).on
    notice = notices.post(
        case_id=case.pk, path=case.path, place=place or names([case.path])[case.path], by=by, shown=shown,
        title=f"{declared.item.label}公示", term=days, photo=photo,
        document=letters.publicity(case, shown, posted_on=clock.today(), last_day=last_day, by=by),
    )  # fmt: skip
    task.due_on, task.due_provisional = notice.last_day, notice.provisional
    task.save()
    audit.note(
        about=case, case_id=case.pk, path=case.path, article=step.basis, after={"last_day": notice.last_day}
    )
    return notice


def _shown(case: Case, service: declare.Service, step: declare.Posting) -> Shown:
    """What is to be granted, or that a benefit is to end; refused where the facts no longer say so."""
    determination, ending = determine(case, on=clock.today()), step.announces == "end"
    if determination.eligible.outcome != ("not_met" if ending else "met"):
        opinion = "仍符合条件，不能公示拟终止" if ending else "已不符合条件，不能公示拟确认"
        raise Refused("opinion_changed", f"按现有事实{opinion}的意见。请退回重新评估。")
    return Shown(
        applicant=case.applicant.name, members=determination.members or 0,
        amount=0 if ending else determination.amount or 0, scheme=service.label, per=service.per, ending=ending,
        objection_phone=letters.office_phone(case),
    )  # fmt: skip


def current(task: Task) -> Notice | None:
    """The notice put up in this round of the step."""
    opened = clock.at_office_time(task.opened_at).date()
    mine = Notice.objects.filter(
        case_id=task.case_id, posted_on__gte=opened, closed_on=None, retracted_on=None
    )
    return mine.order_by("-id").first()


def on_take(act: Act) -> None:
    """The publicity may end only after its last day, with every objection answered (B4)."""
    notice = current(act.task)
    if act.outcome.then == "return":
        if notice is not None:
            notices.retract(posting=notice, reason=act.reason, by=act.by)
        return
    if notice is None:
        raise Refused("not_posted", "还没有张贴公示，不能结束公示。")
    if clock.today() <= notice.last_day:
        raise Refused(
            "publicity_running", f"公示期至{notice.last_day:%Y年%m月%d日}届满，次日起方可结束公示。"
        )
    if act.case.objections.filter(state=Objection.State.OPEN).exists():
        raise Refused("objection_open", "还有异议没有核实答复，不能结束公示。")
    if act.case.objections.filter(state=Objection.State.UPHELD, posting_id=notice.pk).exists():
        raise Refused("objection_upheld", "有异议经核实成立，公示不能通过。请选择“异议成立，重新评估”。")
    notices.take_down(posting=notice, by=act.by)


@verb(
    "casework.object", label="提出公示异议", beyond="看到公示的人都可以提出异议",
    opens=("reporter", "异议人写下姓名，随后封存"),
)  # fmt: skip
def object_to(notice_id: int, *, name: str, text: str, by: Actor) -> Objection:
    """Anyone may object while the notice is up; the case becomes special and has the longer limit."""
    return objected(notice_id, name=name, text=text, person_id=by.person_id)


def objected(
    notice_id: int, *, name: str, text: str, phone: str = "", person_id: int | None = None, **more: str
) -> Objection:
    """Within the running verb: what is said stands in the case, who said it apart under the seal of a compartment."""
    notice = Notice.objects.filter(pk=notice_id, closed_on=None, retracted_on=None).first()
    if notice is None or clock.today() > notice.last_day:
        raise Refused("not_posted", "该公示已经结束。如有意见，请向乡镇（街道）或县级民政部门反映。")
    if len(name) > 60:
        raise Refused("name_too_long", "姓名不超过60个字，也可以不写。", field="name")
    if not text.strip() or len(text) > 1000:
        raise Refused("text_needed", "请写明异议内容（不超过1000个字）。", field="text")
    case = locked(notice.case_id)
    objection = Objection.objects.create(
        case=case, posting_id=notice.pk, text=text.strip(), at=clock.now(), **more
    )
    Objector.objects.create(
        objection=objection, name=name.strip() or NAMELESS, phone=phone, person_id=person_id, path=case.path
    )
    make_special(case, "公示期间有异议")
    # Neither case nor place: in the history of the case the name of who acted would stand beside the objection.
    audit.note(about=objection)
    return objection


@verb(
    "casework.answer_objection", label="答复公示异议", opens=("reporter", "答复由平台送达异议人，不告诉别人是谁"),
)  # fmt: skip
def answer_objection(objection_id: int, *, upheld: bool, answer: str, by: Actor) -> Objection:
    """The township looks into an objection and answers; an upheld one sends the case back to the opinion."""
    objection = Objection.objects.filter(pk=objection_id).first()
    if objection is None:
        raise no_such_case()
    case = locked(objection.case_id)
    objection.refresh_from_db()
    declared = catalogue.current().service_of(case)
    step = next(one for one in declared.item.steps if isinstance(one, declare.Posting))
    authorise(case, declared, step, by)
    if objection.state != Objection.State.OPEN:
        raise Refused("objection_answered", "这条异议已经答复。")
    if not answer.strip():
        raise Refused("answer_needed", "请写明核实经过和结果。", field="answer")
    objection.state = Objection.State.UPHELD if upheld else Objection.State.DISMISSED
    objection.answer, objection.answered_at, objection.answered_by = answer.strip()[:1000], clock.now(), by.id
    objection.save()
    _tell_objector(objection, declared.item, path=case.path, by=by)
    audit.note(about=objection, case_id=case.pk, path=case.path, after={"state": objection.state})
    return objection


def _tell_objector(objection: Objection, service: declare.Service, *, path: str, by: Actor) -> None:
    """What was found reaches whoever objected under an account; nobody else sees that he was told."""
    who = Objector.objects.filter(objection=objection).values_list("person_id", flat=True).first()
    if who is not None:
        text = f"关于{service.label}公示的异议，经核实，{objection.get_state_display()}。核实结果：{objection.answer}"
        notices.tell(
            person_id=who, title="您提出的公示异议有了答复", text=text[:1000], path=path,
            compartment="reporter", by=by,
        )  # fmt: skip
