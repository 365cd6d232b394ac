"""Writes the statements of one program: steps of households, of members, of what households make of members."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from minzheng.kernel.errors import Mistake
from minzheng.kernel.law import expressions as nodes
from minzheng.kernel.law.engines.bounds import LARGEST, Bounds
from minzheng.kernel.law.engines.dialects import Dialect, code_literal
from minzheng.kernel.law.engines.factoring import Factored, cone
from minzheng.kernel.law.engines.flat import REDUCTIONS, Op
from minzheng.kernel.law.engines.sql_facts import Below, Facts
from minzheng.kernel.law.engines.sql_steps import Step, Steps, Written
from minzheng.kernel.law.engines.sql_words import Said, Words
from minzheng.kernel.law.engines.writer import EXACT
from minzheng.kernel.law.language import Rule
from minzheng.kernel.law.plan import Space
from minzheng.kernel.law.units import Kind

__all__ = ["Statement", "Tables"]

_AGAIN = "who is to be decided again, alone"
_MARK = ("again", Said("again", frozenset({"again"})))
_SHORT = 5  # and so few are written twice sooner than they get one
_LONG = 100  # so many operations are written into each other before one gets a column of its own
_TAKEN = frozenset({"household_id", "position", "again"})


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables that are read, and the columns in them that are no facts.

    Every fact is a column of its own name: whole numbers, booleans, DATE, codes as text; an exact fact has a
    second column for its denominator.  NULL is unknown.  ``places`` holds what is known beforehand.
    """

    households: str = "households"
    persons: str = "persons"
    places: str = "places"
    household: str = "household_id"
    path: str = "path"
    of_household: str = "household_id"
    position: str = "position"


