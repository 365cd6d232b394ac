"""The frame of the staff desk: who is signed in with which posts, and the menu those posts open.

Every page under /desk/ gets it from the doors' context; a view adds its own ``header(...)`` and content, and
extends ``desk/page.html``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any

from django.http import HttpRequest

from minzheng.kernel import catalogue, declare
from minzheng.kernel.access.queries import CHARGES, evaluates
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.queries import names
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import NotAllowed
from minzheng.kernel.signin.duties import AUDITOR, KEEPERS, SECURITY, charges

from .laws import law_of

__all__ = ["HOME", "context", "header", "holds", "home_of", "me", "menu", "staff"]

HOME = "/desk/"
Roles = Iterator[str]


def staff(request: HttpRequest) -> Actor:
    """The member of staff at the desk; a resident has no business here."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    if not by.posts:
        raise NotAllowed("not_staff", "工作台供有岗位的工作人员使用。您可以在服务大厅办理自己的事项。")
    return by


def header(
    title: str,
    *,
    crumbs: Sequence[tuple[str, str]] = (),
    lead: str = "",
    badge: str = "",
    actions: Sequence[dict[str, Any]] = (),
) -> dict[str, Any]:
    """The head of a page: title, where it lies, one line of guidance, buttons (``url, label, icon, kind``)."""
    trail = [*crumbs, (title, "")] if crumbs else []
    head = {"title": title, "crumbs": trail, "lead": lead, "badge": badge, "actions": list(actions)}
    return {"title": title, "header": head}


def context(request: HttpRequest) -> dict[str, Any]:
    """What every desk page shows around its content; nothing for whoever holds no post."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    if not by.posts and not by.charges:
        return {}
    who = me(by)
    return {
        "door": "ui/desk.html", "home_url": home_of(by), "me": who, "place_name": who["place"],
        "menu": menu(by, at=request.path), "finds": bool(by.posts), "law": partial(law_of, request.path, by),
    }  # fmt: skip


def home_of(by: Actor) -> str:
    """Where the desk begins: whoever looks after the platform or evaluates it handles no case and has no tasks."""
    if by.posts or not by.charges:
        return HOME
    if evaluates(by):
        return "/desk/plans/third/"
    return "/desk/accounts/audit/" if charges(by, AUDITOR) else "/desk/accounts/"


def me(by: Actor) -> dict[str, Any]:
    """Name, posts and place of whoever is signed in, for the corner of the page."""
    book = catalogue.current()
    labels = [CHARGES.get(post.role) or book.role_label(post.role) for post in (*by.posts, *by.charges)]
    posts = list(dict.fromkeys(labels))
    scope = by.scope or tuple(dict.fromkeys(post.path for post in by.charges))
    places = names(scope)
    shown = [places[path] for path in scope]
    more = f"等 {len(shown)} 处" if len(shown) > 1 else ""
    return {
        "name": by.name, "post": "、".join(posts[:2]) + (f"等 {len(posts)} 岗" if len(posts) > 2 else ""),
        "place": (shown[0] if shown else "") + more,
    }  # fmt: skip


def holds(by: Actor, roles: Iterable[str]) -> bool:
    """Whether the actor holds one of these roles anywhere."""
    return bool(by.roles & set(roles))


def menu(by: Actor, *, at: str) -> list[dict[str, Any]]:
    """The rooms of the desk that the actor's posts open; the one the page lies in is marked."""
    rooms = [room for room, opens in _ROOMS if opens(by)]
    here = max((url for url, _, _ in rooms if at.startswith(url)), key=len, default="")
    return [{"url": url, "label": label, "icon": icon, "active": url == here} for url, label, icon in rooms]


def _role_codes(
    declared: Iterable[catalogue.Declared[Any]], pick: Callable[[Any], Iterable[declare.Role]]
) -> Roles:
    return (one.role(role) for one in declared for role in pick(one.item))


def _proxies() -> Roles:
    return _role_codes(catalogue.current().services.values(), lambda service: service.proxy)


