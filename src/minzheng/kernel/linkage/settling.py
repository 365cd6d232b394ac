"""A steward's word on a row that was left open: this one, none of them, somebody new; and the word taken back.

What follows is the file's own: a record of an agreed file is bound to the person, in the same transaction.
"""

from __future__ import annotations

from datetime import date

from minzheng.kernel import catalogue, clock
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.queries import in_force
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.errors import NotFound, Refused, Stale
from minzheng.kernel.people.actions import register_person
from minzheng.kernel.people.models import Person
from minzheng.kernel.people.queries import current, find_person

from . import duties
from .merging import require_reason
from .models import IncomingLink, Unsure

__all__ = ["nobody", "open_file", "reopen", "this_one"]

_State, _How = Unsure.State, IncomingLink.How


@verb("linkage.this_one", label="认定外来名单的一行")
def this_one(*, unsure: Unsure, person: Person, reason: str, by: Actor, version: int | None = None) -> Unsure:
    """It is about this person, who is one of those put before the steward."""
    row = _held(unsure, by, version)
    if person.pk not in [one["person"] for one in row.candidates]:
        raise Refused("candidate_unknown", "请在列出的人中选择一人；都不是的，选“都不是”。", field="person")
    found = current(Person.objects.select_related("merged_into").get(pk=person.pk))
    duties.require(by, path=found.path)
    return _settled(row, _State.LINKED, found, reason, by)


@verb("linkage.nobody", label="认定外来名单的一行不是在册人员")
def nobody(*, unsure: Unsure, reason: str, by: Actor, version: int | None = None) -> Unsure:
    """It is about none of them, and nobody is put on file."""
    return _settled(_held(unsure, by, version), _State.NOBODY, None, reason, by)


@verb("linkage.open_file", label="为外来名单的一行新建档案")
def open_file(*, unsure: Unsure, path: str, reason: str, by: Actor, version: int | None = None) -> Unsure:
    """It is about somebody who is not on file: a file is opened in this village, of what the department sent."""
    row = _held(unsure, by, version)
    if not in_force().filter(path=path, level=int(Level.VILLAGE), path__startswith=row.path).exists():
        raise Refused("village_missing", "请选择此人居住的村（社区），须在这一行所属的地区内。", field="path")
    return _settled(row, _State.CREATED, _new(row, path, by), reason, by)


@verb("linkage.reopen", label="撤销对外来名单一行的认定")
def reopen(*, unsure: Unsure, reason: str, by: Actor, version: int | None = None) -> Unsure:
    """The word is taken back and what followed from it; a file that was opened stays on file."""
    row = _locked(unsure, by, version)
    if row.state not in (_State.LINKED, _State.NOBODY, _State.CREATED):
        raise Stale(
            "unsure_open", f"这一行现为“{row.get_state_display()}”，没有可以撤销的认定。请刷新后查看。"
        )
    require_reason(reason)
    _bound(row, None, current(row.person).pk if row.person else None)
    said = {"state": row.state, "person": row.person_id, "reason": row.reason}
    row.state, row.person, row.reason = _State.OPEN, None, ""
    row.decided_at, row.decided_by, row.decided_by_name = None, "", ""
    _kept(row, _How.UNSURE, row.candidates[0]["person"])
    note(about=row, path=row.path, reason=reason, before=said)
    return row


def _locked(unsure: Unsure, by: Actor, version: int | None) -> Unsure:
    row = Unsure.objects.select_for_update().filter(pk=unsure.pk).first()
    if row is None:
        raise NotFound("unsure_unknown", "没有这一行，或不在您的管辖范围内。请返回列表重新选择。")
    duties.require(by, path=row.path)
    if version is not None and version != row.version:
        raise Stale("unsure_changed", "这一行刚有人办理过。请刷新后查看。")
    return row


def _held(unsure: Unsure, by: Actor, version: int | None) -> Unsure:
    """The row as it is now, still open, held until the verb ends."""
    row = _locked(unsure, by, version)
    if row.state != _State.OPEN:
        raise Stale("unsure_decided", f"这一行现为“{row.get_state_display()}”，不能再认定。请刷新后查看。")
    return row


def _settled(row: Unsure, state: Unsure.State, person: Person | None, reason: str, by: Actor) -> Unsure:
    require_reason(reason)
    row.state, row.person, row.reason = state, person, reason.strip()[:300]
    row.decided_at, row.decided_by, row.decided_by_name = clock.now(), by.id, by.name
    if person is not None and not _bound(row, person.pk, None):
        raise Stale("record_changed", "这条记录在别处已更新，不再需要核对。请返回列表，次日再看。")
    _kept(row, _How.NOBODY if person is None else _How.WORD, person.pk if person else None)
    note(about=row, path=row.path, reason=reason, after={"state": row.state, "person": row.person_id})
    return row


def _kept(row: Unsure, how: IncomingLink.How, person: int | None) -> None:
    row.version += 1
    row.save()
    links = IncomingLink.objects.filter(incoming_id=row.incoming_id, row=row.row)
    links.update(how=how, linked_id=person)


def _bound(row: Unsure, person: int | None, was: int | None) -> bool:
    """What follows for the record, if the row is one of an agreed file."""
    declared = catalogue.current().extracts.get(row.extract)
    if declared is None or declared.item.linking is None or person == was:
        return True
    return declared.item.linking.bind(row.key, person, was)


def _new(row: Unsure, path: str, by: Actor) -> Person:
    """A file of what was sent; a number that is somebody's is no ground for another file."""
    said = row.said
    if said["number"] and find_person(said["number"]) is not None:
        raise Refused(
            "number_on_file",
            "来件的公民身份号码已有档案。请核对：是此人的，更正档案后认定；号码有误的，退回来源单位。",
        )
    born = said["birth"].replace("-", "")
    return register_person(
        name=said["name"], id_number=said["number"] or None, path=path, sex=said["sex"] or None,
        birth=_day(born), phone=said["phone"] or "", by=by,
    )  # fmt: skip


def _day(born: str) -> date | None:
    """A birthday of eight figures, if it is one."""
    try:
        return date(int(born[:4]), int(born[4:6]), int(born[6:8]))
    except ValueError:
        return None
