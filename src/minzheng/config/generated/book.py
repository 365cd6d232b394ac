"""All generated pages by name, with the index that leads to them."""

from __future__ import annotations

from functools import cache

from minzheng.kernel import law
from minzheng.kernel.catalogue import Catalogue

from . import casepages, lists, plans, rulepages, services, walls
from .rulebook import lawbooks
from .tables import head, lines

__all__ = ["pages"]


def pages(catalogue: Catalogue) -> dict[str, str]:
    """Every page of ``docs/generated`` by its file name."""
    values = law.Parameters(catalogue.written)
    made = {
        "roles.md": lists.duties(catalogue),
        "parameters.md": lists.values(catalogue),
        "registers-and-indicators.md": lists.kept(catalogue),
        "instruments.md": lists.instruments(catalogue),
        "walls.md": walls.page(),
    }
    for code, service in catalogue.services.items():
        made[f"service-{code.replace('.', '-')}.md"] = services.page(service, values)
    made |= plans.pages(catalogue) | _law(catalogue)
    made["index.md"] = _index(made)
    return {name: text.rstrip() + "\n" for name, text in sorted(made.items())}


@cache
def _law(catalogue: Catalogue) -> dict[str, str]:
    """The rules and the worked cases; every case is reckoned once for as long as the program runs."""
    made: dict[str, str] = {}
    for one in lawbooks(catalogue):
        made |= rulepages.pages(one) | casepages.pages(one)
    return made


def _index(made: dict[str, str]) -> str:
    titles = {
        name: text.splitlines()[0].removeprefix("# ") for name, text in sorted(made.items()) if _leads(name)
    }
    about = "由声明生成的页面：事项、岗位、参数、规则、算例、台账与指标。"
    return head("由声明生成", about) + "\n" + lines(f"[{title}]({name})" for name, title in titles.items())


def _leads(name: str) -> bool:
    """Whether the index names the page itself; a single file of rules or cases is named by its domain's page."""
    folder, _, page = name.rpartition("/")
    return not folder or "-" not in page
