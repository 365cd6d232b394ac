"""A statement as steps that read each other: each keeps only the columns that a later one still wants."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from minzheng.kernel.law.engines.dialects import Dialect
from minzheng.kernel.law.engines.sql_words import Said

__all__ = ["Step", "Steps", "Written"]

Shape = Literal["table", "plain", "pair", "group", "gather"]


@dataclass(slots=True, eq=False)
class Step:
    """One SELECT.  ``made`` are the columns it makes; all others it may hand on from ``reads``."""

    name: str
    shape: Shape
    keys: tuple[str, ...]
    made: dict[str, Said]
    reads: tuple[Step, ...] = ()
    source: str = ""
    title: str = ""
    fenced: bool = False
    wanted: set[str] = field(default_factory=set)
    columns: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Every column it can give."""
        handed = () if self.shape == "group" else (one.columns for one in self.reads)
        self.columns = frozenset(self.made).union(*handed)


@dataclass(frozen=True, slots=True)
class Written:
    """A statement, and the tables that must be made before it."""

    text: str
    first: Mapping[str, str]


class Steps:
    """The steps of one statement, written from the last to the first so that nothing idle is carried along."""

    def __init__(self, dialect: Dialect, name: str) -> None:
        self._dialect = dialect
        self._name = name
        self._steps: list[Step] = []
        self._plain = 0

    def table(self, name: str, source: str, made: Mapping[str, Said], *, keys: tuple[str, ...]) -> Step:
        """Rows of tables; ``source`` is what stands after FROM."""
        return self._add(Step(name, "table", keys, dict(made), source=source))

    def plain(self, of: Step, made: Mapping[str, Said], *, title: str = "") -> Step:
        """More columns for each row."""
        self._plain += 1
        fenced = bool(self._dialect.fenced) and self._plain % self._dialect.fenced == 0
        return self._add(Step("", "plain", of.keys, dict(made), (of,), title=title, fenced=fenced))

    def pair(self, members: Step, homes: Step) -> Step:
        """Each member with the columns of its household."""
        return self._add(Step("", "pair", members.keys, {}, (members, homes)))

    def group(self, members: Step, made: Mapping[str, Said], *, title: str = "") -> Step:
        """One row for each household that has members."""
        return self._add(Step("", "group", ("hid",), dict(made), (members,), title=title))

    def gather(self, homes: Step, sums: Step, made: Mapping[str, Said]) -> Step:
        """Every household with its sums (``g``), which one with nobody in it does not have."""
        return self._add(Step("", "gather", ("hid",), dict(made), (homes, sums)))

    def _add(self, step: Step) -> Step:
        step.name = step.name or f"{self._name}_{len(self._steps) + 1}"
        self._steps.append(step)
        return step

    def written(self, last: Step, final: Iterable[tuple[str, Said]]) -> Written:
        """The whole statement; ``final`` are its columns, with the names they go out under."""
        final = list(final)
        last.wanted |= {name for _, said in final for name in said.reads}
        readers = Counter([last.name])
        for step in reversed(self._steps):
            if step.name in readers:
                self._want(step)
                readers.update(one.name for one in step.reads)
        told = [step for step in self._steps if step.name in readers]
        twice = {step.name for step in told if readers[step.name] > 1 and step.shape != "table"}
        stored = self._stored(told, twice)
        first = {}
        for step in stored:
            text = self._with(step, told, twice, stored) + f"\nSELECT * FROM {step.name}"
            first[step.name] = f"{self._dialect.stored.format(name=step.name)} {text}"
        listed = ",\n".join(f"  {said.text} AS {name}" for name, said in final)
        whole = self._with(last, told, twice, stored) + f"\nSELECT\n{listed}\nFROM {last.name}\n"
        return Written(whole, first)

    def _stored(self, told: Sequence[Step], twice: set[str]) -> list[Step]:
        """The steps that become tables of their own: what is read twice, and every so many steps."""
        found: list[Step] = []
        depth: dict[str, int] = {}
        for step in told if self._dialect.stored else ():
            depth[step.name] = 1 + max((depth[one.name] for one in step.reads), default=0)
            deep = step.shape == "plain" and depth[step.name] >= self._dialect.deepest
            if (step.name in twice or deep) and step is not told[-1]:
                depth[step.name] = 0
                found.append(step)
        return found

    def _with(self, last: Step, told: Sequence[Step], twice: set[str], stored: Sequence[Step]) -> str:
        """The step and all it reads, down to what is a table."""
        needed: set[str] = set()
        waiting = [last]
        while waiting:
            step = waiting.pop()
            if step.name not in needed and (step is last or step not in stored):
                needed.add(step.name)
                waiting += step.reads
        texts = []
        for step in told:
            if step.name in needed:
                how = self._dialect.kept if step.name in twice else self._dialect.once
                remark = f"-- {step.title}\n" if step.title else ""
                texts.append(f"{remark}{step.name} AS{how} (\n{self._select(step)}\n)")
        return "WITH " + ",\n".join(texts)

    def _want(self, step: Step) -> None:
        """Tell the steps it reads which columns it needs of them."""
        if step.shape == "gather":
            homes, sums = step.reads
            sums.wanted |= set[str]().union(
                *(step.made[name].reads for name in step.wanted & step.made.keys())
            )
            homes.wanted |= step.wanted - step.made.keys()
            return
        needed = step.wanted - step.made.keys()
        for name in step.wanted & step.made.keys():
            needed |= step.made[name].reads
        for one in step.reads:
            one.wanted |= needed & one.columns

    def _select(self, step: Step) -> str:
        made = [f"{step.made[name].text} AS {name}" for name in step.made if name in step.wanted]
        if step.shape == "table":
            keys = [f"{step.made[name].text} AS {name}" for name in step.keys]
            return f"  SELECT {_listed(keys, made)}\n  FROM {step.source}"
        if step.shape in ("pair", "gather"):
            return self._joined(step, made)
        handed = () if step.shape == "group" else sorted(step.wanted - step.made.keys())
        tail = " GROUP BY hid" if step.shape == "group" else " OFFSET 0" if step.fenced else ""
        return f"  SELECT {_listed([*step.keys, *handed], made)}\n  FROM {step.reads[0].name}{tail}"

    def _joined(self, step: Step, made: Sequence[str]) -> str:
        one, other = step.reads
        left, right, join = ("m", "h", "JOIN") if step.shape == "pair" else ("h", "g", "LEFT JOIN")
        handed = sorted(step.wanted - step.made.keys())
        listed = [f"{left if name in one.columns else right}.{name}" for name in (*step.keys, *handed)]
        return (
            f"  SELECT {_listed(listed, made)}\n"
            f"  FROM {one.name} {left} {join} {other.name} {right} ON {right}.hid = {left}.hid"
        )


def _listed(handed: Iterable[str], made: Iterable[str]) -> str:
    """What is handed on stands in one line, what is made in a line each."""
    return ",\n    ".join([", ".join(handed), *made])
