"""One page for each plan: every target with its clause, how it is counted, by whom, and from which register."""

from __future__ import annotations

from fractions import Fraction

from minzheng.kernel import declare
from minzheng.kernel.catalogue import Catalogue
from minzheng.kernel.law.progress import cut_to

from .tables import head, table

__all__ = ["pages"]

_COLUMNS = ["编号", "目标", "比较", "到期", "分子", "分母", "条文", "责任处室", "数据来源"]


def pages(catalogue: Catalogue) -> dict[str, str]:
    """The pages by their names below ``docs/generated``."""
    serving = {code: one.code for one in catalogue.indicators.values() for code in one.item.serves}
    return {
        f"plan-{code.replace('.', '-')}.md": _page(one.item, serving) for code, one in catalogue.plans.items()
    }


def _page(plan: declare.Plan, serving: dict[str, str]) -> str:
    targets = [one for one in plan.targets if one.is_target]
    about = (
        f"{plan.source}，版本 {plan.version}。目标 {len(targets)} 个，基期事实 {len(plan.targets) - len(targets)} 个；"
        f"由台账计算的 {sum(one.code in serving for one in plan.targets)} 个，其余尚无数据来源，由两人填报、核实。"
    )
    rows = [[one.code, one.label, *_words(one), one.numerator, one.denominator, "；".join(one.clauses),
             plan.owner(one.owner), f"`{serving[one.code]}`" if one.code in serving else "尚无"]
            for one in plan.targets]  # fmt: skip
    unclear = [[one.text, one.used] for one in plan.ambiguities]
    return "\n".join([
        head(plan.label, about), table(_COLUMNS, rows), "## 表述不明之处\n", table(["表述", "采用"], unclear),
    ])  # fmt: skip


def _words(one: declare.Target) -> tuple[str, str]:
    """What is to be reached, and by when."""
    if not one.is_target:
        return f"基期 {number(one.base)}" if one.base is not None else "基期（有表述，无数值）", ""
    if one.value is None:
        return "定性", f"{one.due}"
    each = f"，每个单位 ≥{number(one.each)}" if one.each is not None else ""
    return f"{one.op}{number(one.value)}{one.unit}{each}", f"{one.due}" + ("" if one.dated else "（未写明）")


def number(value: Fraction) -> str:
    """Whole numbers as they are, others with two decimals."""
    return cut_to(value, 0 if value.denominator == 1 else 2)