def _coordinators() -> Roles:
    return _role_codes(catalogue.current().counters.values(), lambda one: one.coordinated_by)


def _visitors() -> Roles:
    return _role_codes(catalogue.current().visits.values(), lambda visit: (visit.by,))


def _samplers() -> Roles:
    return _role_codes(catalogue.current().samplings.values(), lambda one: (one.by, one.answered_by))


def _reviewers() -> Roles:
    return _role_codes(
        catalogue.current().services.values(),
        lambda service: (service.reviewed_by,) if service.reviewed_by else (),
    )


def _payers() -> Roles:
    return _role_codes(catalogue.current().schemes.values(), lambda one: (one.prepared_by, one.reviewed_by))


def _listers() -> Roles:
    return _role_codes(
        catalogue.current().subsidies.values(),
        lambda one: (
            one.scheme.prepared_by, one.scheme.reviewed_by, *one.declared_by, *one.checked_by, *one.carried_out_by,
        ),
    )  # fmt: skip


def _confirmers() -> Roles:
    return _role_codes(catalogue.current().subsidies.values(), lambda one: one.confirmed_by)


def _readers() -> Roles:
    return _role_codes(catalogue.current().registers.values(), lambda register: register.read_by)


def _verifiers() -> Roles:
    steps = lambda service: (one.by for one in service.steps if isinstance(one, declare.Verification))  # noqa: E731
    return _role_codes(catalogue.current().services.values(), steps)


def _keepers() -> Roles:
    every = (*catalogue.current().reserves.values(), *catalogue.current().purchasings.values())
    return _role_codes(every, lambda one: one.roles)


def _reporters() -> Roles:
    events = [one for one in catalogue.current().services.values() if one.item.place == "event"]
    return _role_codes(events, lambda service: service.proxy)


def _eventful() -> Roles:
    return _role_codes(catalogue.current().event_duties.values(), lambda one: one.roles)


def _exchangers() -> Roles:
    return _role_codes(catalogue.current().extracts.values(), lambda one: one.handled_by)


def _going_round() -> Roles:
    return _role_codes(
        catalogue.current().rounds.values(), lambda one: (*one.roles, *(rung.by for rung in one.chain))
    )


def _outdoors() -> Roles:
    book = catalogue.current()
    yield from _role_codes(book.rounds.values(), lambda one: (one.by, one.managed_by) if one.outdoors else ())
    yield from _role_codes(book.monitors.values(), lambda one: (one.visit.by,) if one.outdoors else ())
    yield from _role_codes(book.supervisions.values(), lambda one: (one.inspector,) if one.outdoors else ())
    steps = lambda service: (one.by for one in service.steps if one.outdoors)  # noqa: E731
    yield from _role_codes(book.services.values(), steps)


def _assessors() -> Roles:
    return _role_codes(
        catalogue.current().scored.values(), lambda one: (one.by, one.registered_by, one.heard_by)
    )


def _watchers() -> Roles:
    return _role_codes(catalogue.current().monitors.values(), lambda one: (one.visit.by, *one.followed_by))


def _listeners() -> Roles:
    return _role_codes(catalogue.current().listening.values(), lambda one: one.roles)


def _stewards() -> Roles:
    return iter(catalogue.current().stewards)


def _overseers() -> Roles:
    return iter(catalogue.current().overseers)


def _housed() -> Roles:
    return _role_codes(catalogue.current().facilities.values(), lambda one: one.roles)


def _matched() -> Roles:
    return _role_codes(catalogue.current().matchings.values(), lambda one: one.roles)


def _inspected() -> Roles:
    keepers = _role_codes(catalogue.current().facilities.values(), lambda one: (one.keeper,))
    yield from (*keepers, *_role_codes(catalogue.current().supervisions.values(), lambda one: one.roles))


def _any(by: Actor) -> bool:
    return bool(by.posts)


def _charged(*which: str) -> Callable[[Actor], bool]:
    return lambda by: bool(charges(by, *which))


