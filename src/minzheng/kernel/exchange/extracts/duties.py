"""Who brings files in and takes them out: the role a domain names, held at its level over the place."""

from __future__ import annotations

from collections.abc import Iterable

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.areas.models import Division
from minzheng.kernel.areas.queries import in_force
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import NotAllowed, NotFound

from . import entries

__all__ = ["Declared", "areas_of", "extract_of", "places_of", "require", "roles_of"]

Declared = catalogue.Declared[declare.Extract]


def extract_of(code: str, by: Actor) -> Declared:
    """The declaration of that code; of a register whose deed takes files, as its form is drawn for the actor."""
    found = catalogue.current().extracts.get(code) or entries.extract_of(code, by)
    if found is None:
        raise NotFound("extract_unknown", "没有这个数据集。请从列表中选择。")
    return found


def roles_of(declared: Declared) -> dict[str, declare.Role]:
    """The roles that handle it, by qualified code."""
    return {declared.role(role): role for role in declared.item.handled_by}


def places_of(declared: Declared, by: Actor) -> list[str]:
    """Where the actor handles it."""
    return entries.held(declared, declared.item.handled_by, by)


def require(declared: Declared, by: Actor, *, path: str) -> None:
    """Refuse whoever does not handle it here; to a stranger there is no such file."""
    if any(path.startswith(place) for place in places_of(declared, by)):
        return
    if not by.covers(path):
        raise NotFound("extract_file_unknown", "没有这个批次，或不在您的管辖范围内。请返回列表重新选择。")
    labels = "、".join(dict.fromkeys(role.label for role in declared.item.handled_by))
    raise NotAllowed(
        "extract_duty", f"“{declared.item.label}”的导入和导出由“{labels}”办理，您在该地区没有这一岗位。"
    )


def areas_of(path: str) -> dict[str, str]:
    """The statistical codes now in force within a place, with the paths they stand for."""
    rows: Iterable[Division] = in_force(clock.today()).filter(path__startswith=path).exclude(code="")
    return {one.code: one.path for one in rows}
