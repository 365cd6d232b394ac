"""What can be wrong with a plan and with what is measured for it (handbook 14 §11)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from minzheng.kernel import declare
from minzheng.kernel.law.language import Rule

__all__ = ["carried", "measured", "planned"]


def measured(one: declare.Indicator) -> Iterator[str]:
    """Both sides are counted in the same way, and a tally is a stock, a flow, or simply all rows."""
    if one.out_of is not None and callable(one.count) != callable(one.out_of):
        yield f"indicator {one.code!r}: count and out_of must both be functions or both be tallies"
    for side in (one.count, one.out_of):
        tally = side.of if isinstance(side, declare.PerUnit) else side
        if isinstance(tally, declare.Tally):
            if tally.on and tally.since:
                yield f"indicator {one.code!r}: a tally counts rows that last (since) or days (on), not both"
            if tally.until and not tally.since:
                yield f"indicator {one.code!r}: a tally that ends (until) must also begin (since)"


def planned(domain: declare.Domain) -> Iterator[str]:
    """Every target has a clause that stands in the plan, an owner, and an operator that fits what it counts."""
    for plan in domain.plans:
        sections, owners = {one.code for one in plan.sections}, dict(plan.owners)
        for code, times in Counter(one.code for one in plan.targets).items():
            if times > 1:
                yield f"plan {plan.code!r} names target {code!r} twice"
        for role in plan.duties.roles:
            if role not in domain.roles:
                yield f"plan {plan.code!r} names a role the domain does not list: {role.code!r}"
        for target in plan.targets:
            yield from _target(plan, target, sections, owners)
        targets = {one.code for one in plan.targets}
        for programme in plan.programmes:
            if programme.section not in sections or programme.target not in {"", *targets}:
                yield f"programme {programme.code!r} names a section or target that is not in the plan"


def _target(
    plan: declare.Plan, target: declare.Target, sections: set[str], owners: dict[str, str]
) -> Iterator[str]:
    what = f"plan {plan.code!r}: target {target.code!r}"
    if not target.clauses or any(section not in sections for section in target.sections):
        yield f"{what} has no clause in the plan"
    if target.owner not in owners:
        yield f"{what} has no owner"
    if target.value is not None and not target.op and target.is_target:
        yield f"{what} has a value but does not say how it is compared"
    if target.kind == "K" and target.op not in ("<=", "<"):
        yield f"{what} is a ceiling, so it is compared by <="
    if target.kind in ("R", "Q") and not target.denominator:
        yield f"{what} is a share without a denominator"


def carried(domain: declare.Domain) -> Iterator[str]:
    """What carries a clause out is the domain's own, or a rule of the law."""
    listed = {
        id(item)
        for room in ("services", "schemes", "registers", "visits", "samplings", "reserves", "purchasings", "subsidies",
                     "screenings", "rounds", "scored", "facilities", "supervisions", "matchings")
        for item in getattr(domain, room)
    }  # fmt: skip
    for one in domain.carries:
        if id(one.item) not in listed and not isinstance(one.item, Rule):
            yield f"clause {one.clause!r} is carried by something that the domain does not list"
