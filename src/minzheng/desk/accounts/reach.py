"""Who looks after accounts, freshly confirmed; offices and secrets as these pages need them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from minzheng.desk.frame import header
from minzheng.kernel import catalogue
from minzheng.kernel.access.models import Office
from minzheng.kernel.access.queries import CHARGES, EVALUATOR
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import Refused
from minzheng.kernel.signin.administering import offices_in_charge
from minzheng.kernel.signin.duties import stands_over

__all__ = ["ACCOUNTS", "SYSTEMS", "administrator", "office_named", "once", "roles", "shown_once"]

ACCOUNTS = ("账号", "/desk/accounts/")
SYSTEMS = ("系统账号", "/desk/accounts/systems/")


def administrator(request: HttpRequest, *which: str) -> Actor:
    """Who holds one of these charges, at this page, and has given the password within the last minutes."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    stands_over(by, None, *which)
    request.confirmed()  # type: ignore[attr-defined]
    return by


def roles(*, systems: bool = False) -> dict[str, str]:
    """Every post that can be given, with the level at which it is held."""
    found = {
        code: f"{one.item.label}（{one.item.at.label}）" for code, one in catalogue.current().roles.items()
    }
    at = {EVALUATOR: "省级"}
    charges = {code: f"{label}（{at.get(code, '县级以上')}）" for code, label in CHARGES.items()}
    return found if systems else found | charges


def office_named(text: str, by: Actor) -> Office:
    """The office of the actor's place with this code or name."""
    mine = offices_in_charge(by)
    found = list(mine.filter(code=text)[:1]) or list(mine.filter(name=text)[:2])
    if len(found) == 1:
        return found[0]
    near = [f"{one.name}（{one.code}）" for one in mine.filter(name__contains=text)[:5]] if text else []
    hint = f"您要找的是：{'、'.join(near)}？请填机构编码。" if near else "请核对机构的全称或编码。"
    why = "有多个同名机构。" if len(found) > 1 else "在您的管辖范围内没有这个机构。"
    raise Refused("office_unknown", f"{why}{hint}", field="office")


@contextmanager
def once(request: HttpRequest, key: str) -> Iterator[None]:
    """A page sent again by mistake makes no second secret."""
    done = request.session.get("done", [])
    if key in done:
        raise Refused("done_already", "这一步已经办理过，结果只显示一次。需要的，请重新办理。")
    yield
    request.session["done"] = [*done[-9:], key]


def shown_once(request: HttpRequest, *, title: str, back: tuple[str, str], **told: Any) -> HttpResponse:
    """A password or a key, on a page that is never shown again and never kept by the browser."""
    page = render(
        request, "desk/accounts/secret.html", header(title, crumbs=[ACCOUNTS, back]) | told | {"back": back}
    )
    page["Cache-Control"] = "no-store"
    return page
