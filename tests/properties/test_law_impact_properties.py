"""What a comparison must always hold: everyone counted once, money added exactly, chunks without influence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from minzheng.kernel.law.engines.bulk import Answers
from minzheng.kernel.law.impact import Compared, Counts, Group, Impact, Side
from minzheng.kernel.law.units import Kind

PLACES = ("22/2201/220122/", "22/2201/220183/", "22/2202/220202/")


@dataclass(frozen=True)
class Home:
    """One household under both sides; an amount of None is not known, eligible None neither."""

    place: int
    was: bool | None
    now: bool | None
    before: int | None
    after: int | None


amounts = st.one_of(st.none(), st.integers(0, 300_000), st.integers(2**62, 2**63 - 1))
truths = st.one_of(st.none(), st.booleans())
homes = st.lists(st.builds(Home, st.integers(0, 2), truths, truths, amounts, amounts), max_size=40)


def side(eligible: list[bool | None], amount: list[int | None]) -> Side:
    """Columns as the bulk engine gives them: what is not known holds some value or other."""
    return Side(
        Answers(
            Kind.BOOLEAN, np.array([bool(x) for x in eligible], np.bool_), None,
            np.array([x is not None for x in eligible], np.bool_), (),
        ),
        Answers(
            Kind.FEN, np.array([7 if x is None else x for x in amount], np.int64), None,
            np.array([x is not None for x in amount], np.bool_), (),
        ),
    )  # fmt: skip


def run(listed: list[Home], sizes: list[int], *, seed: str = "1") -> Impact[int]:
    """The households in chunks of these sizes."""
    impact: Impact[int] = Impact(seed=seed, drawn=2)
    first = 0
    for size in [*sizes, len(listed)]:
        part = listed[first : first + size]
        ids = np.arange(first + 100, first + 100 + len(part), dtype=np.int64)
        compared = Compared.of(
            side([h.was for h in part], [h.before for h in part]),
            side([h.now for h in part], [h.after for h in part]),
        )
        where = np.array([h.place for h in part], np.int32)
        impact.add(ids, PLACES, where, compared, look=lambda row, first=first: first + row)
        first += len(part)
    return impact


def group_of(home: Home) -> Group:
    """The same said plainly, one household at a time."""
    sides = ((home.was, home.before), (home.now, home.after))
    if any(eligible is None or (eligible and amount is None) for eligible, amount in sides):
        return Group.UNKNOWN
    if home.was != home.now:
        return Group.NEWLY if home.now else Group.NO_LONGER
    if not home.was:
        return Group.OUTSIDE
    assert home.before is not None
    assert home.after is not None
    if home.before == home.after:
        return Group.UNCHANGED
    return Group.WINNERS if home.after > home.before else Group.LOSERS


def plain(listed: list[Home]) -> dict[str, Counts]:
    """Counted by hand."""
    found: dict[str, Counts] = {}
    for home in listed:
        counts = found.setdefault(PLACES[home.place], Counts())
        group = group_of(home)
        counts.groups[group] += 1
        if group is not Group.UNKNOWN:
            counts.before += (home.before or 0) if home.was else 0
            counts.after += (home.after or 0) if home.now else 0
    return found


@given(homes)
def test_every_household_is_counted_once_and_every_fen_is_added(listed: list[Home]) -> None:
    impact = run(listed, [])
    assert impact.counts == plain(listed)
    assert impact.total().households == len(listed)
    inside = [h for h in listed if group_of(h) not in (Group.UNKNOWN, Group.OUTSIDE)]
    assert sum(impact.gains) == len(inside)


@given(homes, st.lists(st.integers(0, 9), max_size=8))
def test_chunks_do_not_matter(listed: list[Home], sizes: list[int]) -> None:
    whole, cut = run(listed, []), run(listed, sizes)
    assert (whole.counts, whole.gains, whole.drawn()) == (cut.counts, cut.gains, cut.drawn())


@given(homes)
def test_where_nothing_changes_nobody_gains_or_loses(listed: list[Home]) -> None:
    same = [Home(h.place, h.was, h.was, h.before, h.before) for h in listed]
    groups = run(same, []).total().groups
    assert {g for g, n in groups.items() if n} <= {Group.UNCHANGED, Group.OUTSIDE, Group.UNKNOWN}
    assert run(same, []).total().before == run(same, []).total().after


@given(homes)
def test_who_is_drawn_is_of_its_group_and_the_same_each_time(listed: list[Home]) -> None:
    first, again, other = run(listed, []), run(listed, []), run(listed, [], seed="2")
    assert first.drawn() == again.drawn()
    for group, drawn in first.drawn().items():
        members = [at for at, home in enumerate(listed) if group_of(home) is group]
        assert len(drawn) == min(2, len(members)) == len(other.drawn()[group])
        assert {one.kept for one in drawn} <= set(members)
        assert all(one.household == one.kept + 100 for one in drawn)


@given(st.integers(-200_000, 200_000))
def test_a_gain_falls_into_the_class_that_names_it(gain: int) -> None:
    before, after = max(-gain, 0) + 1, max(gain, 0) + 1
    impact = run([Home(0, True, True, before, after)], [])
    ((first, below),) = [(first, below) for first, below, number in impact.classes() if number]
    assert first is None or first <= gain
    assert below is None or gain < below
    assert ((first, below) == (0, 1)) is (gain == 0)
