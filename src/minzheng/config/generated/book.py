"""All generated pages by name, with the index that leads to them."""

from __future__ import annotations

from minzheng.kernel import law
from minzheng.kernel.catalogue import Catalogue

from . import lawbook, lists, services
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
    }
    for code, service in catalogue.services.items():
        made[f"service-{code.replace('.', '-')}.md"] = services.page(service, values)
    for domain in catalogue.domains:
        made[f"rules-{domain.code}.md"] = lawbook.rules(domain, values)
        made[f"cases-{domain.code}.md"] = lawbook.worked(domain, values)
    made["index.md"] = _index(made)
    return {name: text.rstrip() + "\n" for name, text in sorted(made.items())}


def _index(made: dict[str, str]) -> str:
    titles = {name: text.splitlines()[0].removeprefix("# ") for name, text in sorted(made.items())}
    about = "由声明生成的页面：事项、岗位、参数、规则、算例、台账与指标。"
    return head("由声明生成", about) + "\n" + lines(f"[{title}]({name})" for name, title in titles.items())