class Statement:
    """Writes the statements of one program."""

    def __init__(
        self, program: Factored, dialect: Dialect, bounds: Bounds, tables: Tables, below: Below
    ) -> None:
        self.program = program
        self.plan = program.plan
        self.dialect = dialect
        self.tables = tables
        self.codes = {code: number for number, code in enumerate(self.plan.codes)}
        self.facts = Facts(program, dialect, bounds, below)
        kinds = {key: fact.kind for key, fact in self.facts.of.items()}
        self.words = Words(dialect, bounds, kinds, _names(program))
        self._persons: Step | None = None
        self.titles: dict[int, list[str]] = {}
        for rule, answer in program.answers.items():
            self.titles.setdefault(answer.n.index, []).append(" ".join(rule.title.split()))

    def of_households(self) -> Written:
        """One row for each household."""
        rules = [rule for rule in self.program.answers if self._of_household(rule)]
        self._persons, steps = None, Steps(self.dialect, "home_step")
        homes = self._homes(steps, [*self._figures(rules), self.program.again])
        homes = self._marked(steps, homes, rules)
        return steps.written(homes, [("household_id", Said("hid")), *self._answers(rules, homes), _MARK])

    def of_members(self) -> Written | None:
        """One row for each member, if a rule of members was asked for."""
        rules = [rule for rule in self.program.answers if not self._of_household(rule)]
        if not rules:
            return None
        wanted = self._figures(rules)
        self._persons, steps = None, Steps(self.dialect, "person_step")
        homes = self._homes(steps, [*_of_others(wanted), self.program.again])
        homes = self._marked(steps, homes)
        people = steps.pair(self._people(steps), homes)
        people = self._layers(steps, people, wanted)
        large = self._too_large(rules, people)
        if large:
            text = " OR ".join(["again", *(one.text for one in large)])
            reads = frozenset({"again"}).union(*(one.reads for one in large))
            people = steps.plain(people, {"again": Said(f"({text})", reads)}, title=_AGAIN)
        keys = [("household_id", Said("hid")), ("position", Said("pos", frozenset({"pos"})))]
        return steps.written(people, [*keys, *self._answers(rules, people), _MARK])

    def _of_household(self, rule: Rule) -> bool:
        return rule.entity == self.plan.household.name

    def _figures(self, rules: Sequence[Rule]) -> list[Op]:
        """What is wanted of these rules."""
        answers = [self.program.answers[rule] for rule in rules]
        return [op for one in answers for op in (one.n, one.d, one.known)]

    # --- households and their members ------------------------------------------------------------------

    def _homes(self, steps: Steps, wanted: Sequence[Op]) -> Step:
        """The households with everything wanted of them, members taken together level by level."""
        ops, homes = cone(wanted), self._base(steps)
        for level in range(1, max((op.level for op in ops), default=0) + 1):
            reduced = [op for op in ops if op.name in REDUCTIONS and op.level == level]
            people, inner = self._people(steps), [op.parts[0] for op in reduced]
            others = _of_others(inner)
            if others:
                homes = self._layers(steps, homes, others)
                people = steps.pair(people, homes)
            people = self._layers(steps, people, [op for op in inner if op.space is Space.MEMBER])
            taken, found = self._taken(reduced, people)
            homes = steps.gather(homes, steps.group(people, taken), found)
        return self._layers(steps, homes, wanted)

    def _taken(self, reduced: Sequence[Op], people: Step) -> tuple[dict[str, Said], dict[str, Said]]:
        """What is added up for each household, and what a household without anybody reads from it.

        Members are counted several conditions to a sum, seven bits each, for a database is slow at many sums.
        """
        taken: dict[str, Said] = {}
        found: dict[str, Said] = {}
        counted = [op for op in reduced if op.parts[0].truth and op.parts[0].name != "const"]
        for first in range(0, len(counted), _TALLIES):
            some = counted[first : first + _TALLIES]
            inner = [self.words.said(op.parts[0], people.columns) for op in some]
            shifted = [f"CAST({one.text} AS INTEGER) * {_BASE**at}" for at, one in enumerate(inner)]
            reads = frozenset().union(*(one.reads for one in inner))
            tally = f"tally_{some[0].index}"
            taken[tally] = Said(f"CAST(sum({' + '.join(shifted)}) AS BIGINT)", reads)
            for at, op in enumerate(some):
                count = f"({self.dialect.cut.format(a=f'COALESCE(g.{tally}, 0)', b=_BASE**at)} % {_BASE})"
                text = count if op.name == "sum" else f"({count} > 0)"
                found[self.words.name(op)] = Said(text, frozenset({tally}))
        for op in reduced:
            if op not in counted:
                name, inner_ = self.words.name(op), self.words.said(op.parts[0], people.columns)
                kind = self.dialect.wide if self.words.broad(op) else "BIGINT"
                total = _SUMS[op.name, op.parts[0].truth].format(inner_.text)
                taken[name] = Said(total if op.truth else f"CAST({total} AS {kind})", inner_.reads)
                found[name] = Said(f"COALESCE(g.{name}, {_EMPTY[op.name]})", frozenset({name}))
        return taken, found

    def _marked(self, steps: Steps, homes: Step, rules: Sequence[Rule] = ()) -> Step:
        """Who is to be decided alone, and nothing answered here."""
        again = self.words.said(self.program.again, homes.columns)
        large = self._too_large(rules, homes)
        text = " OR ".join(["alone", again.text, *(one.text for one in large)])
        reads = frozenset({"alone"}).union(again.reads, *(one.reads for one in large))
        return steps.plain(homes, {"again": Said(f"({text})", reads)}, title=_AGAIN)

    def _too_large(self, rules: Sequence[Rule], last: Step) -> list[Said]:
        """Whether an answer of a row is past 64 bits, for what is not proven to stay within."""
        broad = dict.fromkeys(
            op for op in self._figures(rules) if op.name != "const" and self.words.broad(op)
        )
        said = [self.words.said(op, last.columns) for op in broad]
        return [Said(f"{one.text} NOT BETWEEN {-LARGEST} AND {LARGEST}", one.reads) for one in said]

    def _base(self, steps: Steps) -> Step:
        tables, named = self.tables, self.dialect.named
        made = {"hid": Said(f"h.{named(tables.household)}"), "alone": Said("COALESCE(s.alone, TRUE)")}
        made |= self.facts.read(Space.HOUSEHOLD, "h")
        for op in self.program.program.ops:
            if op.space is Space.PLACE and op.name != "const":
                made[self.words.name(op)] = Said(f"s.{self.words.name(op)}")
        path = named(tables.path)
        source = f"{named(tables.households)} h LEFT JOIN {named(tables.places)} s ON s.{path} = h.{path}"
        return steps.table("homes", source, made, keys=("hid",))

    def _people(self, steps: Steps) -> Step:
        tables, named = self.tables, self.dialect.named
        if self._persons is not None:
            return self._persons
        made = {"hid": Said(f"p.{named(tables.of_household)}"), "pos": Said(f"p.{named(tables.position)}")}
        made |= self.facts.read(Space.MEMBER, "p")
        source = f"{named(tables.persons)} p"
        self._persons = steps.table("people", source, made, keys=("hid",))
        return self._persons

    # --- steps -------------------------------------------------------------------------------------------

    def _layers(self, steps: Steps, step: Step, wanted: Sequence[Op]) -> Step:
        """More columns, until these are; each step reads only what stood in the one before."""
        for layer in self._laid(wanted, step.columns):
            made = {self.words.name(op): self.words.written(op, step.columns) for op in layer}
            titles = [title for op in layer for title in self.titles.get(op.index, ())]
            step = steps.plain(step, made, title="; ".join(titles))
        return step

    def _laid(self, wanted: Sequence[Op], columns: frozenset[str]) -> list[list[Op]]:
        """Which operations become columns, step by step: what is wanted, used twice, or too long to inline."""
        ops = _open(wanted, columns, self.words)
        uses = Counter(part.index for op in ops for part in op.parts)
        forced = {op.index for op in wanted} | {part.index for op in ops for part in self.words.doubled(op)}
        depth: dict[int, int] = {}
        length: dict[int, int] = {}
        layers: dict[int, list[Op]] = {}
        for op in ops:
            index = op.index
            depth[index] = max((depth.get(part.index, 0) for part in op.parts), default=0)
            length[index] = 1 + sum(length.get(part.index, 1) for part in op.parts)
            if index in forced or length[index] > (_SHORT if uses[index] > 1 else _LONG):
                depth[index] += 1
                length[index] = 1
                layers.setdefault(depth[index], []).append(op)
        return [layers[at] for at in sorted(layers)]

    # --- answers -----------------------------------------------------------------------------------------

    def _answers(self, rules: Sequence[Rule], last: Step) -> Iterator[tuple[str, Said]]:
        for rule in rules:
            answer, kind = self.program.answers[rule], rule.expression.kind
            n, d, known = (self.words.said(op, last.columns) for op in (answer.n, answer.d, answer.known))
            figures = {"_n": n, "_d": d} if kind in EXACT else {"": n}
            for suffix, figure in figures.items():
                if rule.name + suffix in _TAKEN:
                    raise Mistake("sql_name", f"Rule {rule.name} has the name of a column: rename it.")
                op = answer.d if suffix == "_d" else answer.n
                told = self._told(rule, figure.text)
                told = f"CAST({told} AS BIGINT)" if self.words.broad(op) else told
                text = f"CASE WHEN {known.text} AND NOT again THEN {told} END"
                yield (
                    self.dialect.named(rule.name + suffix),
                    Said(text, figure.reads | known.reads | {"again"}),
                )

    def _told(self, rule: Rule, figure: str) -> str:
        match rule.expression.kind:
            case Kind.CODE:
                codes = nodes.options_of(rule.expression) or self.plan.codes
                listed = " ".join(f"WHEN {self.codes[one]} THEN {code_literal(one)}" for one in codes)
                return f"CASE {figure} {listed} END"
            case Kind.DATE:
                return self.dialect.day.format(n=figure)
            case _:
                return figure


