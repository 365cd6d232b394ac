"""Money kept beside the monthly run: a township's reserve fund (备用金), and bought services (政府购买服务)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from minzheng.kernel.law.language import Entity, Rule

from .steps import Role

if TYPE_CHECKING:
    from .words import Scheme

__all__ = ["Purchasing", "Reserve"]


@dataclass(frozen=True)
class Reserve:
    """A fund at hand in a township for one scheme and one year, out of which urgent help is paid at once.

    The county's ``overseer`` sets the quota, grants what is asked and approves settlements; its ``payer`` advances.
    In the township the ``officer`` pays what the ``approver`` has signed.  The rules read one fund in one year
    (``year``: quota, advance, paid, returned, asked): whether it can pay (``solvent``), whether one case stays
    within its cap (``within``), and whether more has to be asked for (``tops_up``).  The terms are keys of dated
    parameters: how soon a request is met, and by when last month is settled.
    """

    code: str
    label: str
    scheme: Scheme
    overseer: Role
    payer: Role
    officer: Role
    approver: Role
    year: Entity
    solvent: Rule
    within: Rule
    tops_up: Rule
    top_up_term: str
    settle_term: str
    basis: object = None

    @property
    def roles(self) -> tuple[Role, ...]:
        """Everybody who has to do with the fund."""
        return (self.overseer, self.payer, self.officer, self.approver)


@dataclass(frozen=True)
class Purchasing:
    """Services a county buys for a year under a cap, a share of what the centre and the province have sent it.

    The cap is checked at signing.  Money of the centre and the province allotted to the schemes ``out_of`` counts;
    out of one of them each delivery is paid, once it has been accepted by somebody other than its registrar.
    The rules read one county in one year (``year``: central, province, signed, contract).
    """

    code: str
    label: str
    services: Mapping[str, str]
    out_of: tuple[Scheme, ...]
    signer: Role
    registrar: Role
    acceptor: Role
    payer: Role
    year: Entity
    cap: Rule
    allowed: Rule
    warns: Rule
    basis: object = None

    @property
    def roles(self) -> tuple[Role, ...]:
        """Everybody who has to do with the contracts."""
        return (self.signer, self.registrar, self.acceptor, self.payer)
