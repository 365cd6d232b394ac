"""Which verbs the deeds of the matrix try: those they name, and those that stand behind the deeds of a register."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import inspect
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from pathlib import Path
from types import ModuleType
from typing import Any

import minzheng
from minzheng.kernel import catalogue
from tests.permissions import deeds

__all__ = ["named", "tried", "verbs"]


def verbs() -> dict[str, str]:
    """Every verb of the platform: its code and the module that keeps it."""
    found = {}
    for one in pkgutil.walk_packages(minzheng.__path__, "minzheng."):
        if ".migrations" in one.name or one.name.endswith("__main__"):
            continue
        text = _text(one.name)
        if "@verb(" in text or ".verb(" in text:
            module = importlib.import_module(one.name)
            found |= {code: one.name for value in vars(module).values() if (code := _code(value))}
    return found


def tried() -> set[str]:
    """The verbs named in the deeds, and in the modules whose functions carry out the deeds of registers."""
    tests = [f"{deeds.__name__}.{one.name}" for one in pkgutil.iter_modules(deeds.__path__)]
    glue = {_home(one) for one in _behind_registers()}
    return {code for name in (*tests, *glue) for code in named(importlib.import_module(name))}


@cache
def named(module: ModuleType) -> frozenset[str]:
    """The verbs that a module speaks of, by ``actions.verb``, by ``verb`` alone, or in words to ``getattr``."""
    known, found = vars(module), set()
    tree = ast.parse(_text(module.__name__))
    words = {
        one.value for one in ast.walk(tree) if isinstance(one, ast.Constant) and isinstance(one.value, str)
    }
    for one in ast.walk(tree):
        match one:
            case ast.Attribute(value=ast.Name(id=name), attr=attr):
                found.add(_code(getattr(known.get(name), attr, None)))
            case ast.Name(id=name):
                found.add(_code(known.get(name)))
            case ast.Call(func=ast.Name(id="getattr"), args=[ast.Name(id=name), *_]):
                found |= {_code(getattr(known.get(name), word, None)) for word in words}
    return frozenset(found - {""})


def _behind_registers() -> Iterator[Callable[..., Any]]:
    for register in catalogue.current().registers.values():
        for one in (*register.item.opens, *register.item.deeds):
            yield one.do
            if one.own is not None:
                yield from _functions(vars(one.own).values())


def _functions(values: Iterable[Any]) -> Iterator[Callable[..., Any]]:
    yield from (one for one in values if inspect.isfunction(one) or isinstance(one, partial))


def _home(function: Callable[..., Any]) -> str:
    while isinstance(function, partial):
        function = function.func
    return function.__module__


def _code(value: Any) -> str:
    found = getattr(value, "verb", "") if inspect.isfunction(value) else ""
    return found if isinstance(found, str) else ""


def _text(module: str) -> str:
    spec = importlib.util.find_spec(module)
    return Path(spec.origin).read_text(encoding="utf-8") if spec is not None and spec.origin else ""
