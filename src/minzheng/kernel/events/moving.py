"""A household moves between counties: the old one pays through the month of the move, the new one from the next.

Months that the old county has drafted stay its own, so that none is lost and none is paid twice (handbook 00 §0.10).
The amount stays until the new county has confirmed it anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from minzheng.kernel import catalogue
from minzheng.kernel.areas.queries import name_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.clock import Month
from minzheng.kernel.declare import Happened, Reacted
from minzheng.kernel.ledger import actions as ledger
from minzheng.kernel.ledger.models import Entitlement
from minzheng.kernel.ledger.resuming import last_drafted
from minzheng.kernel.people.models import Membership

__all__ = ["move_back", "move_entitlements", "moves_whole"]


def moves_whole(happened: Happened, member: Membership) -> bool:
    """Whether everyone moves: as the source says, or because the person lives alone."""
    others = Membership.objects.filter(household_id=member.household_id, until_on=None)
    said = str(happened.detail.get("whole_household", "")) in ("True", "true", "yes", "1")
    return said or not others.exclude(person=happened.person).exists()


def _running(happened: Happened) -> list[Entitlement]:
    """What the household and whoever lives in it are entitled to now, or the person alone."""
    home = Membership.objects.filter(person=happened.person, until_on=None).first()
    condition = Q(person=happened.person)
    if home is not None and not moves_whole(happened, home):
        condition = Q(pk=None)
    elif home is not None:
        living = Membership.objects.filter(household_id=home.household_id, until_on=None).values("person_id")
        condition |= Q(household_id=home.household_id) | Q(person_id__in=living)
    rows = Entitlement.objects.filter(condition, state=Entitlement.State.CURRENT)
    return list(rows.select_for_update(of=("self",)).order_by("id"))


def move_entitlements(happened: Happened, *, by: Actor) -> Reacted:
    """Each is closed at the old place and opened at the new, from the first month the old one has not drafted."""
    to_path = str(happened.detail["to_path"])
    moved = [
        (row, _moved(row, to_path, _from(row, Month.of(happened.day).next), happened, by))
        for row in _running(happened)
        if row.path != to_path
    ]
    if not moved:
        return Reacted.nothing("没有正在执行的待遇需要迁移。")
    told = [f"{_label(old)}自{Month.of(new.from_month)}起由{name_of(to_path)}发放" for old, new in moved]
    kept = {"entitlements": [[old.pk, new.pk, old.path] for old, new in moved]}
    return Reacted("；".join(told) + "，此前各月仍由迁出地发放。", tuple(new for _, new in moved), kept)


def _label(row: Entitlement) -> str:
    found = catalogue.current().schemes.get(row.scheme)
    return found.item.label if found else row.scheme


def _from(row: Entitlement, month: Month) -> Month:
    """The month after the move, unless the old place has drafted further, or the entitlement begins later."""
    drafted = last_drafted(row)
    return max(month, Month.of(row.from_month), drafted.next if drafted else month)


def _moved(row: Entitlement, to_path: str, month: Month, happened: Happened, by: Actor) -> Entitlement:
    basis = ledger.Basis(
        decision_number=happened.number, rule_set=row.rule_set, trace_sha=happened.sha, case_id=row.case_id
    )
    to = ledger.NewPlace(path=to_path, amount=row.amount, class_ur=row.class_ur)
    moved: Entitlement = ledger.move(
        entitlement=row, to=to, from_month=month, basis=basis, reason=f"{happened.number}户籍迁移", by=by
    )
    return moved


def move_back(happened: Happened, kept: Mapping[str, Any], *, by: Actor) -> Reacted:
    """The latest interval of each goes back to where it came from, from the first month that is not drafted."""
    told = []
    for _, new_id, path in kept["entitlements"]:
        row = _latest(Entitlement.objects.get(pk=new_id))
        if row.state != Entitlement.State.CURRENT or row.path == path:
            continue
        back = _moved(row, path, _from(row, Month.of(row.from_month)), happened, by)
        told.append(f"{_label(back)}自{Month.of(back.from_month)}起由{name_of(path)}发放")
    return Reacted("；".join(told) + "。" if told else "待遇此后已终止，没有需要迁回的。")


def _latest(row: Entitlement) -> Entitlement:
    while (later := Entitlement.objects.filter(supersedes=row).first()) is not None:
        row = later
    return row
