"""How a generated page is put down: Markdown tables, articles, dated values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from minzheng.kernel.law import Value
from minzheng.kernel.law.instruments import Successive

__all__ = ["CONFIDENCE", "article", "dated", "head", "lines", "table"]

CONFIDENCE = {"law": "法规", "common": "通行做法", "plan": "规划数", "assumption": "平台设定（待当地确定）"}


def _cell(text: object) -> str:
    return str(text).replace("|", "\\|").replace("\n", "<br>").strip() or "—"


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table, or a word that there is nothing in it."""
    body = ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in rows]
    if not body:
        return "（无）\n"
    ruled = "|" + "---|" * len(columns)
    return "\n".join(["| " + " | ".join(columns) + " |", ruled, *body]) + "\n"


def lines(items: Iterable[object]) -> str:
    """A list."""
    return "\n".join(f"- {item}" for item in items) + "\n"


def head(title: str, about: str) -> str:
    """The top of a page, which says where it comes from."""
    return (
        f"# {title}\n\n{about}\n\n"
        "> 本页由 `python3 run.py manage generate_docs` 根据声明生成，请勿手工修改。 Written by code; do not edit.\n"
    )


def article(basis: object) -> str:
    """An article, or the successive ones of a rule that outlived its law."""
    if basis is None:
        return ""
    if isinstance(basis, Successive):
        return "\n".join(f"{day} 起 {one}" for day, one in basis.articles)
    return str(basis)


def dated(value: Value) -> str:
    """A value with the days and the place it holds for."""
    days = f"{value.from_} 至 {value.until} 前" if value.until else f"{value.from_} 起"
    place = f"，{value.place}" if value.place else ""
    return f"{value.in_words()}（{days}{place}）"
