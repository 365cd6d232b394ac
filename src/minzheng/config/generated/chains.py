"""Conditions that stand in a row: the same word between them, and nothing that is settled beforehand."""

from __future__ import annotations

from minzheng.kernel.law import expressions as nodes
from minzheng.kernel.law.expressions import Expression
from minzheng.kernel.law.units import Kind

__all__ = ["negated", "parts"]


def negated(node: Expression) -> Expression:
    """The opposite of a condition."""
    return node.inner if isinstance(node, nodes.Not) else nodes.Not(Kind.BOOLEAN, node.entity, node)


def parts(node: Expression) -> list[Expression]:
    """The members of a chain of the same word, without those that can never decide it."""
    if not isinstance(node, nodes.Both | nodes.Either | nodes.Greatest | nodes.Least):
        return [node]
    found = [
        one
        for side in (node.left, node.right)
        for one in (parts(side) if type(side) is type(node) else [side])
    ]
    idle = isinstance(node, nodes.Both)
    return [one for one in found if _settled(one) is not idle] or found[:1]


def _settled(node: Expression) -> bool | None:
    """What a condition comes to whatever the facts are; None where they decide."""
    match node:
        case nodes.Constant(value=bool() as value):
            return value
        case nodes.Both() | nodes.Either():
            breaks = isinstance(node, nodes.Either)
            sides = (_settled(node.left), _settled(node.right))
            if breaks in sides:
                return breaks
            return None if None in sides else not breaks
        case _:
            return None
