"""What must hold of the needs and departments that domains bring to the one door."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from minzheng.kernel import declare

__all__ = ["about_counters"]


def about_counters(domains: Sequence[declare.Domain]) -> Iterator[str]:
    """Needs name services and departments that are declared; coordinators are roles of their domain."""
    counters = [(domain, domain.counter) for domain in domains if domain.counter is not None]
    departments = [one.code for _, counter in counters for one in counter.departments]
    needs = [one.code for _, counter in counters for one in counter.needs]
    for what, codes in (("department", departments), ("need", needs)):
        for code in {code for code in codes if codes.count(code) > 1}:
            yield f"{what} {code!r} is declared twice"
    for domain, counter in counters:
        services = {one.code for one in domain.services}
        opened = {one.code for one in domain.registers if one.opens}
        for need in counter.needs:
            for code in set(need.registers) - opened:
                yield f"{domain.code}: need {need.code!r} names no register in which an entry is opened: {code!r}"
            for code in set(need.services) - services:
                yield f"{domain.code}: need {need.code!r} names no service of the domain: {code!r}"
            for code in set(need.departments) - set(departments):
                yield f"{domain.code}: need {need.code!r} names no declared department: {code!r}"
        for role in counter.coordinated_by:
            if role not in domain.roles:
                yield f"{domain.code}: the counter names a role the domain does not list: {role.code!r}"
