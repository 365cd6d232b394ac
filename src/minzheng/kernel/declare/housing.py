"""Houses that an office looks after (设施): what sorts there are, how one is filed, who may stay, who goes first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from minzheng.kernel.areas.levels import Level

from .forms import Form
from .steps import Role

__all__ = ["Facilities", "Measured", "Network", "Tier"]


@dataclass(frozen=True)
class Tier:
    """One storey of a network: at which level of division, what stands there, and which kinds of which sorts do."""

    at: Level
    label: str
    kinds: tuple[tuple[str, str], ...]
    # Of the units of that level, those whose name ends so: streets are no countryside.
    named: tuple[str, ...] = ()


@dataclass(frozen=True)
class Network:
    """Houses that hang together from the county down to the village (服务网络); each tier wants one in each unit."""

    code: str
    label: str
    overseer: Role
    tiers: tuple[Tier, ...]
    basis: object = None


@dataclass(frozen=True)
class Measured:
    """How the houses of a county stand with one figure that the law or the plan holds them to: the figures in words."""

    label: str
    words: str
    met: bool


@dataclass(frozen=True)
class Facilities:
    """One sort of house: homes for the old or for children, rescue stations, funeral halls, hospitals.

    ``keeper`` is the house's own staff: the role is held over the place of the house, and the county names the house
    beside it.  ``overseer`` files and looks after all houses of the county.  ``beds`` are the kinds of place in a house
    (none where nobody stays).  Houses of the ``queued`` ownerships give their beds by the public queue alone, in the
    order of ``ranks``, then of time.  The terms are keys of dated parameters.  ``may_stay(arrival)`` refuses an
    arrival that breaks a rule, ``warns(facility, on)`` says what an officer should look at twice, and ``told(houses,
    on)`` gives words by house that families read beside its beds and prices, as its rating.  ``measured(path, on)``
    says how all houses of a county stand with the figures they are held to.
    """

    code: str
    label: str
    unit: str
    kinds: Mapping[str, str]
    ownerships: Mapping[str, str]
    keeper: Role
    overseer: Role
    details: Form
    functions: Mapping[str, str] = field(default_factory=dict)
    # What a house of a kind must be able to do before it counts as one.
    needed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    beds: Mapping[str, str] = field(default_factory=dict)
    ranks: Mapping[str, str] = field(default_factory=dict)
    queued: tuple[str, ...] = ()
    papers: Mapping[str, str] = field(default_factory=dict)
    agreement: Form | None = None
    file_term: str = ""
    change_term: str = ""
    check_term: str = ""
    closing_term: str = ""
    hold_term: str = ""
    # How far on foot such a house reaches (metres), and how much longer a way is than the straight line (percent).
    circle: str = ""
    way: str = ""
    may_stay: Callable[..., None] | None = None
    warns: Callable[..., Sequence[str]] | None = None
    told: Callable[..., Mapping[int, str]] | None = None
    measured: Callable[..., Sequence[Measured]] | None = None
    basis: object = None

    @property
    def roles(self) -> tuple[Role, ...]:
        """Who works with these houses."""
        return (self.keeper, self.overseer)
