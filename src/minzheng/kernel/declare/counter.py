"""What may bring somebody to the one door (一门受理), and which other departments are asked to help."""

from __future__ import annotations

from dataclasses import dataclass

from .steps import Role

__all__ = ["Counter", "Department", "Need"]


@dataclass(frozen=True)
class Department:
    """A department outside civil affairs to which a matter is passed on (转办)."""

    code: str
    label: str
    matters: str


@dataclass(frozen=True)
class Need:
    """A line of the need profile (需求清单): a situation, the services that answer it, the departments that may help.

    ``services`` and ``registers`` are codes of this domain, ``departments`` codes of any domain's departments.
    A register answers a need where somebody may open an entry in it at once.
    """

    code: str
    label: str
    services: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    registers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Counter:
    """What a domain brings to the one door: needs in the order in which they are sent on, and departments.

    ``coordinated_by`` settles a matter that a department leaves lying (一事一议).
    """

    needs: tuple[Need, ...] = ()
    departments: tuple[Department, ...] = ()
    coordinated_by: tuple[Role, ...] = ()
