"""The pages that list: duties, dated values, what is kept, counted and checked, and the instruments."""

from __future__ import annotations

from collections.abc import Iterator

from minzheng.kernel import declare, law
from minzheng.kernel.catalogue import Catalogue

from .tables import CONFIDENCE, article, head, table

__all__ = ["duties", "instruments", "kept", "values"]


def duties(catalogue: Catalogue) -> str:
    """Every role with its level, its duty, its steps, and what it is kept apart from."""
    parts = [
        head(
            "岗位与职责",
            "岗位由业务声明，权限随环节而定；没有写出的一律不许。逐项的“可”与“不可”见仓库中的 "
            "`tests/permissions/matrix.txt`，每个“不可”都在测试中真实尝试。",
        )
    ]
    for domain in catalogue.domains:
        rows = [
            [
                role.label,
                f"`{domain.code}.{role.code}`",
                role.at.label,
                role.duty,
                "、".join(_work(domain, role)),
                "、".join(one.label for one in role.apart_from),
            ]
            for role in domain.roles
        ]
        columns = ["岗位", "编码", "层级", "职责", "承担", "同一办件中不得兼任"]
        parts.append(f"## {domain.label}\n\n{table(columns, rows)}")
    return "\n".join(parts)


def _work(domain: declare.Domain, role: declare.Role) -> Iterator[str]:
    for service in domain.services:
        for step in service.steps:
            if role in (step.by, getattr(step, "or_by", None)):
                yield f"{service.label}·{step.label}"
        if role in service.proxy:
            yield f"{service.label}·代办或发起"
        if service.reviewed_by == role:
            yield f"{service.label}·行政复议"
    for scheme in domain.schemes:
        if scheme.prepared_by == role:
            yield f"{scheme.label}·编制批次"
        if scheme.reviewed_by == role:
            yield f"{scheme.label}·复核批次"
    yield from (visit.label for visit in domain.visits if visit.by == role)
    yield from (one.label for one in domain.samplings if one.by == role)
    yield from (f"{one.label}·整改" for one in domain.samplings if one.answered_by == role)


def values(catalogue: Catalogue) -> str:
    """Every written value by key, place and day, with its source and how sure it is."""
    written = sorted(catalogue.written, key=lambda one: (one.key, one.place, one.from_))
    count = sum(one.confidence == "assumption" for one in written)
    about = (
        f"随平台写入的全国、全省的值共 {len(written)} 行；各地在“标准与参数”中登记的值优先于这里的值。"
        f"其中 {count} 行是平台设定，法规没有给出数值，使用前应由当地确定，表中标为“**平台设定**”。"
    )
    rows = []
    for one in written:
        sure = CONFIDENCE[one.confidence]
        rows.append(
            [
                one.title, f"`{one.key}`", one.place or "全国", one.from_, one.until or "", one.in_words(),
                one.source, f"**{sure}**" if one.confidence == "assumption" else sure,
            ]
        )  # fmt: skip
    columns = ["名称", "参数", "地方", "起", "止（不含）", "值", "出处", "可信度"]
    return head("标准与参数", about) + "\n" + table(columns, rows)


def kept(catalogue: Catalogue) -> str:
    """Registers, schemes, visits, samplings and indicators of every domain."""
    parts = [head("台账、指标、走访与抽查", "各业务保存什么、发放什么、走访和抽查什么、统计什么。")]
    for domain in catalogue.domains:
        parts += [
            f"## {domain.label}\n\n### 台账\n",
            table(["台账", "编码", "栏目", "可查看的岗位", "可导入的岗位", "依据"], _registers(domain)),
            "### 保障项目\n",
            table(["项目", "编码", "单位", "编制", "复核", "依据"], _schemes(domain)),
            "### 走访与抽查\n",
            table(["名称", "编码", "岗位", "依据"], _field_work(domain)),
            "### 指标\n\n按乡镇、按月计算；上级为所辖各地分子之和除以分母之和。\n",
            table(["指标", "编码", "单位", "算法", "规划目标", "依据"], _indicators(domain)),
        ]
    return "\n".join(parts)


def _registers(domain: declare.Domain) -> Iterator[list[str]]:
    for one in domain.registers:
        columns = "、".join(column.label for column in one.columns)
        readers = "、".join(role.label for role in one.read_by)
        named = next((each.handled_by for each in domain.extracts if each.code == one.brought_by), ())
        bringers = "、".join(
            role.label for role in next((deed.by for deed in one.opens if deed.by_file), named)
        )
        yield [
            one.label,
            f"`{domain.code}.{one.code}`",
            columns,
            readers,
            bringers or "—",
            article(one.basis),
        ]


def _schemes(domain: declare.Domain) -> Iterator[list[str]]:
    for one in domain.schemes:
        people = [one.prepared_by.label, one.reviewed_by.label]
        yield [one.label, f"`{domain.code}.{one.code}`", one.unit, *people, article(one.basis)]


def _indicators(domain: declare.Domain) -> Iterator[list[str]]:
    for one in domain.indicators:
        how = ("分子 ÷ 分母" if one.out_of else "计数或金额") + ("，全部单位全部月份" if one.computed else "")
        yield [
            one.label,
            f"`{domain.code}.{one.code}`",
            one.unit,
            how,
            "、".join(one.serves),
            article(one.basis),
        ]


def _field_work(domain: declare.Domain) -> list[list[str]]:
    rows = [[v.label, f"`{domain.code}.{v.code}`", v.by.label, article(v.basis)] for v in domain.visits]
    rows += [
        [
            s.label,
            f"`{domain.code}.{s.code}`",
            f"{s.by.label}抽查，{s.answered_by.label}整改",
            article(s.basis),
        ]
        for s in domain.samplings
    ]
    return rows


def instruments(catalogue: Catalogue) -> str:
    """The laws, measures and notices each domain rests on."""
    parts = [head("法规与文件", "各业务依据的法规和文件。")]
    for domain in catalogue.domains:
        rows = [
            [
                one.title,
                f"`{one.code}`",
                one.number,
                one.in_force_from,
                one.until or "",
                one.replaced_by or "",
            ]
            for one in domain.instruments
            if isinstance(one, law.Instrument)
        ]
        columns = ["名称", "编码", "文号", "施行", "失效", "由何取代"]
        parts.append(f"## {domain.label}\n\n{table(columns, rows)}")
    return "\n".join(parts)
