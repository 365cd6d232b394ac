"""The page of a public posting: put up, objections from wherever they come, each looked into and answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from minzheng.desk.reveals.links import link
from minzheng.desk.sheets import Sent, Sheet
from minzheng.kernel import clock, declare
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework import objecting, posting
from minzheng.kernel.casework.models import Case, Objection, Task
from minzheng.kernel.declare.forms import Choice, Form, Phone, Photo, Text
from minzheng.kernel.documents import queries as documents
from minzheng.kernel.notices.models import Posting as Notice
from minzheng.kernel.people.masks import mask_phone
from minzheng.ui.shown import cn_date

from .taking import step_sheet

__all__ = ["sheets"]

NOTICE = Form(
    "notice", "张贴公示",
    (Text("place", "公示地点", longest=80, example="村委会公示栏"), Photo("photo", "张贴照片", required=False)),
)  # fmt: skip
ANSWER = Form(
    "answer", "核实答复",
    (
        Choice("upheld", "核实结果", options={"no": "异议不成立", "yes": "异议成立"}),
        Text("answer", "核实经过和答复", longest=1000, lines=3),
    ),
)  # fmt: skip
SPOKEN = Form(
    "spoken", "登记异议",
    (
        Choice("channel", "怎么提出的", options={"visit": "来访", "paper": "书面", "phone": "电话"}),
        Text("name", "异议人姓名", longest=60, required=False, help="可以匿名。写了的封存，只有核实答复的同志能看到。"),
        Phone("phone", "联系电话", required=False, help="可以不留。留了的，异议人看答复时要填同一个电话。"),
        Text("text", "异议内容", longest=1000, lines=3, help="照原话记；书面的照抄要点，原件归档。"),
    ),
)  # fmt: skip


def sheets(case: Case, task: Task, step: declare.Posting, by: Actor) -> tuple[list[Sheet], dict[str, Any]]:
    """What may be done now, and what stands beside it."""
    notice = Notice.objects.filter(case_id=case.pk, closed_on=None, retracted_on=None).order_by("-id").first()
    if notice is None:
        return [_put_up(case, task, by)], {"notice": None}
    over = clock.today() > notice.last_day
    ends = step.outcomes if over else tuple(one for one in step.outcomes if one.then != "advance")
    waiting = list(case.objections.filter(state=Objection.State.OPEN).order_by("id"))
    answers = [(one, _telephone(one), _answer(one, by)) for one in waiting]
    own = [step_sheet(case, task, step, by, outcomes=ends)] if ends else []
    for sheet in own:
        sheet.quiet = not over
    spoken = [] if over else [_spoken(task, by)]
    shown = {
        "notice": notice, "over": over, "to_answer": answers, "spoken": spoken[0] if spoken else None,
        "answered": list(case.objections.exclude(state=Objection.State.OPEN).order_by("id")),
        "notice_items": [
            ("公示地点", notice.place), ("公示内容", _five(notice.content)), ("起始", cn_date(notice.posted_on)),
            ("公示期满", f"{cn_date(notice.last_day)}{'（暂定）' if notice.provisional else ''}"),
            ("张贴人", notice.posted_by_name),
        ],
    }  # fmt: skip
    return [*own, *spoken, *(sheet for *_, sheet in answers)], shown


def _telephone(one: Objection) -> str:
    """For looking into it: masked, and opened for a reason by whoever may know it."""
    number = one.by_phone
    return (
        link(mask_phone(number), "case", one.case_id, f"objector-{one.objector.pk}-phone") if number else ""
    )


def _five(content: Mapping[str, Any]) -> str:
    """What the village reads."""
    amount = int(content.get("amount", 0))
    money = f"，拟{content.get('per', '每月')} {amount // 100}.{amount % 100:02d} 元" if amount else ""
    ending = "，拟终止" if content.get("ending") else ""
    who = f"{content.get('applicant', '')}，{content.get('members', '')} 人"
    return f"{who}，{content.get('scheme', '')}{ending}{money}"


def _put_up(case: Case, task: Task, by: Actor) -> Sheet:
    def do(sent: Sent) -> str:
        clean = NOTICE.clean(sent.answers).plain
        photo = documents.get(clean["photo"], by) if clean.get("photo") else None
        notice = posting.post_notice(task.pk, place=clean["place"], photo=photo, by=by, key=sent.key)
        return f"已张贴公示，公示至 {cn_date(notice.last_day)}。"

    return Sheet("post", NOTICE, do, submit="登记张贴", upload_url=f"/desk/cases/{case.pk}/upload/")


def _spoken(task: Task, by: Actor) -> Sheet:
    """What somebody says at the window, on paper or by telephone."""

    def do(sent: Sent) -> str:
        clean = SPOKEN.clean(sent.answers)
        said = {"name": "", "phone": ""} | {
            code: value for code, value in {**clean.plain, **clean.sealed}.items() if value
        }
        made = objecting.take_down(task.pk, **said, by=by, key=sent.key)
        code = "-".join(made.code[at : at + 4] for at in (0, 4, 8))
        return f"异议已登记。请把查询码 {code} 抄给异议人，凭它在公示栏页面看答复。"

    return Sheet("spoken", SPOKEN, do, submit="登记异议", quiet=True)


def _answer(one: Objection, by: Actor) -> Sheet:
    def do(sent: Sent) -> str:
        clean = ANSWER.clean(sent.answers).plain
        posting.answer_objection(
            one.pk, upheld=clean["upheld"] == "yes", answer=clean["answer"], by=by, key=sent.key
        )
        return "已答复异议。"

    return Sheet(f"answer{one.pk}", ANSWER, do, submit="答复")
