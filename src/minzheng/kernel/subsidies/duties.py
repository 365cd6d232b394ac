"""Who starts a list, who draws it up and who signs it; and the list as it stands at that moment."""

from __future__ import annotations

from minzheng.kernel import catalogue, declare
from minzheng.kernel.audit import Actor
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.errors import NotAllowed, NotFound, Refused
from minzheng.kernel.ledger.duties import require_scheme_payer, require_scheme_reviewer

from .models import SubsidyList

__all__ = [
    "Subsidy", "declared", "holds", "locked", "require", "require_drafter", "require_signer", "require_state",
    "unknown_list",
]  # fmt: skip

Subsidy = catalogue.Declared[declare.Subsidy]


def declared(code: str, *, started_by: str = "") -> Subsidy:
    """What a domain says of one subsidy."""
    found = catalogue.current().subsidies.get(code)
    if found is None or (started_by and found.item.started_by != started_by):
        raise NotFound("subsidy_unknown", "没有这项补贴。请从目录中选择。")
    return found


def holds(subsidy: Subsidy, roles: tuple[declare.Role, ...], *, path: str, by: Actor) -> bool:
    """Whether the actor holds one of these roles over the place, at the level of the role."""
    return by.holds({subsidy.role(role): role.at for role in roles}, path=path)


def require(subsidy: Subsidy, roles: tuple[declare.Role, ...], *, path: str, by: Actor, duty: str) -> None:
    """The actor holds one of these roles over the place."""
    if not holds(subsidy, roles, path=path, by=by):
        raise NotAllowed("subsidy_duty", f"您在该地区没有{duty}岗位，不能办理。请由相应岗位的工作人员办理。")


def require_drafter(scheme: str, *, path: str, by: Actor) -> None:
    """The county's payer draws up a list; so does the platform, the day an index crosses its trigger."""
    if by.kind is not Kind.SYSTEM:
        require_scheme_payer(scheme, path=path, by=by)


def require_signer(listing: SubsidyList, by: Actor) -> None:
    """A reviewer of the scheme in the county."""
    require_scheme_reviewer(listing.scheme, path=listing.path, by=by)


def locked(listing: SubsidyList, by: Actor) -> SubsidyList:
    """The list as it is now, held until the verb ends; out of reach it looks like one that does not exist."""
    found = SubsidyList.objects.select_for_update(of=("self",)).filter(pk=listing.pk).first()
    if found is None or not by.covers(found.path):
        raise unknown_list()
    return found


def require_state(listing: SubsidyList, *states: SubsidyList.State) -> None:
    """The list stands where this verb starts."""
    if listing.state not in states:
        wanted = "或".join(f"“{state.label}”" for state in states)
        raise Refused(
            "list_state",
            f"名单 {listing.number} 现为“{listing.get_state_display()}”，须为{wanted}才能办理。请刷新页面。",
            state=listing.state,
        )


def unknown_list() -> NotFound:
    """What is out of reach and what is not there are told alike."""
    return NotFound("list_unknown", "没有这份补贴名单，或不在您的管辖范围内。请返回名单列表重新选择。")
