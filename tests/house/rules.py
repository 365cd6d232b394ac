"""The rules of the house that an import graph cannot see.

Each rule finds what breaks it in one file, says the cure, and carries a line that keeps it and one that
breaks it, so that the rule itself is tested.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.house.sources import Source, domains, room

__all__ = ["RULES", "Rule"]

Found = Iterator[tuple[int, str]]


@dataclass(frozen=True)
class Rule:
    """One rule: what it finds, what to do instead, where it holds, and its two samples."""

    name: str
    cure: str
    find: Callable[[Source], Found]
    good: str
    bad: str
    at: str = "src/minzheng/kernel/casework/sample.py"
    within: str = r"src/minzheng/"
    tests_too: bool = False

    def complaints(self, source: Source) -> list[str]:
        """One sentence for each place that breaks the rule."""
        if not re.match(self.within, source.name) and not self.tests_too:
            return []
        return [f"{source.name}:{line}: {what}. {self.cure}" for line, what in self.find(source)]


def _strings(tree: ast.Module) -> Iterator[ast.Constant]:
    """Every string that is not a docstring."""
    told = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node


def _calls(tree: ast.Module) -> Iterator[tuple[ast.Call, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node, ast.unparse(node.func)


def names_a_domain(source: Source) -> Found:
    """A string that reaches into a domain from outside it."""
    own = re.match(r"src/minzheng/domains/(\w+)/", source.name)
    others = [code for code in (*domains(), "eldercare") if own is None or code != own[1]]
    reach = re.compile(rf"minzheng\.domains\.(?:{'|'.join(others)})\b|^(?:{'|'.join(others)})\.\w+$")
    for string in _strings(source.tree):
        if reach.search(string.value):
            yield string.lineno, f"the string {string.value!r} names a domain"


def imports_private(source: Source) -> Found:
    """A private name or module of another room."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom):
            target = _target(node, source)
            private = [alias.name for alias in node.names if _is_private(alias.name)]
            private += [part for part in target.split(".") if _is_private(part)]
            if private and room(target) != room(source.module):
                yield node.lineno, f"{private[0]} is private to {target}"
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if any(map(_is_private, alias.name.split("."))) and room(alias.name) != room(source.module):
                    yield node.lineno, f"{alias.name} is private"


def _target(node: ast.ImportFrom, source: Source) -> str:
    base = source.package.split(".")
    start = base[: len(base) - node.level + 1] if node.level else []
    return ".".join([*start, *([node.module] if node.module else [])])


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def reads_the_machine_clock(source: Source) -> Found:
    """A look at the machine's clock instead of the office's."""
    for call, name in _calls(source.tree):
        last = name.rpartition(".")[2]
        of = name.split(".")[-2:-1]
        if last in ("now", "utcnow", "today", "localdate") and of in (["date"], ["datetime"], ["timezone"]):
            yield call.lineno, f"{name}() reads the machine's clock"


def uses_floats(source: Source) -> Found:
    """A float where money or law is reckoned."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            yield node.lineno, f"{node.value!r} is a float"
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "float":
            yield node.lineno, "float() loses fen"


def catches_everything(source: Source) -> Found:
    """A handler that would hide a mistake."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ExceptHandler):
            kinds = "" if node.type is None else ast.unparse(node.type)
            goes_on = isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None
            if not goes_on and (not kinds or {"Exception", "BaseException"} & set(re.findall(r"\w+", kinds))):
                yield node.lineno, f"'except {kinds}' hides what went wrong"


def leaves_notes(source: Source) -> Found:
    """A note to oneself that nobody will read."""
    for number, line in enumerate(source.text.splitlines(), 1):
        if re.search(r"#.*\b(T[O]DO|F[I]XME|X[X]X|H[A]CK)\b", line):
            yield number, "a note to do something later"


def is_untold(source: Source) -> Found:
    """A module, function or class without its sentence."""
    if source.name.endswith("/apps.py") or not source.tree.body:
        return
    if not ast.get_docstring(source.tree):
        yield 1, "the module does not say what it is"
    named = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    for node in source.tree.body:
        if isinstance(node, named) and not node.name.startswith("_") and not ast.get_docstring(node):
            yield node.lineno, f"{node.name} does not say what it is"


def breaks_a_layer_by_name(source: Source) -> Found:
    """Django's look-up by name goes around the import contracts."""
    for call, name in _calls(source.tree):
        by_name = name.rpartition(".")[2] in ("get_model", "import_module", "import_string", "__import__")
        if by_name and any(
            isinstance(part, ast.Constant) and _names_domain(part.value) for part in call.args
        ):
            yield call.lineno, f"{name}() reaches a domain by its name"


def _names_domain(value: object) -> bool:
    parts = value.split(".") if isinstance(value, str) else []
    return parts[:1] != [] and (parts[0] in domains() or "domains" in parts)


DOC = '"""Files are kept."""\n'
RULES = (
    Rule(
        "no string reaches into another domain",
        "Let the domain declare it, and read the catalogue; between domains use facade.py or an event.",
        names_a_domain,
        good='code = "people.Person"',
        bad='bed = models.ForeignKey("eldercare.Bed", on_delete=models.PROTECT)',
        within=r"src/minzheng/(?!config/)",
    ),
    Rule(
        "no look-up of a domain by name",
        "Import it in config, or read the catalogue.",
        breaks_a_layer_by_name,
        good='apps.get_model("people", "Person")',
        bad='apps.get_model("assistance", "Standing")',
        within=r"src/minzheng/(kernel|ui|portal|desk|api)/",
    ),
    Rule(
        "what begins with _ stays in its room",
        "Use a public name of that room, or make the name public there.",
        imports_private,
        good="from minzheng.kernel.casework.models import Case\nfrom . import _frame",
        bad="from minzheng.kernel.ledger.posting import _balanced",
    ),
    Rule(
        "the office has one clock",
        "Use clock.today() or clock.now(), which a test can stop.",
        reads_the_machine_clock,
        good="from minzheng.kernel import clock\nday = clock.today()",
        bad="from datetime import date\nday = date.today()",
        within=r"src/minzheng/(?!kernel/clock/)",
    ),
    Rule(
        "money and law know no floats",
        "Money is whole fen, a ratio is an exact fraction.",
        uses_floats,
        good="from fractions import Fraction\nrate = Fraction('0.3')",
        bad="rate = 0.3",
        at="src/minzheng/kernel/ledger/sample.py",
        within=r"src/minzheng/(kernel/(law|ledger)/|domains/\w+/(rules/|rules\.py))",
    ),
    Rule(
        "only what is expected is caught",
        "Name the error you expect; let a mistake be seen.",
        catches_everything,
        good="try:\n    pass\nexcept ValueError:\n    raise",
        bad="try:\n    pass\nexcept Exception:\n    pass",
        tests_too=True,
    ),
    Rule(
        "no notes to do something later",
        "Do it, or open an issue.",
        leaves_notes,
        good="# Article 12 counts whole months only.",
        bad="# T" + "ODO count half months too",
        tests_too=True,
    ),
    Rule(
        "every module, class and function says what it is",
        "Write one sentence: a fact about the office, in the present tense.",
        is_untold,
        good=DOC + 'def keep() -> None:\n    """One file is kept."""',
        bad=DOC + "def keep() -> None:\n    pass",
    ),
)
