"""Recording a contact: what was seen, whether it counts, what is due next, and who is called when nobody opens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from math import asin, cos, radians, sin, sqrt

from minzheng.kernel import clock, declare
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.catalogue.terms import number
from minzheng.kernel.errors import Refused
from minzheng.kernel.notices.informing import inform

from .duties import Going, own, require
from .escalating import office_of, open_escalation, settle_found
from .models import Contact, Reached, Watched
from .planning import due_again

__all__ = ["Said", "metres_between", "record_contact"]

EARTH = 6_371_008
_TOO_EARLY = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class Said:
    """A contact as the visitor tells it.  ``at`` is when it was, where the telephone had no network at the time."""

    method: str
    met: bool
    seen: Mapping[str, str] = field(default_factory=dict)
    words: str = ""
    abuse: bool = False
    refused: bool = False
    lat: str = ""
    lon: str = ""
    far_reason: str = ""
    photo: int | None = None
    at: datetime | None = None


@verb("visits.record_contact", label="登记巡访")
def record_contact(
    *, watched: Watched, said: Said, by: Actor, version: int | None = None, key: str | None = None
) -> Contact:
    """Keep a contact or a try; the next one is reckoned from it, and whoever cannot be reached is looked for."""
    row, declared = own(watched, by, version=version)
    require(declared, (declared.item.by, declared.item.managed_by), by, path=row.path)
    if row.until_on is not None:
        raise Refused(
            "watched_ended",
            f"该对象已退出巡访（{row.ended_because}），不能再登记。需要恢复的，请由乡镇办理。",
        )
    at = _instant(declared, row, said)
    contact = _contact(declared, row, said, at, by)
    contact.save()
    if contact.valid:
        _reached(declared, row, contact)
    elif not contact.met:
        _missed(declared, row, contact, by)
    if contact.abuse:
        _reported(declared, row, contact, by)
    row.version += 1
    row.save()
    due_again(declared, row.path, [row.pk])
    note(
        about=contact,
        path=row.path,
        after={"met": contact.met, "valid": contact.valid, "seen": contact.worst},
    )
    return contact


def _instant(declared: Going, row: Watched, said: Said) -> datetime:
    """When it was: not ahead of now, not longer ago than a record may follow."""
    now = clock.now()
    at = said.at or now
    hours = number(declared.item.late_hours, path=row.path, on=clock.today())
    if at > now + _TOO_EARLY:
        raise Refused("contact_ahead", "联系时间不能晚于现在。请核对手机时间。", field="at")
    if at < now - timedelta(hours=hours):
        raise Refused(
            "contact_late", f"联系时间早于 {hours} 小时之前，不能补记。请说明情况后重新巡访。", field="at"
        )
    return min(at, now)


def _contact(declared: Going, row: Watched, said: Said, at: datetime, by: Actor) -> Contact:
    if said.method not in Contact.Method.values:
        raise Refused("method_unknown", "请选择联系方式。", field="method")
    if len(said.words) > 500 or len(said.far_reason) > 200:
        raise Refused("words_too_long", "说明最多500个字，原因最多200个字。请精简。", field="words")
    lat, lon = _degrees(said.lat, 90, "lat"), _degrees(said.lon, 180, "lon")
    seen = _seen(declared, said) if said.met else {}
    if said.abuse and not said.words.strip():
        raise Refused("abuse_words", "疑似受虐待或被遗弃的，请写明看到的情况。", field="words")
    contact = Contact(
        watched=row, path=row.path, at=at, recorded_at=clock.now(), method=said.method, met=said.met, seen=seen,
        words=said.words.strip(), abuse=said.abuse, refused=said.refused, lat=lat, lon=lon,
        far_reason=said.far_reason.strip(), photo_id=said.photo, by=by.id, by_name=by.name, valid=said.met,
    )  # fmt: skip
    if said.method == Contact.Method.HOME and said.met:
        _near(declared, row, contact)
    return contact


def _seen(declared: Going, said: Said) -> dict[str, dict[str, str]]:
    """Everything that is looked at, each found well, to be watched, or in need; what is not well is put in words."""
    wrong: dict[str, str] = {}
    for item in declared.item.seen:
        if said.seen.get(item.code) not in declare.SEEN and not said.refused:
            wrong[item.code] = f"{item.label}：请选择查看结果。"
    found = {
        item.code: {"state": said.seen[item.code], "label": item.label}
        for item in declared.item.seen
        if said.seen.get(item.code) in declare.SEEN
    }
    acts = [one["label"] for one in found.values() if one["state"] == "act"]
    if acts and not said.words.strip():
        wrong["words"] = f"“{'、'.join(acts)}”需处理，请写明情况和已采取的办法。"
    if wrong:
        raise Refused("form_invalid", "巡访记录还不完整，请补充。", errors=wrong)
    return found


def _near(declared: Going, row: Watched, contact: Contact) -> None:
    """A call at the door counts where the door is (handbook 02 §15 B8); the first one says where that is."""
    if contact.lat is None or contact.lon is None:
        return
    if row.lat is None or row.lon is None:
        row.lat, row.lon, contact.metres = contact.lat, contact.lon, 0
        return
    contact.metres = metres_between(row.lat, row.lon, contact.lat, contact.lon)
    far = number(declared.item.far, path=row.path, on=clock.today())
    contact.valid = contact.metres <= far or bool(contact.far_reason)


def _reached(declared: Going, row: Watched, contact: Contact) -> None:
    """A valid contact: the days count from it, and whoever was looked for is found."""
    day = contact.at.astimezone(clock.SHANGHAI).date()
    if contact.method == Contact.Method.HOME:
        row.last_visit_on = max(day, row.last_visit_on or day)
    # Seen at the door is more than heard on the telephone.
    row.last_phone_on = max(day, row.last_phone_on or day)
    later = row.contacts.filter(met=False, at__gt=contact.at)
    row.missed = later.count()
    Reached.objects.get_or_create(
        watched=row, month=day.replace(day=1), defaults={"path": row.path, "rounds": row.rounds}
    )
    # A record that was written without network and comes in after a later try does not answer that one.
    if not row.missed:
        settle_found(
            row, words=f"{contact.by_name}{contact.get_method_display()}联系上本人", by_name=contact.by_name
        )


def _missed(declared: Going, row: Watched, contact: Contact, by: Actor) -> None:
    """One try more, unless somebody has been met since; after so many of them the person is looked for."""
    if row.contacts.filter(valid=True, at__gt=contact.at).exists():
        return
    row.missed += 1
    row.missed_at = max(contact.at, row.missed_at or contact.at)
    tries = number(declared.item.missed, path=row.path, on=clock.today())
    if row.missed >= tries:
        open_escalation(declared, row, why=f"连续 {row.missed} 次未联系上", by=by)


def _reported(declared: Going, row: Watched, contact: Contact, by: Actor) -> None:
    """Whatever looks like abuse is told to those who manage the ledger and those who oversee it, by nobody's choice."""
    for role in (declared.item.managed_by, declared.item.overseen_by):
        inform(
            path=office_of(row.path, role.at), from_path=row.path, title="巡访发现疑似虐待或遗弃",
            text=f"{contact.by_name}在巡访中登记了疑似受虐待或被遗弃的情况，请立即打开台账核实、报警并跟进处置。",
            topic=f"abuse:{contact.pk}", by=by,
        )  # fmt: skip


def _degrees(text: str, most: int, name: str) -> Decimal | None:
    if not text.strip():
        return None
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        value = Decimal(most + 1)
    if not value.is_finite() or abs(value) > most:
        raise Refused("place_wrong", "定位数据有误。请重新定位，或留空。", field=name)
    return value.quantize(Decimal("0.000001"))


def metres_between(lat: Decimal, lon: Decimal, other_lat: Decimal, other_lon: Decimal) -> int:
    """The distance over the ground between two points, in whole metres."""
    one, two = radians(lat), radians(other_lat)
    half = sin((two - one) / 2) ** 2 + cos(one) * cos(two) * sin(radians(other_lon - lon) / 2) ** 2
    return round(2 * EARTH * asin(sqrt(half)))
