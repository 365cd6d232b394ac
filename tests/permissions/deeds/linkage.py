"""The deeds of one person having one file: decided, merged, undone, followed up, rows linked; their doors are pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from minzheng.kernel import catalogue
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.audit import Actor
from minzheng.kernel.linkage import actions
from minzheng.kernel.linkage.models import Aftermath
from tests.factories.company import HERE, staff_at
from tests.factories.ground import Ground

from .deed import Deed, Ids

__all__ = ["doubles"]

Verb = Callable[[Ground, Ids, Actor], Any]
REASON = "核对过户口簿"


def doubles() -> Iterator[Deed]:
    """One block for each verb, over a pair in the applicant's village."""
    deeds: tuple[tuple[str, Callable[[Ground], Ids], Verb], ...] = (
        ("different", _pair, lambda g, ids, by: actions.different(pair=ids["pair"], reason=REASON, by=by)),
        ("later", _pair, lambda g, ids, by: actions.later(pair=ids["pair"], by=by)),
        (
            "same", _pair,
            lambda g, ids, by: actions.same(pair=ids["pair"], kept=ids["pair"].first, reason=REASON, by=by),
        ),
        ("undo", _merged, lambda g, ids, by: actions.undo(merge=ids["merge"], reason=REASON, by=by)),
        (
            "close_aftermath", _merged,
            lambda g, ids, by: actions.close_aftermath(aftermath=ids["aftermath"], words=REASON, by=by),
        ),
        (
            "this_one", _unsure,
            lambda g, ids, by: actions.this_one(unsure=ids["unsure"], person=g.applicant, reason=REASON, by=by),
        ),
        ("nobody", _unsure, lambda g, ids, by: actions.nobody(unsure=ids["unsure"], reason=REASON, by=by)),
        (
            "open_file", _unsure,
            lambda g, ids, by: actions.open_file(unsure=ids["unsure"], path=HERE.village, reason=REASON, by=by),
        ),
        ("reopen", _decided, lambda g, ids, by: actions.reopen(unsure=ids["unsure"], reason=REASON, by=by)),
    )  # fmt: skip
    held = frozenset(catalogue.current().stewards)
    for name, ready, verb in deeds:
        yield Deed(f"doubles: {name}", ready, verb, held, told=True)


def _pair(ground: Ground) -> Ids:
    return {"pair": ground.pair()}


def _unsure(ground: Ground) -> Ids:
    return {"unsure": ground.unsure()}


def _decided(ground: Ground) -> Ids:
    return {"unsure": actions.nobody(unsure=ground.unsure(), reason=REASON, by=_steward())}


def _steward() -> Actor:
    code, role = next((c, r) for c, r in catalogue.current().stewards.items() if r.at is Level.COUNTY)
    return staff_at(code, HERE, Level(int(role.at)), name="某管理")


def _merged(ground: Ground) -> Ids:
    pair = ground.pair()
    merge = actions.same(pair=pair, kept=pair.first, reason=REASON, by=_steward())
    return {"merge": merge, "aftermath": Aftermath.objects.get(merge=merge)}
