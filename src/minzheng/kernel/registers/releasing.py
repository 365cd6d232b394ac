"""A list with full names and numbers: asked for with a purpose, released by a second person, made by the worker."""

from __future__ import annotations

from django.db.models import QuerySet
from procrastinate.contrib.django import app

from minzheng.kernel import catalogue, clock
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.errors import NotAllowed, NotFound, Refused, Stale
from minzheng.kernel.reveals.models import PURPOSES
from minzheng.kernel.reveals.queries import overseer

from .actions import TASK, leaves
from .models import Export
from .reach import Declared, reader
from .words import Asked
from .writing import Released, asked_in_words

__all__ = ["ask_clear", "facts_of", "refuse_clear", "release", "released_of", "to_release"]


@verb("registers.ask_clear", label="申请未脱敏导出")
def ask_clear(code: str, *, asked: Asked, purpose: str, why: str, by: Actor) -> Export:
    """Nothing is made yet: somebody else decides whether it may be."""
    leaving = leaves(code, asked, by=by)
    if purpose not in PURPOSES:
        raise Refused("purpose_needed", "请选择用途。", field="purpose")
    if len(why.strip()) < 10 or len(why.strip()) > 300:
        raise Refused("why_needed", "请写明为什么必须用完整信息、给谁用（10至300个字）。", field="why")
    if not leaving.rows:
        raise Refused("nothing_to_export", "按当前条件没有记录，不用申请。请调整筛选条件。")
    made = Export.objects.create(
        register=code, path=_over(leaving.declared, asked, by), asked=asked.to_json(), rows=leaving.rows,
        state=Export.State.ASKED, clear=True, purpose=purpose, why=why.strip(), created_by=by.id,
        created_by_name=by.name, asked_at=clock.now(),
    )  # fmt: skip
    note(
        about=made,
        path=made.path,
        reason=made.why,
        after={"register": code, "rows": made.rows, "purpose": purpose},
    )
    return made


def _over(declared: Declared, asked: Asked, by: Actor) -> str:
    """The place whose people it names: whoever releases it must be over all of it."""
    scope = reader(declared, by).scope
    narrowed = asked.filters.get("path", "")
    return narrowed if any(narrowed.startswith(place) for place in scope) else scope[0]


@verb("registers.release", label="批准未脱敏导出")
def release(export_id: int, *, words: str = "", by: Actor) -> Export:
    """A second person who watches over the place releases it; the worker makes it."""
    one = _decided(export_id, words, by)
    one.state = Export.State.WAITING
    one.save()
    app.configure_task(TASK, queue="exports").defer(export_id=one.pk)
    note(about=one, path=one.path, reason=one.decided_words, after={"number": one.number, "rows": one.rows})
    return one


@verb("registers.refuse_clear", label="不批准未脱敏导出")
def refuse_clear(export_id: int, *, words: str, by: Actor) -> Export:
    """It stays masked, and it is said why."""
    if not words.strip():
        raise Refused("words_needed", "请写明不批准的理由。", field="words")
    one = _decided(export_id, words, by)
    one.state = Export.State.REFUSED
    one.save()
    note(about=one, path=one.path, reason=one.decided_words, after={"number": one.number})
    return one


def _decided(export_id: int, words: str, by: Actor) -> Export:
    one = to_release(by, lock=True).filter(pk=export_id).first()
    if one is None:
        raise NotFound("export_unknown", "没有这份申请，或不在您的管辖范围内。请从待审批的申请中选择。")
    if one.state != Export.State.ASKED:
        raise Stale("export_decided", f"{one.decided_by_name}已经作出决定。请刷新页面查看。")
    if one.created_by == by.id:
        raise NotAllowed("own_export", "申请人是您本人，须由另一名数据管理员审批。")
    if len(words.strip()) > 300:
        raise Refused("words_long", "审批意见不超过300个字。", field="words")
    one.decided_by, one.decided_by_name = by.id, by.name
    one.decided_at, one.decided_words = clock.now(), words.strip()
    return one


def to_release(by: Actor, *, lock: bool = False) -> QuerySet[Export]:
    """The requests in the places of whoever watches, decided ones too."""
    rows = Export.objects.select_for_update() if lock else Export.objects.all()
    return in_scope(rows.filter(clear=True), overseer(by))


def facts_of(one: Export) -> list[tuple[str, str]]:
    """What was asked for, in words."""
    declared = catalogue.current().registers.get(one.register)
    label = declared.item.label if declared else one.register
    under = asked_in_words(declared, Asked(**one.asked)) if declared else ""
    found = [
        ("申请编号", one.number), ("台账", label), ("范围", under), ("条数", f"{one.rows:,}"),
        ("用途", PURPOSES.get(one.purpose, "")), ("申请说明", one.why),
        ("申请人", f"{one.created_by_name}　{clock.at_office_time(one.asked_at):%Y-%m-%d %H:%M}"),
    ]  # fmt: skip
    if one.decided_at:
        word = f"　{one.decided_words}" if one.decided_words else ""
        found.append((
            "审批人", f"{one.decided_by_name}　{clock.at_office_time(one.decided_at):%Y-%m-%d %H:%M}{word}"
        ))  # fmt: skip
    return found


def released_of(one: Export) -> Released | None:
    """What stands on a list that leaves with full numbers; nothing for a masked one."""
    return Released(one.number, tuple(facts_of(one))) if one.clear and one.decided_by else None
