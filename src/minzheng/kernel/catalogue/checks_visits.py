"""What can be wrong with the rounds, the instruments and the courses of a domain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from minzheng.kernel import declare

__all__ = ["going_round", "matching", "scoring", "teaching"]


def going_round(domain: declare.Domain) -> Iterator[str]:
    """Whoever goes, manages or is called is of the domain; risks and things looked at have codes of their own."""
    for one in domain.rounds:
        what = f"rounds {one.code!r}"
        yield from _strangers(what, (*one.roles, *(rung.by for rung in one.chain)), domain)
        for codes in (
            [risk.code for risk in one.risks], [item.code for item in one.seen], [rung.code for rung in one.chain],
            [call.code for call in one.calls],
        ):  # fmt: skip
            yield from (f"{what} lists {code!r} twice" for code, times in Counter(codes).items() if times > 1)
        if not one.chain:
            yield f"{what} names nobody to call when somebody cannot be reached"
        if strange := sorted(set(one.same_day) - {risk.code for risk in one.risks}):
            yield f"{what} hurries for the risk {strange[0]!r}, which it does not list"
        if strange := sorted(set(one.stated) - set(one.groups)):
            yield f"{what} lets an officer state the group {strange[0]!r}, which it has no word for"


def scoring(domain: declare.Domain) -> Iterator[str]:
    """Points are not negative, items are told apart, and the certificates asked for have names."""
    for one in domain.scored:
        what = f"instrument {one.code!r}"
        yield from _strangers(what, (one.by, one.registered_by, one.heard_by), domain)
        codes = [item.code for item in one.items] + [each.code for each in one.beside.fields]
        yield from (f"{what} asks {code!r} twice" for code, times in Counter(codes).items() if times > 1)
        if not one.items or one.together < 1:
            yield f"{what} needs at least one item and one assessor"
        if any(points < 0 for item in one.items for points, _ in item.options):
            yield f"{what} gives negative points"
        if unknown := sorted({*one.certified, *one.expert} - set(one.certificates)):
            yield f"{what} asks for the certificate {unknown[0]!r}, which it has no word for"


def _strangers(what: str, roles: Iterable[declare.Role], domain: declare.Domain) -> Iterator[str]:
    for role in roles:
        if role not in domain.roles:
            yield f"{what} names a role the domain does not list: {role.code!r}; add it to roles"


def teaching(domain: declare.Domain) -> Iterator[str]:
    """Whoever keeps courses is of the domain, and a course is of some subject."""
    for one in domain.learnings:
        what = f"learning {one.code!r}"
        yield from _strangers(what, one.kept_by, domain)
        if not one.subjects or not one.kept_by:
            yield f"{what} has no subjects, or nobody to keep its courses"
        if one.exam is not None and not all(
            (one.exam.questions, one.exam.pass_mark, one.exam.tries, one.exam.days)
        ):
            yield f"{what} has an exam without its dated figures"


def matching(domain: declare.Domain) -> Iterator[str]:
    """Everybody in it is of the domain; it settles by a declared purchase, and weighs by the rules of its candidate."""
    for one in domain.matchings:
        what = f"matching {one.code!r}"
        yield from _strangers(what, one.roles, domain)
        if one.settled is not None and one.settled not in domain.purchasings:
            yield f"{what} settles by a purchase that the domain does not list"
        for rule in (*one.hurdles, *one.merits, one.score):
            if rule.entity != one.candidate.name:
                yield f"{what} weighs by {rule.name!r}, which is not a rule of its candidate"
        if strange := sorted(set(one.minutes) - set(one.services)):
            yield f"{what} says how long {strange[0]!r} takes, which it does not offer"
