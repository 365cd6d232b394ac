"""The same law as OpenFisca variables, written in its favour; run in an environment of its own.

In its favour: ages come from a table; a local figure is one look-up in a table by county; people are numbered,
not named; everything is in whole numbers, in 64 bits only where 32 could overflow.  :class:`Frugal` goes past the
documented way as well, for the sake of memory: populations are set up by hand, and what is read once is not kept.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from openfisca_core.entities import build_entity
from openfisca_core.indexed_enums import Enum, EnumArray
from openfisca_core.parameters import ParameterNode
from openfisca_core.periods import DateUnit, period
from openfisca_core.simulations import Simulation, SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from bench.law.facts import Population
from bench.law.standards import BEFORE_1970, ages, standards
from bench.law.values import ON, RESULTS

__all__ = ["Frugal", "OpenFisca"]

Person = build_entity(key="person", plural="persons", label="Person", is_person=True)
ROLES = [{"key": "member", "plural": "members", "label": "Member"}]
Household = build_entity(key="household", plural="households", label="Household", roles=ROLES)

Kin = Enum("Kin", "self_ spouse child parent other")
Absence = Enum("Absence", "none prison missing")
Illness = Enum("Illness", "none chronic serious")
Work = Enum("Work", "full partial none")
AGES = ages(np.int16)

VARIABLES: list[type[Variable]] = []
READ_ONCE = {
    "own_income",
    "incapable",
    "topup_rate",
    "topup_rates",
    "sharing",
    "tekun_payment",
    "tekun_basic",
}


def variable(entity: Any, kind: type) -> Callable[[Callable[..., Any]], None]:
    """A formula as the class that OpenFisca wants."""

    def declare(formula: Callable[..., Any]) -> None:
        body = {
            "value_type": kind,
            "entity": entity,
            "definition_period": DateUnit.MONTH,
            "formula": formula,
        }
        VARIABLES.append(type(formula.__name__, (Variable,), body))

    return declare


def given(name: str, entity: Any, kind: type, codes: Any = None) -> None:
    """An input that does not change with time."""
    body: dict[str, Any] = {
        "value_type": kind,
        "entity": entity,
        "definition_period": DateUnit.ETERNITY,
    }
    if codes is not None:
        body |= {"possible_values": codes, "default_value": next(iter(codes))}
    VARIABLES.append(type(name, (Variable,), body))


CODES = {"relation": Kin, "absence": Absence, "illness": Illness, "work_capacity": Work}
for name, codes in CODES.items():
    given(name, Person, Enum, codes)
for name in ("lives_together", "student", "orphan"):
    given(name, Person, bool)
for name in ("grade", "refused_jobs", "care", "wage", "business", "transfer"):
    given(name, Person, int)
given("birth", Person, date)
for name in ("county", "class_ur", "deposits", "vehicles", "houses", "rigid"):
    given(name, Household, int)


def at(table: Any, *index: Any) -> Any:
    """A local figure: a parameter that holds a table by county."""
    return np.asarray(table, dtype=np.int32)[index]


@variable(Person, int)
def place(p: Any, t: Any) -> Any:
    return p.household("county", t)


@variable(Person, int)
def age(p: Any, t: Any) -> Any:
    return AGES[p("birth", t).astype(np.int64) + BEFORE_1970]


@variable(Person, bool)
def minor(p: Any, t: Any) -> Any:
    return p("age", t) < 18


@variable(Person, bool)
def severe(p: Any, t: Any) -> Any:
    grade = p("grade", t)
    return (grade >= 1) & (grade <= 2)


@variable(Person, bool)
def counts(p: Any, t: Any) -> Any:
    kin, together = p("relation", t), p("lives_together", t)
    child = (kin == Kin.child) & (together | p("student", t) | p("minor", t))
    close = (kin == Kin.self_) | (kin == Kin.spouse) | child | ((kin == Kin.parent) & together)
    return (p("absence", t) == Absence.none) & close


@variable(Person, int)
def own_income(p: Any, t: Any) -> Any:
    return p("wage", t) + np.maximum(p("business", t), 0) + p("transfer", t)


@variable(Household, int)
def members(h: Any, t: Any) -> Any:
    return h.sum(h.members("counts", t))


@variable(Household, int)
def gross_income(h: Any, t: Any) -> Any:
    return h.sum(h.members("own_income", t) * h.members("counts", t))


@variable(Household, int)
def income(h: Any, t: Any, values: Any) -> Any:
    return np.maximum(h("gross_income", t) - np.minimum(h("rigid", t), values(t).deduction_cap), 0)


@variable(Household, int)
def standard12(h: Any, t: Any, values: Any) -> Any:
    """The standard for a year."""
    return at(values(t).standard12, h("county", t), h("class_ur", t))


@variable(Household, int)
def need(h: Any, t: Any) -> Any:
    """The standard of a year for all members."""
    return h("standard12", t) * h("members", t)


@variable(Household, bool)
def property_within(h: Any, t: Any, values: Any) -> Any:
    months = values(t).deposit_months * h("need", t).astype(np.int64)
    deposits = 12 * h("deposits", t).astype(np.int64) <= months
    return deposits & (h("vehicles", t) <= values(t).vehicles) & (h("houses", t) <= values(t).houses)


@variable(Person, bool)
def incapable(p: Any, t: Any) -> Any:
    return p("counts", t) & ((p("age", t) >= 60) | (p("age", t) < 16) | p("severe", t))


@variable(Household, bool)
def tekun_eligible(h: Any, t: Any) -> Any:
    everyone = h.sum(h.members("incapable", t)) == h("members", t)
    return (h("members", t) >= 1) & (h("gross_income", t) == 0) & everyone & h("property_within", t)


@variable(Household, bool)
def dibao_eligible(h: Any, t: Any) -> Any:
    below = (h("members", t) >= 1) & (h("income", t) < h("need", t))
    return below & h("property_within", t) & ~h("tekun_eligible", t)


@variable(Person, bool)
def shares(p: Any, t: Any, values: Any) -> Any:
    refuses = (p("refused_jobs", t) >= values(t).refusals) & (p("work_capacity", t) != Work.none)
    return p("counts", t) & ~refuses


@variable(Person, int)
def topup_rate(p: Any, t: Any, values: Any) -> Any:
    """In hundredths."""
    rates = values(t)
    by_age = np.maximum(
        (p("age", t) >= rates.elder_age) * rates.topup_elder, p("minor", t) * rates.topup_minor
    )
    ill = (p("illness", t) == Illness.serious) * rates.topup_illness
    return np.maximum(by_age, np.maximum(p("severe", t) * rates.topup_disability, ill))


@variable(Household, int)
def sharing(h: Any, t: Any) -> Any:
    return h.sum(h.members("shares", t))


@variable(Household, int)
def topup_rates(h: Any, t: Any) -> Any:
    return h.sum(h.members("topup_rate", t) * h.members("shares", t))


@variable(Household, int)
def dibao_amount(h: Any, t: Any, values: Any) -> Any:
    """Over 1200 for each member, rounded half up to the unit."""
    unit, count = values(t).money_unit, h("members", t)
    gap = np.maximum(h("need", t) - h("income", t), 0).astype(np.int64) * h("sharing", t) * 100
    above = gap + h("standard12", t).astype(np.int64) * h("topup_rates", t) * count
    below = 1200 * unit * np.maximum(count, 1)
    return np.where(h("dibao_eligible", t), (2 * above + below) // (2 * below) * unit, 0)


@variable(Household, bool)
def edge_eligible(h: Any, t: Any, values: Any) -> Any:
    line = values(t).edge * h("need", t).astype(np.int64)
    below = (h("members", t) >= 1) & (100 * h("income", t).astype(np.int64) < line)
    return below & h("property_within", t) & ~h("dibao_eligible", t) & ~h("tekun_eligible", t)


@variable(Household, int)
def tekun_basic(h: Any, t: Any, values: Any) -> Any:
    return at(values(t).tekun, h("county", t), h("class_ur", t))


@variable(Person, bool)
def in_tekun(p: Any, t: Any) -> Any:
    return p("counts", t) & p.household("tekun_eligible", t)


@variable(Person, int)
def tekun_payment(p: Any, t: Any, values: Any) -> Any:
    care = at(values(t).care, p("place", t), p("care", t))
    return p("in_tekun", t) * (p.household("tekun_basic", t) + care)


@variable(Household, int)
def tekun_amount(h: Any, t: Any) -> Any:
    return h.sum(h.members("tekun_payment", t))


@variable(Person, int)
def elder_allowance(p: Any, t: Any, values: Any) -> Any:
    years = p("age", t)
    band = (years >= 80).astype(np.int8) + (years >= 90) + (years >= 100)
    return at(values(t).elder, p("place", t), band)


@variable(Person, int)
def living_subsidy(p: Any, t: Any, values: Any) -> Any:
    poor = p.household("dibao_eligible", t) | p.household("edge_eligible", t)
    return p("counts", t) * poor * at(values(t).living, p("place", t), p("grade", t))


@variable(Person, int)
def nursing_subsidy(p: Any, t: Any, values: Any) -> Any:
    entitled = p("severe", t) & ~p("in_tekun", t)
    return entitled * at(values(t).nursing, p("place", t), p("grade", t))


@variable(Person, int)
def orphan_payment(p: Any, t: Any, values: Any) -> Any:
    return (p("orphan", t) & p("minor", t)) * at(values(t).orphan, p("place", t))


@variable(Person, int)
def allowances(p: Any, t: Any) -> Any:
    own = p("elder_allowance", t) + p("living_subsidy", t)
    return own + p("nursing_subsidy", t) + p("orphan_payment", t)


@variable(Household, int)
def elder(h: Any, t: Any) -> Any:
    return h.sum(h.members("elder_allowance", t))


@variable(Household, int)
def living(h: Any, t: Any) -> Any:
    return h.sum(h.members("living_subsidy", t))


@variable(Household, int)
def nursing(h: Any, t: Any) -> Any:
    return h.sum(h.members("nursing_subsidy", t))


@variable(Household, int)
def orphan_care(h: Any, t: Any) -> Any:
    return h.sum(h.members("orphan_payment", t))


@variable(Household, int)
def total(h: Any, t: Any) -> Any:
    main = h("dibao_amount", t) + h("tekun_amount", t)
    return main + h("elder", t) + h("living", t) + h("nursing", t) + h("orphan_care", t)


def _values() -> ParameterNode:
    """Dated parameters; those of the counties hold a table each."""
    held = standards()
    tables = ("standard12", "tekun", "care", "elder", "living", "nursing", "orphan")
    listed: dict[str, Any] = {name: getattr(held, name).tolist() for name in tables}
    names = {
        "deduction_cap": "income.deduction.cap",
        "deposit_months": "asset.deposit_months",
        "edge": "edge.multiple",
        "elder_age": "topup.elder_age",
        "houses": "asset.houses",
        "refusals": "jobs.refusals",
        "topup_disability": "topup.disability",
        "topup_elder": "topup.elder",
        "topup_illness": "topup.illness",
        "topup_minor": "topup.minor",
        "money_unit": "money.unit",
        "vehicles": "asset.vehicles",
    }
    listed |= {name: held.national[key] for name, key in names.items()}
    return ParameterNode("", data={n: {"values": {"2020-01-01": {"value": v}}} for n, v in listed.items()})


class OpenFisca:
    """All results for all households, in one simulation made by the builder."""

    def __init__(self) -> None:
        self.system = TaxBenefitSystem([Person, Household])
        self.system.parameters = _values()
        for one in VARIABLES:
            self.system.add_variable(one)
        self.month = period(f"{ON:%Y-%m}")

    def prepared(self, population: Population) -> Simulation:
        """A simulation that holds the facts; not timed."""
        simulation = self._simulation(population)
        for name, column in population.persons.items():
            if name in CODES:
                column = EnumArray(column.astype(np.int16), CODES[name])
            elif name == "birth":
                column = column.astype("datetime64[D]")
            simulation.set_input(name, self.month, column)
        for name, column in {**population.household, "county": population.place}.items():
            simulation.set_input(name, self.month, column)
        return simulation

    def _simulation(self, population: Population) -> Simulation:
        builder = SimulationBuilder()
        builder.create_entities(self.system)
        builder.declare_person_entity("person", range(int(population.starts[-1])))
        homes = builder.declare_entity("household", range(len(population)))
        home_of = _home_of(population)
        builder.join_with_persons(homes, home_of, np.zeros(len(home_of), np.int8))
        return builder.build(self.system)

    def decide(self, simulation: Simulation) -> dict[str, Any]:
        """Every result anew."""
        for one in VARIABLES:
            if hasattr(one, "formula"):
                simulation.get_holder(one.__name__).delete_arrays()
        return {name: simulation.calculate(name, self.month) for name in RESULTS}


class Frugal(OpenFisca):
    """The same with the least memory."""

    def _simulation(self, population: Population) -> Simulation:
        populations = self.system.instantiate_entities()
        persons, homes = populations["person"], populations["household"]
        persons.count, homes.count = int(population.starts[-1]), len(population)
        homes.members_entity_id = _home_of(population)
        simulation = Simulation(self.system, populations)
        self.system.cache_blacklist, simulation.opt_out_cache = READ_ONCE, True
        return simulation


def _home_of(population: Population) -> NDArray[np.int64]:
    return np.repeat(np.arange(len(population)), np.diff(population.starts))
