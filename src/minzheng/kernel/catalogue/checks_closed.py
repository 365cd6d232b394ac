"""What can be wrong with closed compartments and with those who watch over them."""

from __future__ import annotations

from collections.abc import Iterator

from minzheng.kernel import declare
from minzheng.kernel.audit.viewing import COMPARTMENTS

__all__ = ["closed"]


def closed(domain: declare.Domain) -> Iterator[str]:
    """A compartment is one of the list; whoever works on its cases opens it, for else they would see nothing."""
    for role in domain.roles:
        for code in role.compartments:
            if code not in COMPARTMENTS:
                yield f"role {role.code!r} opens {code!r}, which is no compartment"
    for service in (*domain.services, *domain.former):
        if service.compartment:
            yield from _service(service)
    for role in domain.overseers:
        if role not in domain.roles:
            yield f"overseers names a role the domain does not list: {role.code!r}; add it to roles"


def _service(service: declare.Service) -> Iterator[str]:
    if service.compartment not in COMPARTMENTS:
        yield f"service {service.code!r} lies in {service.compartment!r}, which is no compartment"
    for role in dict.fromkeys((*service.proxy, *(step.by for step in service.steps))):
        if service.compartment not in role.compartments:
            yield (
                f"service {service.code!r} lies in compartment {service.compartment!r}, but {role.code!r} works on it"
                " and does not open it; add it to the compartments of the role"
            )
