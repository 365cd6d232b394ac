"""The deeds of monitoring: visits, follow-up, the monthly comparison; their doors are pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from minzheng.kernel import catalogue, declare
from minzheng.kernel.audit import Actor
from minzheng.kernel.monitoring import actions as monitoring
from tests.factories.company import HERE
from tests.factories.ground import Ground

from .deed import Deed, Ids

__all__ = ["watching"]

Verb = Callable[[Ground, Ids, Actor], Any]


def watching(code: str, declared: catalogue.Declared[declare.Monitor]) -> Iterator[Deed]:
    """Visiting is one role's, following up another's; the comparison of a county is the county's."""
    one = declared.item
    counties = [role for role in one.followed_by if role.at == declare.COUNTY]
    seen = {"seen": "一切正常", "result": "none"}
    deeds: tuple[tuple[str, Iterable[declare.Role], str, Verb], ...] = (
        ("visit", (one.visit.by,), "",
         lambda g, ids, by: monitoring.visit(alert=ids["alert"], answers=seen, by=by)),
        ("close", one.followed_by, "refer",
         lambda g, ids, by: monitoring.close(alert=ids["alert"], words="已帮助", by=by)),
        ("begin_review", one.followed_by, "exit",
         lambda g, ids, by: monitoring.begin_review(alert=ids["alert"], by=by)),
        ("sweep", counties, "", lambda g, ids, by: monitoring.sweep(monitor=code, path=HERE.county, by=by)),
    )  # fmt: skip
    for name, roles, result, verb in deeds:
        held = frozenset(declared.role(role) for role in roles)
        ready = lambda g, result=result: {"alert": g.alert(code, result=result)}  # noqa: E731
        yield Deed(f"{code}: {name}", ready, verb, held, told=True)
