"""Standing rounds out of doors (巡访): whom to reach today, one contact at one door."""

from __future__ import annotations

from datetime import date
from typing import Any

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.areas.queries import names
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Form, Photo
from minzheng.kernel.errors import Refused
from minzheng.kernel.people.masks import mask_phone
from minzheng.kernel.people.models import Membership
from minzheng.kernel.visits import contacting
from minzheng.kernel.visits.contact_form import asked, renamed, said_of, told
from minzheng.kernel.visits.duties import Going, going, require, rounds_of, watched_of
from minzheng.kernel.visits.models import Contact, Watched
from minzheng.kernel.visits.round_queries import due_today

from .words import Given, Theirs, Work

__all__ = ["Contacts"]

_PHOTO = "photo"


def form_of(item: declare.Rounds) -> Form:
    """The contact's own questions, and the picture that may be taken."""
    outdoors = item.outdoors
    picture = (Photo(_PHOTO, outdoors.photo, required=False),) if outdoors and outdoors.photo else ()
    return Form("contact", "登记巡访", (*asked(item), *picture))


class Contacts:
    """The actor's ledgers that are due."""

    code, label = "contacts", "巡访"

    def works(self, by: Actor, *, ahead: int, most: int) -> list[Work]:
        known = {one.code: one for one in catalogue.current().rounds.values() if one.item.outdoors}
        roles = {one.role(role) for one in known.values() for role in (one.item.by, one.item.managed_by)}
        if not by.roles & roles:
            return []
        due = list(due_today(by, ahead=ahead).filter(rounds__in=known)[:most])
        return self._drawn([one for one in due if going(known[one.rounds], by, path=one.path)])

    def work(self, pk: int, by: Actor) -> Work:
        one, declared = self._one(pk, by)
        require(declared, (declared.item.by, declared.item.managed_by), by, path=one.path)
        return self._drawn([one])[0]

    def keep(self, pk: int, given: Given, by: Actor, *, anyhow: bool = False) -> str:
        one, declared = self._one(pk, by)
        answers = form_of(declared.item).clean(given.answers).plain
        said = said_of(
            declared, answers, lat=given.lat, lon=given.lon, photo=answers.get(_PHOTO), at=given.at
        )
        version = None if anyhow else int(given.base.get("version") or 0)
        try:
            return told(
                contacting.record_contact(watched=one, said=said, version=version, by=by, key=given.key)
            )
        except Refused as error:
            asked_as = renamed(declared.item)
            errors = {asked_as.get(code, code): text for code, text in error.errors.items()}
            raise Refused(error.code, error.message, errors=errors) from None

    def theirs(self, pk: int, given: Given, by: Actor) -> Theirs | None:
        one, _ = self._one(pk, by)
        since = one.contacts.filter(pk__gt=int(given.base.get("last") or 0))
        if one.until_on is not None or (found := since.order_by("-id").first()) is None:
            return None
        return Theirs(
            who=found.by_name, at=found.at, words="您外出期间，已有人登记了巡访。", answers=_answers(found)
        )

    def _one(self, pk: int, by: Actor) -> tuple[Watched, Going]:
        one = watched_of(pk, by)
        return one, rounds_of(one.rounds)

    def _drawn(self, rows: list[Watched]) -> list[Work]:
        places, homes = names(one.path for one in rows), _addresses(rows)
        last = _last(rows)
        return [_work(one, places[one.path], homes, last.get(one.pk, 0)) for one in rows]


def _work(one: Watched, place: str, homes: dict[int, str], last: int) -> Work:
    declared = rounds_of(one.rounds)
    item, outdoors = declared.item, declared.item.outdoors or declare.Outdoors()
    risk = item.risk_of(one.risk)
    facts = [("地区", place), ("类别", "、".join(item.groups.get(code, code) for code in one.groups))]
    if outdoors.address:
        facts.append(("住址", homes.get(one.person_id, "")))
    if one.person.phone and not outdoors.phone:
        facts.append(("电话", mask_phone(one.person.phone)))
    facts.append(("上次上门", f"{one.last_visit_on:%Y-%m-%d}" if one.last_visit_on else "还没有上门"))
    owed = [name for name, due in (("上门", one.visit_due_on), ("通话", one.phone_due_on)) if _is_due(due)]
    return Work(
        code=f"{Contacts.code}:{one.pk}", act=item.label, title=one.person.name, form=form_of(item), path=one.path,
        facts=tuple((label, text) for label, text in facts if text), due=_due(one.next_due_on, owed),
        late=one.next_due_on is not None and one.next_due_on < clock.today(), mark=(risk.label, risk.tone),
        phone=one.person.phone if outdoors.phone else "", position=outdoors.position,
        base={"version": one.version, "last": last}, known={"method": "home"},
    )  # fmt: skip


def _is_due(day: date | None) -> bool:
    return day is not None and day <= clock.today()


def _due(day: date | None, owed: list[str]) -> str:
    if day is None:
        return ""
    return f"{'和'.join(owed) or '联系'}，{day:%m月%d日}到期"


def _addresses(rows: list[Watched]) -> dict[int, str]:
    """Where each lives, in one query."""
    held = Membership.objects.filter(person__in=[one.person_id for one in rows], until_on=None)
    return {one.person_id: one.household.address for one in held.select_related("household")}


def _last(rows: list[Watched]) -> dict[int, int]:
    """The number of the latest contact of each, in one query."""
    found = Contact.objects.filter(watched__in=rows).order_by("watched_id", "-id").distinct("watched_id")
    return dict(found.values_list("watched_id", "pk"))


def _answers(found: Contact) -> dict[str, Any]:
    """A kept contact in the words of the form."""
    return {
        "method": found.method, "met": found.met, "words": found.words, "abuse": found.abuse,
        "refused": found.refused, "far_reason": found.far_reason,
        **{f"s_{code}": one["state"] for code, one in found.seen.items()},
    }  # fmt: skip
