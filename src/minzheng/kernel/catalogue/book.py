"""The catalogue: every domain's declarations under their qualified codes (``assistance.dibao``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, Generic, Protocol, TypeVar

from django.conf import settings
from django.utils.module_loading import import_string

from minzheng.kernel import declare, law, standards
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.audit import viewing
from minzheng.kernel.errors import Mistake, NotFound
from minzheng.kernel.profiles.words import Profiles
from minzheng.kernel.standards.queries import local_parameters

from .checks import mistakes

__all__ = ["Catalogue", "Declared", "current"]

T = TypeVar("T")
_KERNEL = Path(standards.__file__).resolve().parents[1]


class Bound(Protocol):
    """What binds itself to a version of a service: a case."""

    service: str
    service_version: str


@dataclass(frozen=True)
class Declared(Generic[T]):
    """A declaration with its domain and its qualified code."""

    code: str
    domain: declare.Domain
    item: T

    def role(self, role: declare.Role) -> str:
        """The qualified code of one of the domain's roles."""
        return f"{self.domain.code}.{role.code}"


def _by_code(domains: Iterable[declare.Domain], room: str) -> Mapping[str, Declared[Any]]:
    listed = [Declared(f"{d.code}.{item.code}", d, item) for d in domains for item in getattr(d, room)]
    return MappingProxyType({one.code: one for one in listed})


def _former(domains: Iterable[declare.Domain]) -> list[Declared[declare.Service]]:
    """Several versions of one service share its code."""
    return [Declared(f"{domain.code}.{one.code}", domain, one) for domain in domains for one in domain.former]


def _one_each(domains: Sequence[declare.Domain], room: str) -> Mapping[str, Declared[Any]]:
    """What a domain declares once or not at all, under the domain's own code."""
    return MappingProxyType(
        {one.code: Declared(one.code, one, found) for one in domains if (found := getattr(one, room))}
    )


def _levels(held: Iterable[tuple[Declared[Any], declare.Role]]) -> Mapping[str, Level]:
    return {one.role(role): role.at for one, role in held}


