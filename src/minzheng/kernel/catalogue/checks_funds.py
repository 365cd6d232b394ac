"""What can be wrong with a reserve fund, with bought services, and with a step that pays."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from minzheng.kernel import declare

__all__ = ["funded", "paid"]


def funded(domain: declare.Domain) -> Iterator[str]:
    """Each is the domain's own in its roles and schemes, and no signature can be given twice by one role."""
    for fund in domain.reserves:
        what = f"reserve {fund.code!r}"
        yield from _listed(what, fund.roles, (fund.scheme,), domain)
        yield from _apart(what, (("officer", fund.officer), ("approver", fund.approver)))
        yield from _apart(what, (("payer", fund.payer), ("overseer", fund.overseer)))
        if declare.TOWNSHIP not in {fund.officer.at, fund.approver.at} or fund.officer.at != fund.approver.at:
            yield f"{what} is kept by a township: officer and approver are held there"
    for one in domain.purchasings:
        what = f"purchasing {one.code!r}"
        yield from _listed(what, one.roles, one.out_of, domain)
        yield from _apart(what, (("registrar", one.registrar), ("acceptor", one.acceptor)))
        if not one.out_of:
            yield f"{what} names no scheme whose money pays for it"


def paid(step: declare.Paying, earlier: Collection[str], domain: declare.Domain) -> Iterator[str]:
    """A step that pays knows out of which fund, how much, and who signed before it."""
    what = f"step {step.code!r}"
    if step.reserve not in {fund.code for fund in domain.reserves}:
        yield f"{what} pays out of reserve {step.reserve!r}, which the domain does not list"
    if step.signed_in not in earlier:
        yield f"{what}: signed_in must name an earlier step, whose taker is the second signature"
    if step.pays is None:
        yield f"{what} does not say what it pays; give it pays="


def _listed(
    what: str, roles: Iterable[declare.Role], schemes: Iterable[declare.Scheme], domain: declare.Domain
) -> Iterator[str]:
    for role in roles:
        if role not in domain.roles:
            yield f"{what} names a role the domain does not list: {role.code!r}; add it to roles"
    for scheme in schemes:
        if scheme not in domain.schemes:
            yield f"{what} names scheme {scheme.code!r}, which the domain does not list"


def _apart(what: str, pair: tuple[tuple[str, declare.Role], tuple[str, declare.Role]]) -> Iterator[str]:
    (one, first), (other, second) = pair
    if first == second:
        yield f"{what}: {one} and {other} are two signatures, so they are two roles"
