"""The rules of a domain and its worked cases, found beside its declaration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module, util
from pkgutil import walk_packages
from typing import Any, Protocol, cast

from minzheng.kernel import declare, law
from minzheng.kernel.clock import Calendar
from minzheng.kernel.law import expressions as nodes
from minzheng.kernel.law.cases import Case
from minzheng.kernel.law.language import Entity, Rule

__all__ = ["Casebook", "casebook", "entities", "parameters_read", "rules_read"]


class Casebook(Protocol):
    """What ``rules/casebook.py`` of a domain offers."""

    def cases(self) -> list[Case]:
        """Every worked case of the domain."""

    def answers(self, case: Case, base: law.Parameters, calendar: Calendar) -> Mapping[str, Any]:
        """What the rules say of a case, under the names that ``expect:`` uses."""


def _rules_package(domain: declare.Domain) -> str:
    return f"minzheng.domains.{domain.folder.name}.rules"


def casebook(domain: declare.Domain) -> Casebook | None:
    """The worked cases of a domain, where it has any."""
    package = _rules_package(domain)
    if util.find_spec(package) is None or util.find_spec(f"{package}.casebook") is None:
        return None
    return cast(Casebook, import_module(f"{package}.casebook"))


def entities(domain: declare.Domain) -> list[Entity]:
    """The entities a domain's rules speak of, household first."""
    name = _rules_package(domain)
    if util.find_spec(name) is None:
        return []
    package = import_module(name)
    modules = [package]
    if hasattr(package, "__path__"):
        modules += [import_module(one.name) for one in walk_packages(package.__path__, f"{name}.")]
    found = {
        value.name: value for one in modules for value in vars(one).values() if isinstance(value, Entity)
    }
    return sorted(found.values(), key=lambda one: (one.members is None, one.name))


def parameters_read(rule: Rule) -> list[str]:
    """The keys of the dated values a rule reads itself."""
    found = [node.key for node in _nodes(rule.expression) if isinstance(node, nodes.ParameterRead)]
    return list(dict.fromkeys(found))


def rules_read(rule: Rule) -> list[tuple[str, str]]:
    """The facts and rules a rule reads itself, as (entity, name)."""
    read = (nodes.FactRead, nodes.RuleRead)
    found = [(node.entity or "", node.name) for node in _nodes(rule.expression) if isinstance(node, read)]
    return list(dict.fromkeys(found))


def _nodes(node: nodes.Expression) -> Iterator[nodes.Expression]:
    yield node
    for name in getattr(node, "__dataclass_fields__", {}):
        part = getattr(node, name)
        if isinstance(part, nodes.Expression):
            yield from _nodes(part)
