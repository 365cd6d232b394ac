"""A demonstration: the old books, as they hand over the households that are on dibao already."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minzheng.kernel import catalogue, clock
from minzheng.kernel.ledger.opening import TakenOver, take_over
from minzheng.kernel.people.identity import luhn_digit

__all__ = ["FROM", "benefits", "card", "on_dibao"]

FROM = date(2025, 1, 1)
HEAD = 2


def card(serial: int) -> str:
    """An account that passes its check and belongs to no bank."""
    body = f"9998{serial:014d}"
    return body + luhn_digit(body)


def benefits(chunk: Any, cursor: Any) -> int:
    """Households of a piece of the population that are on dibao, as the old books handed them over."""
    poor = list(_poor(chunk))
    take_over(
        cursor, poor, scheme="assistance.dibao", group="livelihood", from_month=FROM, rule_set="SA-2014"
    )
    sizes = {one.household_id: len(one.persons) for one in poor}
    columns = (
        "path, household_id, applicant_id, low_income_class, state, class_ur, decision_number, members, amount, score,"
        " tier, care_level, support_form, valid_from, review_due, end_reason"
    )
    with cursor.copy(f"COPY assistance_standing ({columns}) FROM STDIN") as out:
        for one in poor:
            out.write_row((
                one.path, one.household_id, one.payee_id, "L2", "current", one.class_ur, one.decision_number,
                sizes[one.household_id], one.amount, "", "", "", "", FROM, _review(one.household_id), "",
            ))  # fmt: skip
    return len(poor)


def _review(serial: int) -> date:
    """Reviews are spread over the year."""
    return clock.add_months(clock.today(), 1 + serial % 12)


def _gap(chunk: Any) -> NDArray[np.int64]:
    """What each household lacks in a year up to the standard; below zero where it has more."""
    size = np.bincount(chunk.household, minlength=chunk.households)
    gap: NDArray[np.int64] = _standards(chunk) * size - 12 * chunk.means.income(chunk.household)
    return gap


def _standards(chunk: Any) -> NDArray[np.int64]:
    return np.where(chunk.urban, *(_standard(kind) for kind in ("urban", "rural")))


def on_dibao(chunk: Any) -> NDArray[np.bool_]:
    """Below the standard per head, without a vehicle, with little saved: set-based, as the rules say it."""
    means, size = chunk.means, np.bincount(chunk.household, minlength=chunk.households)
    little = means.deposits <= 2 * _standards(chunk) * size
    fits: NDArray[np.bool_] = (_gap(chunk) >= 12_00) & (means.vehicles == 0) & little & (means.houses <= 1)
    return fits


def _poor(chunk: Any) -> Iterator[TakenOver]:
    """Each with its members, and the amount that fills its gap."""
    gap, size = _gap(chunk), np.bincount(chunk.household, minlength=chunk.households)
    chosen = np.flatnonzero(on_dibao(chunk))
    order = np.argsort(chunk.household, kind="stable")
    first = np.searchsorted(chunk.household[order], chosen)
    for home, start in zip(chosen.tolist(), first.tolist(), strict=True):
        rows = order[start : start + int(size[home])].tolist()
        head = next((row for row in rows if chunk.relation[row] == HEAD), rows[0])
        serial = chunk.first_household_id + home
        yield TakenOver(
            path=chunk.places.paths[chunk.village[home]], household_id=serial,
            persons=[chunk.first_person_id + row for row in rows], amount=int(2 * gap[home] + 12) // 24,
            class_ur="urban" if chunk.urban[home] else "rural", payee_id=chunk.first_person_id + head,
            account=card(serial), account_owner=chunk.name[head], decision_number=f"原系统结转第{serial}号",
        )  # fmt: skip


def _standard(kind: str) -> int:
    """The provincial standard in fen a year."""
    value = catalogue.current().parameters().get(f"dibao.standard.{kind}", path="22/", on=FROM)
    assert isinstance(value.value, int)
    return value.value * (1 if value.unit == "fen_per_year" else 12)
