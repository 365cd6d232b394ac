"""What can be wrong with the reactions to life events that a domain declares."""

from __future__ import annotations

from collections.abc import Iterator

from minzheng.kernel import declare

__all__ = ["decided", "reacting"]


def decided(domains: tuple[declare.Domain, ...]) -> Iterator[str]:
    """Somebody decides on events, in whichever domain: one event is decided once, whoever reacts to it."""
    duties = [one.event_duties for one in domains if one.event_duties is not None]
    if any(one.reactions for one in domains) and not any(one.decided_by for one in duties):
        yield "reactions are declared but nobody decides on events; name the duties (event_duties)"


def reacting(domain: declare.Domain) -> Iterator[str]:
    """A reaction is to kinds that exist; whoever works with events is one of the domain's own."""
    for reaction in domain.reactions:
        what = f"reaction {reaction.code!r}"
        if not reaction.on:
            yield f"{what} is a reaction to nothing; name the kinds of event"
        for kind in reaction.on:
            if kind not in declare.EVENT_KINDS:
                yield f"{what} is a reaction to {kind!r}, which is no kind of event"
    for role in domain.event_duties.roles if domain.event_duties else ():
        if role not in domain.roles:
            yield f"event_duties names a role the domain does not list: {role.code!r}; add it to roles"
    for role in domain.stewards:
        if role not in domain.roles:
            yield f"stewards names a role the domain does not list: {role.code!r}; add it to roles"
    for milestone in domain.milestones:
        if not milestone.years or any(years <= 0 for years in milestone.years):
            yield f"milestone {milestone.code!r} names no age, or one that nobody reaches"
