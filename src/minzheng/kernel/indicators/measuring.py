"""Numerator and denominator of an indicator in every division and month, from what each division itself holds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from minzheng.kernel import declare
from minzheng.kernel.declare.measuring import Counted
from minzheng.kernel.errors import Mistake

from .counting import Window, counted
from .ground import Matrix
from .reading import Registers

__all__ = ["Measured", "measured"]


@dataclass(frozen=True)
class Measured:
    """One indicator everywhere: rows are divisions in the order of the ground, columns are months."""

    numerators: Matrix
    denominators: Matrix | None
    unplaced: int


def measured(indicator: declare.Indicator, window: Window, registers: Registers) -> Measured:
    """Both sides added up through all levels: the province is Σnum/Σden."""
    above, lost = _summed(indicator.count, window, registers)
    if indicator.out_of is None:
        return Measured(above, None, lost)
    below, lost_too = _summed(indicator.out_of, window, registers)
    return Measured(above, below, lost + lost_too)


def _summed(what: Counted, window: Window, registers: Registers) -> tuple[Matrix, int]:
    ground = registers.ground
    if isinstance(what, declare.Tally | declare.Spans):
        return _tallied(what, window, registers)
    if isinstance(what, declare.Units):
        each = np.repeat(ground.units(what)[:, None].astype(np.int64), window.months, axis=1)
        return ground.summed(each), 0
    if isinstance(what, declare.PerUnit):
        own, lost = _tallied(what.of, window, registers)
        met = (own >= what.at_least) & ground.units(what.units)[:, None]
        return ground.summed(met.astype(np.int64)), lost
    raise Mistake("counted_by_hand", "only tallies, units and units that have enough are computed at once")


def _tallied(what: declare.Tally | declare.Spans, window: Window, registers: Registers) -> tuple[Matrix, int]:
    own, lost = counted(what, registers.rows(what), window, len(registers.ground.paths))
    return registers.ground.summed(own), lost