class Catalogue:
    """Everything declared, found by code."""

    def __init__(self, domains: Iterable[declare.Domain]) -> None:
        self.domains = tuple(domains)
        self._known: tuple[tuple[law.Value, ...], tuple[law.Value, ...], law.Parameters] | None = None
        if wrong := mistakes(self.domains):
            raise Mistake("declaration", "\n".join(wrong))
        self.services: Mapping[str, Declared[declare.Service]] = _by_code(self.domains, "services")
        self._versions = {
            (one.code, one.item.version): one for one in (*self.services.values(), *_former(self.domains))
        }
        self.roles: Mapping[str, Declared[declare.Role]] = _by_code(self.domains, "roles")
        self.schemes: Mapping[str, Declared[declare.Scheme]] = _by_code(self.domains, "schemes")
        self.registers: Mapping[str, Declared[declare.Register]] = _by_code(self.domains, "registers")
        self.visits: Mapping[str, Declared[declare.Visit]] = _by_code(self.domains, "visits")
        self.samplings: Mapping[str, Declared[declare.Sampling]] = _by_code(self.domains, "samplings")
        self.indicators: Mapping[str, Declared[declare.Indicator]] = _by_code(self.domains, "indicators")
        self.plans: Mapping[str, Declared[declare.Plan]] = _by_code(self.domains, "plans")
        self.screenings: Mapping[str, Declared[declare.Screening]] = _by_code(self.domains, "screenings")
        self.reserves: Mapping[str, Declared[declare.Reserve]] = _by_code(self.domains, "reserves")
        self.purchasings: Mapping[str, Declared[declare.Purchasing]] = _by_code(self.domains, "purchasings")
        self.subsidies: Mapping[str, Declared[declare.Subsidy]] = _by_code(self.domains, "subsidies")
        self.disclosures: Mapping[str, Declared[declare.Disclosure]] = _by_code(self.domains, "disclosures")
        self.grants: Mapping[str, Declared[declare.Grant]] = _by_code(self.domains, "grants")
        self.reactions: Mapping[str, Declared[declare.Reaction]] = _by_code(self.domains, "reactions")
        self.milestones: Mapping[str, Declared[declare.Milestone]] = _by_code(self.domains, "milestones")
        self.monitors: Mapping[str, Declared[declare.Monitor]] = _by_code(self.domains, "monitors")
        self.extracts: Mapping[str, Declared[declare.Extract]] = _by_code(self.domains, "extracts")
        self.rounds: Mapping[str, Declared[declare.Rounds]] = _by_code(self.domains, "rounds")
        self.scored: Mapping[str, Declared[declare.Instrument]] = _by_code(self.domains, "scored")
        self._single()
        self._housed()

    def _single(self) -> None:
        """What a domain has once, if at all."""
        duties: Mapping[str, Declared[declare.EventDuties]] = _one_each(self.domains, "event_duties")
        self.event_duties = duties
        self.listening: Mapping[str, Declared[declare.Listening]] = _one_each(self.domains, "listening")
        self.counters: Mapping[str, Declared[declare.Counter]] = _one_each(self.domains, "counter")
        self.profiles: Mapping[str, Profiles] = MappingProxyType(
            {domain.code: domain.profiles for domain in self.domains if domain.profiles is not None}
        )
        self.simulated: Mapping[str, Declared[declare.Simulated]] = _one_each(self.domains, "simulated")

    def _housed(self) -> None:
        """The houses that domains look after, and what they inspect."""
        houses: Mapping[str, Declared[declare.Facilities]] = _by_code(self.domains, "facilities")
        matters: Mapping[str, Declared[declare.Supervision]] = _by_code(self.domains, "supervisions")
        self.facilities, self.supervisions = houses, matters
        self.networks: Mapping[str, Declared[declare.Network]] = _by_code(self.domains, "networks")
        self.learnings: Mapping[str, Declared[declare.Learning]] = _by_code(self.domains, "learnings")
        self.publicities: Mapping[str, Declared[declare.Publicity]] = _by_code(self.domains, "publicities")
        self.matchings: Mapping[str, Declared[declare.Matching]] = _by_code(self.domains, "matchings")

    @property
    def stewards(self) -> Mapping[str, declare.Role]:
        """Who decides whether two files are one person's, by qualified code."""
        return {f"{domain.code}.{role.code}": role for domain in self.domains for role in domain.stewards}

    @property
    def overseers(self) -> Mapping[str, declare.Role]:
        """Who releases full lists and watches what was opened, by qualified code."""
        return {f"{domain.code}.{role.code}": role for domain in self.domains for role in domain.overseers}

    @cached_property
    def opening(self) -> Mapping[str, tuple[str, ...]]:
        """The closed compartments that each role opens."""
        return {code: one.item.compartments for code, one in self.roles.items() if one.item.compartments}

    def assisting(self, purpose: str) -> Mapping[str, Level]:
        """Who sees letters of a purpose signed and writes down what a family explains, with the level of each role.

        Whoever files for others in a service that asks for such letters, takes its applications in, or checks them.
        """
        found: list[tuple[Declared[Any], declare.Role]] = []
        for one in self.services.values():
            checks = [step for step in one.item.steps if isinstance(step, declare.Verification)]
            if purpose in {one.item.consent, *(step.purpose for step in checks)}:
                held = (*one.item.proxy, one.item.steps[0].by, *(step.by for step in checks))
                found += [(one, role) for role in held]
        return _levels(found)

    def helping(self, domain: str = "") -> Mapping[str, Level]:
        """Who hears of a household in need: whoever visits, or files for others, in a domain or in any."""
        services = [(one, role) for one in self.services.values() for role in one.item.proxy]
        visits = [(one, one.item.by) for one in self.visits.values()]
        every: list[tuple[Declared[Any], declare.Role]] = [*services, *visits]
        return _levels((one, role) for one, role in every if domain in ("", one.domain.code))

    def service(self, code: str) -> Declared[declare.Service]:
        """One service, or a clear refusal."""
        return _found(self.services, code, "服务事项")

    def plan(self, code: str) -> Declared[declare.Plan]:
        """One plan, or a clear refusal."""
        return _found(self.plans, code, "规划")

    def facility(self, code: str) -> Declared[declare.Facilities]:
        """One sort of house, or a clear refusal."""
        return _found(self.facilities, code, "设施")

    def supervision(self, code: str) -> Declared[declare.Supervision]:
        """One supervision, or a clear refusal."""
        return _found(self.supervisions, code, "监管事项")

    def screening(self, code: str) -> Declared[declare.Screening]:
        """One screening, or a clear refusal."""
        return _found(self.screenings, code, "自测")

    def reserve(self, code: str) -> Declared[declare.Reserve]:
        """One reserve fund, or a clear refusal."""
        return _found(self.reserves, code, "备用金")

    def purchasing(self, code: str) -> Declared[declare.Purchasing]:
        """One kind of purchase, or a clear refusal."""
        return _found(self.purchasings, code, "政府购买服务")

    def service_of(self, case: Bound) -> Declared[declare.Service]:
        """The service in the version that a case is bound to; a running case never changes its procedure."""
        found = self._versions.get((case.service, case.service_version))
        if found is None:
            raise Mistake(
                "version_gone",
                f"{case.service} version {case.service_version!r} is not kept; list it in the domain's former services",
            )
        return found

    def step_of(self, case: Bound, step: str) -> declare.Step:
        """One step of a case, in the version the case is bound to."""
        steps = {one.code: one for one in self.service_of(case).item.steps}
        return _found(steps, step, "办理环节")

    def role_label(self, code: str) -> str:
        """The word for a role, also for one that is no longer declared."""
        return self.roles[code].item.label if code in self.roles else code

    @cached_property
    def written(self) -> tuple[law.Value, ...]:
        """National and provincial values, from the YAML beside the rules and in the kernel."""
        folders = [domain.folder / "parameters" for domain in self.domains]
        files = sorted(_KERNEL.glob("*/parameters/*.yaml")) + sorted(_KERNEL.glob("*/parameters.yaml"))
        for folder in folders:
            files += sorted(folder.glob("*.yaml"))
        return tuple(law.Parameters.from_yaml(*files))

    def parameters(self) -> law.Parameters:
        """All values now known: the written ones and the rows that places keep.

        Put together once for each reading of those rows, which is one value for as long as none has changed.
        """
        written, local = self.written, local_parameters()
        known = self._known
        if known is None or known[0] is not written or known[1] is not local:
            self._known = known = (written, local, self.parameters_with(local))
        return known[2]

    def parameters_with(self, local: Iterable[law.Value]) -> law.Parameters:
        """The same, if places kept these rows instead of their own."""
        return law.Parameters((*_beside(self.written, local := tuple(local)), *local))


def _beside(written: Iterable[law.Value], local: Iterable[law.Value]) -> Iterator[law.Value]:
    """What is written gives way to a row of the very same place for as long as that row holds."""
    rows: dict[tuple[str, str], list[law.Value]] = {}
    for row in sorted(local, key=lambda one: one.from_):
        rows.setdefault((row.key, row.place), []).append(row)
    for value in written:
        left: law.Value | None = value
        for row in rows.get((value.key, value.place), ()):
            if left is None or (left.until is not None and left.until <= row.from_):
                break
            if left.from_ < row.from_:
                yield replace(left, until=row.from_)
            ends = row.until is None or (left.until is not None and left.until <= row.until)
            left = None if ends else replace(left, from_=max(left.from_, row.until or left.from_))
        if left is not None:
            yield left


def _found(listed: Mapping[str, T], code: str, what: str) -> T:
    if code not in listed:
        raise NotFound("not_declared", f"没有编码为“{code[:60]}”的{what}。请从目录中选择。")
    return listed[code]


@cache
def current() -> Catalogue:
    """The platform's catalogue, read from the one list of domains that the settings name."""
    return Catalogue(import_string(settings.MINZHENG_CATALOGUE))


viewing.opened_by(lambda: current().opening)
