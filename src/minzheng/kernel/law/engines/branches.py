"""Which operations only one side of a choice needs: a division there is reckoned only where it is taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from minzheng.kernel.law.engines.flat import Op, value_of

__all__ = ["branches"]

Side = tuple[int, int]
"""A choice by its index, and which of its parts."""


def branches(ops: Sequence[Op], everything: Sequence[Op], wanted: Sequence[Op]) -> dict[Side, list[Op]]:
    """For a choice and its side, the operations that only this side needs, where a division is among them."""
    inside = {op.index: op for op in ops}
    users: dict[int, set[Side]] = {}
    for op in {one.index: one for one in everything}.values():
        for at, part in enumerate(op.parts):
            users.setdefault(part.index, set()).add((op.index, at))
    outside = {op.index for op in wanted}
    found: dict[Side, list[Op]] = {}
    taken: set[int] = set()
    for choice in sorted(ops, key=lambda op: -op.index):
        for side in (1, 2) if choice.name == "pick" and choice.index not in taken else ():
            cone = _cone(choice, side, inside, users, outside | taken)
            if any(op.name == "floor" and value_of(op.parts[1]) is None for op in cone):
                found[choice.index, side] = cone
                taken |= {op.index for op in cone}
    return found


def _cone(
    choice: Op, side: int, inside: Mapping[int, Op], users: Mapping[int, set[Side]], barred: set[int]
) -> list[Op]:
    """What only one side of a choice rests on, parts first."""
    cone: dict[int, Op] = {}
    waiting = {choice.parts[side].index: choice.parts[side]}
    while waiting:
        op = waiting.pop(max(waiting))
        if op.index not in inside or op.index in barred:
            continue
        if all(user in cone or (user, at) == (choice.index, side) for user, at in users[op.index]):
            cone[op.index] = op
            waiting |= {part.index: part for part in op.parts}
    return [cone[index] for index in sorted(cone)]