_BASE, _TALLIES = 128, 4
_EMPTY = {"sum": "0", "any": "FALSE", "most": "1"}
_SUMS = {
    ("sum", False): "sum({})",
    ("sum", True): "count(*)",
    ("any", True): "bool_or({})",
    ("most", False): "greatest(max({}), 1)",
}


def _names(program: Factored) -> dict[int, str]:
    """What a rule gives stands in a column that bears its name."""
    found: dict[int, str] = {}
    for rule, answer in program.answers.items():
        for figure, op in (("n", answer.n), ("d", answer.d), ("known", answer.known)):
            if op.name != "fact" and op.space is not Space.PLACE:
                found.setdefault(op.index, f"v{op.index}_{rule.name[:30]}_{figure}")
    return found


def _of_others(wanted: Sequence[Op]) -> list[Op]:
    """What members need that is not their own: figures of the household and of the place."""
    found: dict[int, Op] = {}
    waiting = list(wanted)
    while waiting:
        op = waiting.pop()
        if op.index not in found and op.name != "const":
            found[op.index] = op
            waiting += op.parts if op.space is Space.MEMBER else ()
    return [found[index] for index in sorted(found) if found[index].space is not Space.MEMBER]


def _open(wanted: Sequence[Op], columns: frozenset[str], words: Words) -> list[Op]:
    """What is still to be reckoned for these, parts first."""
    found: dict[int, Op] = {}
    waiting = list(wanted)
    while waiting:
        op = waiting.pop()
        if op.index not in found and op.name not in ("const", "fact") and words.name(op) not in columns:
            found[op.index] = op
            waiting += op.parts
    return [found[index] for index in sorted(found)]
