"""What a steward may do with a row that was left open: this one, none of them, somebody new; or take the word back."""

from __future__ import annotations

from collections.abc import Sequence

from minzheng.desk.sheets import Sent, Sheet
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.paths import county_of
from minzheng.kernel.areas.queries import in_force, names
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Choice, Form, Text
from minzheng.kernel.linkage import actions
from minzheng.kernel.linkage.models import Unsure
from minzheng.kernel.people.models import Person

from .parts import file_of, likeness

__all__ = ["sheets_of"]

_REASON = Text(
    "reason", "依据", longest=300, lines=2, help="写明核对了什么，如与来源单位电话核实、户口簿、本人到场。"
)
_NOBODY = Form("nobody", "都不是", (_REASON,))
_BACK = Form("reopen", "撤销认定", (Text("reason", "撤销依据", longest=300, lines=2),))


def sheets_of(one: Unsure, people: Sequence[Person | None], by: Actor) -> list[Sheet]:
    """The deeds that are open now."""
    if one.state == Unsure.State.GONE:
        return []
    if one.state != Unsure.State.OPEN:
        return [_reopen(one, by)]
    return [*_this_one(one, people, by), _nobody(one, by), *_open_file(one, by)]


def _this_one(one: Unsure, people: Sequence[Person | None], by: Actor) -> list[Sheet]:
    files = {str(told["person"]): (told, person) for told, person in zip(one.candidates, people, strict=True)}
    options = {
        number: f"{file_of(person)}，相似程度{likeness(told['weight'])}"
        for number, (told, person) in files.items()
        if person is not None
    }
    if not options:
        return []
    form = Form("this_one", "这个人", (Choice("person", "是哪一个人", options=options), _REASON))

    def do(sent: Sent) -> str:
        given = form.clean(sent.answers).plain
        chosen = Person.objects.get(pk=int(given["person"]))
        actions.this_one(
            unsure=one, person=chosen, reason=given["reason"], version=sent.version, by=by, key=sent.key
        )
        return "已认定。" + ("这条记录已关联到此人的档案。" if one.extract else "这一行已关联到此人的档案。")

    return [Sheet("this_one", form, do, submit="认定是这个人", title="是其中一人", version=one.version)]


def _nobody(one: Unsure, by: Actor) -> Sheet:
    def do(sent: Sent) -> str:
        reason = _NOBODY.clean(sent.answers).plain["reason"]
        actions.nobody(unsure=one, reason=reason, version=sent.version, by=by, key=sent.key)
        return "已记为都不是；来件内容没有变动，就不再询问。"

    return Sheet("nobody", _NOBODY, do, submit="都不是", title="都不是", version=one.version, quiet=True)


def _open_file(one: Unsure, by: Actor) -> list[Sheet]:
    """In a village of the row's own place, or of the county where everybody lies; a wider place asks the county."""
    within = one.said["path"] or one.path
    if county_of(within) is None or not within.startswith(one.path):
        return []
    villages = in_force().filter(level=int(Level.VILLAGE), path__startswith=within)
    found = names(list(villages.values_list("path", flat=True)), within=[one.path])
    place = Choice("path", "居住的村（社区）", options=dict(sorted(found.items(), key=lambda pair: pair[1])))
    form = Form("open_file", "新建档案", (place, _REASON))

    def do(sent: Sent) -> str:
        given = form.clean(sent.answers).plain
        row = actions.open_file(
            unsure=one, path=given["path"], reason=given["reason"], version=sent.version, by=by, key=sent.key
        )
        return f"已按来件内容为{row.said['name']}新建档案并关联。"

    return [Sheet(
        "open_file", form, do, submit="新建档案", title="不在册，新建档案", version=one.version, quiet=True,
        values={"path": within} if within in found else {},
    )]  # fmt: skip


def _reopen(one: Unsure, by: Actor) -> Sheet:
    created = one.state == Unsure.State.CREATED

    def do(sent: Sent) -> str:
        reason = _BACK.clean(sent.answers).plain["reason"]
        actions.reopen(unsure=one, reason=reason, version=sent.version, by=by, key=sent.key)
        return "认定已撤销，这一行重新待核对。" + (
            "新建的档案仍在册；是重复的，请在“疑似重复”中合并。" if created else ""
        )

    return Sheet(
        "reopen", _BACK, do, submit="撤销认定", title="撤销认定", version=one.version, danger=True,
        confirm="撤销后，这一行重新待核对，已关联的记录恢复为未关联。确定撤销？",
    )  # fmt: skip
