"""Who has business with lists, and the words for what stands on them."""

from __future__ import annotations

from minzheng.kernel import catalogue, declare
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.audit import Actor
from minzheng.kernel.audit.actor import Post
from minzheng.kernel.errors import NotAllowed
from minzheng.kernel.subsidies.models import IndexRow, SubsidyList
from minzheng.ui.shown import badge

__all__ = [
    "ROOM", "group_label", "holding", "index_badge", "list_badge", "percent", "reader", "reads", "rooms", "subsidies",
    "subsidy_label", "triggered_badge",
]  # fmt: skip

ROOM = ("补贴名单", "/desk/subsidies/")
Subsidy = catalogue.Declared[declare.Subsidy]
_LISTS = {"draft": "neutral", "first_signed": "info", "approved": "good", "withdrawn": "neutral"}
_INDICES = {"entered": "info", "checked": "good", "refused": "warn", "superseded": "neutral"}


def subsidies(started_by: str = "") -> list[Subsidy]:
    """Those declared, all or of one kind."""
    return [one for one in catalogue.current().subsidies.values() if started_by in ("", one.item.started_by)]


def holding(by: Actor, subsidy: Subsidy, roles: tuple[declare.Role, ...]) -> list[str]:
    """The places over which the actor holds one of these roles, at its level."""
    levels = {subsidy.role(role): role.at for role in roles}
    return sorted({post.path for post in by.posts if post.level == levels.get(post.role)})


def _posts(by: Actor) -> tuple[Post, ...]:
    roles = {
        one.role(role) for one in subsidies()
        for role in (
            one.item.scheme.prepared_by, one.item.scheme.reviewed_by, *one.item.declared_by, *one.item.checked_by,
            *one.item.carried_out_by,
        )
    }  # fmt: skip
    return tuple(post for post in by.posts if post.role in roles or post.level <= Level.CITY)


def reads(by: Actor) -> bool:
    """Whether the actor looks into lists."""
    return bool(_posts(by))


def reader(by: Actor) -> Actor:
    """The actor with only those posts that look into lists: county officers concerned, city and province."""
    held = _posts(by)
    if not held:
        raise NotAllowed("subsidy_role", "补贴名单由资金经办、复核岗位办理，由上级监督。您的岗位不能查阅。")
    return by.narrowed(held)


def rooms(*, at: str) -> list[dict[str, str]]:
    """The other rooms, as buttons."""
    listed = (
        ("lists", "名单", "/desk/subsidies/", "list-check"),
        ("accounts", "待确认账户", "/desk/subsidies/accounts/", "user"),
        ("indices", "物价指数", "/desk/subsidies/indices/", "chart-bar"),
        ("emergencies", "应急响应", "/desk/subsidies/emergencies/", "alert-triangle"),
    )  # fmt: skip
    return [{"label": label, "url": url, "icon": icon} for code, label, url, icon in listed if code != at]


def subsidy_label(code: str) -> str:
    """The word for a subsidy, also for one that is no longer declared."""
    found = catalogue.current().subsidies.get(code)
    return found.item.label if found else code


def group_label(subsidy: str, group: str) -> str:
    """The word for a group of the protected."""
    found = catalogue.current().subsidies.get(subsidy)
    return found.item.groups.get(group, group) if found else group


def list_badge(one: SubsidyList) -> str:
    """The state of a list as shape, word and colour."""
    return badge(one.get_state_display(), _LISTS[one.state])


def index_badge(one: IndexRow) -> str:
    """The state of a figure."""
    return badge(one.get_state_display(), _INDICES[one.state])


def triggered_badge(one: IndexRow) -> str:
    """Whether the subsidy is paid for the month: without the trigger it stops by itself."""
    if one.triggered is None:
        return badge("复核后判断")
    return badge("启动，发放", "good") if one.triggered else badge("未达到，不发放")


def percent(hundredths: int | None) -> str:
    """340 is 3.4 %."""
    if hundredths is None:
        return "—"
    whole, rest = divmod(abs(hundredths), 100)
    tail = f".{rest:02d}".rstrip("0").rstrip(".")
    return f"{'-' if hundredths < 0 else ''}{whole}{tail}%"
