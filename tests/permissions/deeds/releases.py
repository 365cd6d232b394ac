"""The deeds by which a standard changes: drafted, tried, signed, published, backed out."""

from __future__ import annotations

from collections.abc import Iterator

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.releases import actions as releases
from tests.factories.company import HERE
from tests.factories.ground import DAY

from .deed import Deed

__all__ = ["releasing"]


def releasing(code: str, released: catalogue.Declared[declare.Simulated]) -> Iterator[Deed]:
    drafting = frozenset(released.role(role) for role in released.item.drafted_by)
    signing = frozenset(released.role(role) for role in released.item.signed_by)
    county = frozenset(released.role(role) for role in released.item.drafted_by if role.at == declare.COUNTY)
    facts = {"title": "标准", "source": "某文件", "kind": "standard", "from_month": clock.Month.of(DAY)}
    yield Deed(
        f"{code} releases: draft", lambda g: {},
        lambda g, ids, by: releases.draft(domain=code, path=HERE.county, by=by, **facts), drafting, told=True,
    )  # fmt: skip
    yield Deed(
        f"{code} releases: change_value", lambda g: {"release": g.release(code)},
        lambda g, ids, by: releases.change_value(
            release=ids["release"], parameter="money.unit", value="10", by=by
        ),
        county,
    )  # fmt: skip
    yield Deed(
        f"{code} releases: withdraw", lambda g: {"release": g.release(code)},
        lambda g, ids, by: releases.withdraw(release=ids["release"], reason="不再需要", by=by), drafting,
    )  # fmt: skip
    yield Deed(
        f"{code} releases: simulate", lambda g: {"release": g.release(code)},
        lambda g, ids, by: releases.simulate(release=ids["release"], by=by), drafting | signing,
    )  # fmt: skip
    yield Deed(
        f"{code} releases: sign", lambda g: {"release": g.tried(g.release(code))},
        lambda g, ids, by: releases.sign(release=ids["release"], seen=g.seal(ids["release"]), by=by), signing,
    )  # fmt: skip
    yield Deed(
        f"{code} releases: publish", lambda g: {"release": g.signed(g.release(code))},
        lambda g, ids, by: releases.publish(release=ids["release"], by=by), drafting | signing,
    )  # fmt: skip
    yield Deed(
        f"{code} releases: back_out", lambda g: {"release": g.published(g.release(code))},
        lambda g, ids, by: releases.back_out(release=ids["release"], reason="文件撤回", by=by), signing,
    )  # fmt: skip
