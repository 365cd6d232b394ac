"""One page for each file of rules: what every rule says, what it reads and rests on, and the cases it decides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from minzheng.kernel.law import Value
from minzheng.kernel.law.cases import Case
from minzheng.kernel.law.language import Entity, Rule
from minzheng.kernel.law.reads import facts_read, parameters_read, rules_read

from .rulebook import Lawbook, RuleFile
from .runs import Given, examples
from .tables import CONFIDENCE, article, head, lines, table
from .telling import Teller

__all__ = ["anchor_of_case", "pages", "unit_of_rule"]

SHOWN = 5
_UNITS = {"boolean": "是 / 否", "ratio": "比例", "code": "等级或编码", "count": "个", "date": "日期"}
_HOW = (
    "〔…〕为按地区、按日期登记的参数，“…”为一项条件；逐行列出的情形自上而下判断，先符合的为准。"
    "金额在取整之前一律按分数精确计算。"
)


def pages(law: Lawbook) -> dict[str, str]:
    """The pages of one domain by their names below ``docs/generated``, with the one that leads to them."""
    teller, given = Teller(law.entities, law.values), examples(law)
    made = {f"rules/{law.code}-{one.name}.md": _Page(law, one, teller, given).text() for one in law.files}
    made[f"rules/{law.code}.md"] = _contents(law)
    return made


def anchor_of_case(case: Case) -> str:
    """Where a worked case stands on its page."""
    return case.id.lower().replace("_", "-")


def unit_of_rule(rule: Rule) -> str:
    """The word for the unit of a rule."""
    return rule.unit.suffix or _UNITS.get(rule.unit.code, rule.unit.code)


def _anchor(rule: Rule) -> str:
    return f"{rule.entity}-{rule.name}".replace("_", "-")


def _contents(law: Lawbook) -> str:
    count = sum(len(one.rules) for one in law.files)
    parts = [head(f"{law.label}：规则", f"共 {count} 条规则，先声明，后引用，因此不会循环。{_HOW}")]
    for one in law.files:
        rows = [
            [
                f"[{rule.title}]({law.code}-{one.name}.md#{_anchor(rule)})",
                entity.title,
                unit_of_rule(rule),
                article(rule.basis),
            ]
            for entity, rule in one.rules
        ]
        parts.append(
            f"## [{one.title}]({law.code}-{one.name}.md)\n\n{table(['规则', '说的是', '单位', '依据'], rows)}"
        )
    return "\n".join(parts)


class _Page:
    """The page of one file of rules."""

    def __init__(self, law: Lawbook, file: RuleFile, teller: Teller, given: Given) -> None:
        self.law, self.file, self.teller, self.given = law, file, teller, given
        self.titled: dict[tuple[str, str], Rule] = {
            (entity.name, name): rule for entity in law.entities for name, rule in entity.rules.items()
        }

    def text(self) -> str:
        """The rules one after the other, then the values they read."""
        file = self.file
        source = f"src/minzheng/domains/{self.law.code}/rules/{file.name}.py"
        about = f"{file.about.partition(chr(10))[0]}\n\n规则文件 `{source}`。{_HOW}"
        parts = [head(f"{self.law.label}：{file.title}", about)]
        parts += [self._rule(entity, rule) for entity, rule in file.rules]
        parts.append(f"## 本页规则读取的参数\n\n{self._values()}")
        return "\n".join(parts)

    def _rule(self, entity: Entity, rule: Rule) -> str:
        told = [f"说的是：{entity.title}　单位：{unit_of_rule(rule)}"]
        if basis := article(rule.basis):
            told.append("依据：" + basis.replace("\n", "；"))
        if rule.says:
            told.append(f"结论：成立时“{self._sentence(rule, 0)}”，不成立时“{self._sentence(rule, 1)}”")
        told += self._reads(rule)
        if worked := self._worked(rule):
            told.append(worked)
        says = "\n".join(self.teller.rule(rule))
        named = f"`{rule.entity}.{rule.name}` {rule.doc}"
        return f"## {rule.title} {{#{_anchor(rule)}}}\n\n{named}\n\n**规定**\n\n{says}\n\n**说明**\n\n{lines(told)}"

    def _sentence(self, rule: Rule, which: int) -> str:
        """The sentence of a finding, with the names of the figures it will hold."""
        said = (rule.says or ("", ""))[which]
        for entity in self.law.entities:
            if entity.name == rule.entity:
                for name, what in (entity.facts | entity.rules).items():
                    said = said.replace(f"{{{name}}}", f"［{what.title}］")
        return said

    def _reads(self, rule: Rule) -> Iterator[str]:
        if facts := facts_read(rule):
            by_name = {entity.name: entity for entity in self.law.entities}
            known = [by_name[entity].facts[name] for entity, name in facts]
            yield "事项：" + "；".join(f"{one.title}（{one.supplied_by}）" for one in known)
        if rules := rules_read(rule):
            yield "引用：" + "、".join(self._link(self.titled[key]) for key in rules)
        if keys := parameters_read(rule):
            yield "参数：" + "；".join(self._parameter(key) for key in keys)

    def _link(self, rule: Rule) -> str:
        page = self.law.page_of(rule)
        here = "" if page == f"{self.law.code}-{self.file.name}.md" else page
        return f"[{rule.title}]({here}#{_anchor(rule)})"

    def _parameter(self, key: str) -> str:
        """A value by its name, and as it stands last; all of them stand at the foot of the page."""
        listed = _values_of(self.law, key)
        if not listed:
            return f"{key}（各地登记）"
        last = listed[-1]
        place = last.place or "全国"
        return (
            f"[{last.title or key}](#{_parameter_anchor(key)}) {last.in_words()}（{place}，{last.from_} 起）"
        )

    def _values(self) -> str:
        keys = dict.fromkeys(key for _, rule in self.file.rules for key in parameters_read(rule))
        columns = ["参数", "值", "地方", "起", "止（不含）", "出处", "可信度"]
        return table(columns, self._rows(keys))

    def _rows(self, keys: Iterable[str]) -> Iterator[list[object]]:
        for key in keys:
            for number, one in enumerate(_values_of(self.law, key)):
                anchor = f'<span id="{_parameter_anchor(key)}"></span>' if number == 0 else ""
                sure = CONFIDENCE[one.confidence]
                yield [
                    f"{anchor}{one.title} `{key}`",
                    one.in_words(),
                    one.place or "全国",
                    one.from_,
                    one.until or "",
                    one.source,
                    f"**{sure}**" if one.confidence == "assumption" else sure,
                ]

    def _worked(self, rule: Rule) -> str:
        """How many cases look at the rule, and some of them: of its own file first, one for each result."""
        seen = self.given.by_rule.get((rule.entity, rule.name), [])
        if not seen:
            return ""
        own = sorted(seen, key=lambda one: one[0].file.partition(".")[0] != self.file.name)
        chosen = list({said: case for case, said in reversed(own)}.items())[::-1][:SHOWN]
        named = "；".join(f"[{case.id}]({self._case(case)}) {said}" for said, case in chosen)
        return f"算例：{len(seen)} 例用到本条，如 {named}"

    def _case(self, case: Case) -> str:
        return f"../cases/{self.law.code}-{case.file.partition('.')[0]}.md#{anchor_of_case(case)}"


def _values_of(law: Lawbook, key: str) -> list[Value]:
    return sorted((one for one in law.values if one.key == key), key=lambda one: (one.place, one.from_))


def _parameter_anchor(key: str) -> str:
    return f"p-{key}".replace(".", "-").replace("_", "-")