def _township_and_above(by: Actor) -> bool:
    return any(post.level <= Level.TOWNSHIP for post in by.posts)


def _by_role(*codes: Callable[[], Roles]) -> Callable[[Actor], bool]:
    return lambda by: any(holds(by, of()) for of in codes)


def _supervises(by: Actor) -> bool:
    """Above somebody whose steps have limits."""
    return any(post.level <= Level.COUNTY for post in by.posts)


def _county_and_above(by: Actor) -> bool:
    return any(post.level <= Level.COUNTY for post in by.posts)


_ROOMS: tuple[tuple[tuple[str, str, str], Callable[[Actor], bool]], ...] = (
    (("/desk/", "我的任务", "list-check"), _any),
    (("/desk/cases/new/", "受理申请", "clipboard-list"), _by_role(_proxies)),
    (("/desk/cases/report/", "急难报告", "alert-triangle"), _by_role(_reporters)),
    (("/desk/cases/", "办件", "file-text"), _any),
    (("/desk/papers/", "文书", "file-certificate"), _any),
    (("/desk/counter/", "受理回执", "checklist"), _by_role(_proxies, _coordinators)),
    (("/desk/informed/", "告知", "message-circle"), _any),
    (("/desk/overdue/", "督办", "calendar-due"), _supervises),
    (("/desk/visits/", "走访与线索", "map-pin"), _by_role(_visitors, _proxies)),
    (("/desk/field/", "现场工作", "map-pin"), _by_role(_outdoors)),
    (("/desk/rounds/", "巡访", "map-pin"), _by_role(_going_round)),
    (("/desk/assessments/", "评估", "checklist"), _by_role(_assessors)),
    (("/desk/matching/", "居家服务", "users"), _by_role(_matched)),
    (("/desk/facilities/", "机构和设施", "map-pin"), _by_role(_housed)),
    (("/desk/inspections/", "监督检查", "checklist"), _by_role(_inspected)),
    (("/desk/warnings/", "监测预警", "alert-triangle"), _by_role(_watchers)),
    (("/desk/events/", "生活事件", "flag"), _by_role(_eventful)),
    (("/desk/feedback/", "好差评", "star"), _by_role(_listeners)),
    (("/desk/people/", "一人一档", "users"), _by_role(_stewards)),
    (("/desk/registers/", "台账", "database"), _by_role(_readers)),
    (("/desk/reveals/", "信息查看监督", "search"), _by_role(_overseers)),
    (("/desk/exchange/", "数据核对", "search"), _by_role(_verifiers)),
    (("/desk/exchange/files/", "数据交换", "database"), _by_role(_exchangers)),
    (("/desk/money/", "资金发放", "wallet"), _by_role(_payers)),
    (("/desk/funds/", "备用金与购买服务", "coin-yuan"), _by_role(_keepers)),
    (("/desk/subsidies/", "补贴名单", "list-details"), _by_role(_listers)),
    (("/desk/subsidies/accounts/", "待确认账户", "user"), _by_role(_confirmers)),
    (("/desk/sampling/", "抽查", "checklist"), _by_role(_samplers)),
    (("/desk/appeals/", "行政复议", "gavel"), _by_role(_reviewers)),
    (("/desk/standards/", "标准", "coin-yuan"), _county_and_above),
    (("/desk/boards/", "看板", "chart-bar"), _township_and_above),
    (("/desk/plans/", "规划监测", "chart-bar"), _county_and_above),
    (("/desk/plans/third/", "第三方评估", "clipboard-check"), evaluates),
    (("/desk/accounts/", "账号", "users"), _charged(*KEEPERS)),
    (("/desk/accounts/rights/", "权限", "list-details"), _charged(SECURITY)),
    (("/desk/accounts/systems/", "系统账号", "key"), _charged(*KEEPERS)),
    (("/desk/accounts/audit/", "审计", "search"), _charged(AUDITOR)),
)
