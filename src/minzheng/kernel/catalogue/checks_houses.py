"""What can be wrong with a sort of house, and with a matter of supervision."""

from __future__ import annotations

from collections.abc import Iterator

from minzheng.kernel import declare

__all__ = ["housed", "supervised"]


def housed(domain: declare.Domain) -> Iterator[str]:
    """Its people are the domain's own, and what is said of a kind or an ownership is one that is listed."""
    for one in domain.facilities:
        what = f"facilities {one.code!r}"
        for role in one.roles:
            if role not in domain.roles:
                yield f"{what} names a role the domain does not list: {role.code!r}; add it to roles"
        if strange := set(one.queued) - set(one.ownerships):
            yield f"{what} queues for {sorted(strange)[0]!r}, which is no ownership of it"
        for kind, needs in one.needed.items():
            if kind not in one.kinds or not set(needs) <= set(one.functions):
                yield f"{what}: what {kind!r} needs must be a listed kind with listed functions"
        if one.queued and not one.ranks:
            yield f"{what} gives beds by a queue but names no ranks"
        if one.agreement is not None and not (one.beds and one.hold_term):
            yield f"{what} takes people in, so it has kinds of bed and a term for holding one"
    yield from _networked(domain)


def _networked(domain: declare.Domain) -> Iterator[str]:
    """A tier names kinds of houses that the domain declares, each tier beneath the one before."""
    kinds = {(one.code, kind) for one in domain.facilities for kind in one.kinds}
    for net in domain.networks:
        if net.overseer not in domain.roles:
            yield f"network {net.code!r} names a role the domain does not list: {net.overseer.code!r}"
        levels = [tier.at for tier in net.tiers]
        if levels != sorted(set(levels)) or not levels:
            yield f"network {net.code!r} needs tiers, each beneath the one before"
        for tier in net.tiers:
            if strange := sorted(set(tier.kinds) - kinds):
                yield f"network {net.code!r} names no kind of house: {strange[0]}"


def supervised(domain: declare.Domain) -> Iterator[str]:
    """Its people are the domain's own and not the same for a case and its review; its lists can be told apart."""
    for one in domain.supervisions:
        what = f"supervision {one.code!r}"
        for role in one.roles:
            if role not in domain.roles:
                yield f"{what} names a role the domain does not list: {role.code!r}; add it to roles"
        if one.reviewer in (one.inspector, one.overseer):
            yield f"{what}: whoever looks at the law neither inspects nor decides"
        versions = [(sheet.code, sheet.version) for sheet in one.lists]
        if len(set(versions)) != len(versions) or not versions:
            yield f"{what} needs check-lists, each version once"
        for sheet in one.lists:
            codes = [clause.code for clause in sheet.clauses]
            if len(set(codes)) != len(codes) or not codes:
                yield f"{what}: list {sheet.code!r} names a clause twice, or none"
