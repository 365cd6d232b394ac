"""What a rule reads itself: dated values, facts, and the rules it rests on."""

from __future__ import annotations

from collections.abc import Iterator

from .expressions import Expression, FactRead, ParameterRead, RuleRead
from .language import Rule

__all__ = ["facts_read", "parameters_read", "rules_read"]


def parameters_read(rule: Rule) -> list[str]:
    """The keys of the dated values a rule reads itself."""
    found = [node.key for node in _nodes(rule.expression) if isinstance(node, ParameterRead)]
    return list(dict.fromkeys(found))


def facts_read(rule: Rule) -> list[tuple[str, str]]:
    """The facts a rule reads itself, as (entity, name)."""
    found = [(node.entity or "", node.name) for node in _nodes(rule.expression) if isinstance(node, FactRead)]
    return list(dict.fromkeys(found))


def rules_read(rule: Rule) -> list[tuple[str, str]]:
    """The rules a rule rests on, as (entity, name)."""
    found = [(node.entity or "", node.name) for node in _nodes(rule.expression) if isinstance(node, RuleRead)]
    return list(dict.fromkeys(found))


def _nodes(node: Expression) -> Iterator[Expression]:
    yield node
    for name in getattr(node, "__dataclass_fields__", {}):
        part = getattr(node, name)
        if isinstance(part, Expression):
            yield from _nodes(part)
