"""A notice goes up with the result it shows, and comes down when the result may stand or has gone back.

Not verbs: they are parts of the verb that decides, so that nothing is posted without its result or stands without its
notice.
"""

from __future__ import annotations

from typing import Any

from minzheng.kernel import audit, catalogue, clock, declare
from minzheng.kernel.access.models import Office
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.paths import level_of, uids
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import Mistake, Refused
from minzheng.kernel.notices.shown import refuse_private
from minzheng.kernel.standards.queries import calendar

from .models import Notice, Objection

__all__ = ["HOTLINE", "declared", "hang", "stands", "withdraw"]

HOTLINE = "12345"
Declared = catalogue.Declared[declare.Publicity]


def declared(code: str) -> Declared:
    """What a domain says of this publicity."""
    found = catalogue.current().publicities.get(code)
    if found is None:
        raise Mistake("publicity_unknown", f"没有声明公示事项 {code}。")
    return found


def hang(code: str, entry: Any, *, by: Actor) -> Notice:
    """Post what everybody may read of an entry; the posting day is not counted (民法典 art. 201)."""
    found, today = declared(code), clock.today()
    shown = found.item.shows(entry)
    if shown.person:
        for label, text in (("公示对象", shown.about), *shown.facts):
            refuse_private(text, label=label, longest=80)
    path = _board(entry.path, found.item.at)
    value = catalogue.current().parameters().get(found.item.term, path=entry.path, on=today)
    assert isinstance(value.value, int), found.item.term
    term = clock.term_of(value.unit.replace("_", " "), value.value)
    assert not isinstance(term, clock.Hours), found.item.term
    due = clock.deadline(today, term, calendar())
    made = Notice.objects.create(
        publicity=code, entry=entry.pk, subject=shown.subject, path=path, title=found.item.label, about=shown.about,
        person=shown.person, facts=[f"{label}：{text}" for label, text in shown.facts], phone=_phone(path),
        posted_on=today,
        term=str(term), last_day=due.on, provisional=due.provisional, posted_by=by.id, posted_by_name=by.name,
    )  # fmt: skip
    audit.part("publicity.posted", notice=made.pk, path=path, last_day=str(due.on))
    return made


def stands(code: str, entry: Any) -> None:
    """The result may stand: its last day has passed and no objection is open; the notice is over."""
    row = _hanging(code, entry)
    if row is None:
        raise Refused("not_posted", "还没有公示，结果不能生效。请先公示。")
    if clock.today() <= row.last_day:
        raise Refused("still_posted", f"公示到 {row.last_day}，期满后才能办理。")
    if row.objections.filter(state=Objection.State.OPEN).exists():
        raise Refused("objection_open", "还有公示异议没有核实答复，结果不能生效。请先在“公示异议”台账答复。")
    row.closed_on = clock.today()
    row.save(update_fields=["closed_on"])
    audit.part("publicity.over", notice=row.pk)


def withdraw(code: str, entry: Any, *, reason: str) -> None:
    """The entry goes another way while it is posted: the notice comes down, and says why to whoever objected."""
    row = _hanging(code, entry)
    if row is None:
        return
    row.withdrawn_on, row.withdrawn_reason = clock.today(), reason.strip()[:200]
    row.save(update_fields=["withdrawn_on", "withdrawn_reason"])
    audit.part("publicity.withdrawn", notice=row.pk)


def _hanging(code: str, entry: Any) -> Notice | None:
    rows = Notice.objects.select_for_update(of=("self",))
    return rows.filter(publicity=code, entry=entry.pk, closed_on=None, withdrawn_on=None).first()


def _board(path: str, at: Level) -> str:
    """The place of that level in which an entry lies; its own, where it lies higher."""
    parts = uids(path)
    above = ("/".join(parts[: n + 1]) + "/" for n in range(len(parts)))
    return next((one for one in above if level_of(one) is at), path)


def _phone(path: str) -> str:
    phones = Office.objects.filter(path=path).exclude(phone="").order_by("id").values_list("phone", flat=True)
    return phones.first() or HOTLINE
