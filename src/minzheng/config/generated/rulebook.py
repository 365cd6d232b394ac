"""The law of a domain as the pages tell it: its entities, its rule files, its values and its worked cases."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module, util
from pkgutil import iter_modules, walk_packages
from types import ModuleType
from typing import Any, Protocol, cast

from minzheng import domains
from minzheng.kernel import declare, law
from minzheng.kernel.catalogue import Catalogue
from minzheng.kernel.clock import Calendar
from minzheng.kernel.law.cases import Case
from minzheng.kernel.law.language import Entity, Rule
from minzheng.kernel.law.reference import Evaluation

__all__ = [
    "Casebook",
    "Lawbook",
    "RuleFile",
    "casebook",
    "lawbooks",
]

TERM = re.compile(r"[（(]([一-鿿、“”《》]+)[)）]")


class Casebook(Protocol):
    """What ``rules/casebook.py`` of a domain offers."""

    WORDS: Mapping[str, tuple[str, str]]  # what a case names that is no rule: its words, its unit

    def cases(self) -> list[Case]:
        """Every worked case of the domain."""

    def answers(self, case: Case, base: law.Parameters, calendar: Calendar) -> Mapping[str, Any]:
        """What the rules say of a case, under the names that ``expect:`` uses."""

    def evaluations(self, case: Case, base: law.Parameters) -> Sequence[Evaluation]:
        """What a case is about, ready to be asked."""


@dataclass(frozen=True, slots=True)
class RuleFile:
    """One file of rules, as its page tells it."""

    name: str
    title: str
    about: str
    rules: tuple[tuple[Entity, Rule], ...]


@dataclass(frozen=True, slots=True)
class Lawbook:
    """The rules of one domain; a domain may have its law before its services are declared."""

    code: str
    label: str
    entities: tuple[Entity, ...]
    files: tuple[RuleFile, ...]
    values: law.Parameters
    casebook: Casebook | None

    def page_of(self, rule: Rule) -> str:
        """The page on which a rule stands."""
        return next(
            f"{self.code}-{one.name}.md" for one in self.files for _, other in one.rules if other is rule
        )


def lawbooks(catalogue: Catalogue) -> list[Lawbook]:
    """The law of every domain that has any, declared domains first."""
    declared = {domain.folder.name: domain for domain in catalogue.domains}
    alone = [one.name for one in iter_modules(domains.__path__) if one.name not in declared]
    found = []
    for folder in [*declared, *alone]:
        if util.find_spec(_rules_package(folder)) is not None:
            found.append(_lawbook(folder, declared.get(folder), catalogue))
    return found


def _lawbook(folder: str, domain: declare.Domain | None, catalogue: Catalogue) -> Lawbook:
    package = import_module(_rules_package(folder))
    modules = _modules(package)
    entities = _entities(modules)
    book = _casebook(folder)
    values = catalogue.written if domain else cast(Any, book).seed_parameters()
    return Lawbook(
        code=domain.code if domain else folder,
        label=domain.label if domain else _term(package),
        entities=entities,
        files=_files(modules, entities),
        values=law.Parameters(values),
        casebook=book,
    )


def casebook(domain: declare.Domain) -> Casebook | None:
    """The worked cases of a declared domain, where it has any."""
    return _casebook(domain.folder.name)


def _casebook(folder: str) -> Casebook | None:
    package = _rules_package(folder)
    if util.find_spec(package) is None or util.find_spec(f"{package}.casebook") is None:
        return None
    return cast(Casebook, import_module(f"{package}.casebook"))


def _rules_package(folder: str) -> str:
    return f"{domains.__name__}.{folder}.rules"


def _modules(package: ModuleType) -> list[ModuleType]:
    if not hasattr(package, "__path__"):
        return [package]
    return [
        package,
        *(import_module(one.name) for one in walk_packages(package.__path__, f"{package.__name__}.")),
    ]


def _entities(modules: list[ModuleType]) -> tuple[Entity, ...]:
    """The entities the rules speak of: the household, its members, then places, funds and the like."""
    found = {
        value.name: value for one in modules for value in vars(one).values() if isinstance(value, Entity)
    }
    rank = {True: 0, False: 1}
    listed = sorted(found.values(), key=lambda one: (rank[_of_family(one)], one.members is None, one.name))
    return tuple(listed)


def _of_family(entity: Entity) -> bool:
    return entity.members is not None or entity.household is not None


def _files(modules: list[ModuleType], entities: Sequence[Entity]) -> tuple[RuleFile, ...]:
    """The files in the order in which their rules are declared."""
    place = {rule: at for entity in entities for at, rule in enumerate(entity.rules.values())}
    found = []
    for module in modules:
        written = _written_in(module)
        listed = [
            (entity, rule)
            for entity in entities
            for rule in entity.rules.values()
            if written.get(rule.name) is rule
        ]
        if listed:
            name = module.__name__.rpartition(".")[2]
            found.append(RuleFile(name, _term(module) or name, inspect.getdoc(module) or "", tuple(listed)))
    order = {
        one.name: min((_household_first(entity), place[rule]) for entity, rule in one.rules) for one in found
    }
    return tuple(sorted(found, key=lambda one: order[one.name]))


def _household_first(entity: Entity) -> bool:
    return not _of_family(entity)


def _written_in(module: ModuleType) -> dict[str, Rule]:
    """The rules whose functions stand in this very file, not those it takes from another."""
    names = {
        node.name for node in ast.parse(inspect.getsource(module)).body if isinstance(node, ast.FunctionDef)
    }
    return {name: value for name, value in vars(module).items() if name in names and isinstance(value, Rule)}


def _term(module: ModuleType) -> str:
    """The Chinese term that stands in the first line of a file."""
    first = (inspect.getdoc(module) or "").partition("\n")[0]
    found = TERM.search(first)
    return found[1] if found else ""
