"""Which benefits exclude one another (互斥矩阵): handbook 00 §0.9 as data, and the words rules ask it with.

A cell says what happens where one person would receive both.  The first of the pair stands, the second
gives way; rules never repeat a cell, they ask ``free`` and ``prevails``, so that the matrix decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from operator import add, and_
from typing import Any

from minzheng.kernel.errors import Mistake
from minzheng.kernel.law.expressions import Expression
from minzheng.kernel.law.language import parameter
from minzheng.kernel.law.parameters import Confidence
from minzheng.kernel.law.sources import CONFIDENCE

__all__ = [
    "MATRIX", "SCHEMES", "Cell", "Party", "Word", "between", "deducted", "free", "page", "prevails", "reading",
    "second_of",
]  # fmt: skip


class Word(StrEnum):
    """What a cell says; the values are the signs of the printed matrix."""

    EXCLUSIVE = "✗"
    TOGETHER = "✓"
    DIFFERENCE = "Δ"
    HIGHER = "H"
    LOCAL = "P"
    NEVER = "—"

    @property
    def label(self) -> str:
        """The word printed beside the sign."""
        return _LABELS[self.value]


_LABELS = {
    "✗": "不同时享受",
    "✓": "可以同时享受",
    "Δ": "补足差额",
    "H": "择高享受",
    "P": "由地方规定",
    "—": "不会同时符合",
}


@dataclass(frozen=True, slots=True)
class Party:
    """A benefit of the matrix: its name, the rule that says it stands, the rule or fact of what is paid."""

    code: str
    label: str
    drawn: str
    paid: str


_PARTIES = (
    Party("dibao", "最低生活保障", "on_dibao", "dibao_share"),
    Party("tekun", "特困人员救助供养", "tekun_eligible", "tekun_amount"),
    Party("orphan", "孤儿基本生活费", "orphan_drawn", "orphan_amount"),
    Party("fuc", "事实无人抚养儿童基本生活补贴", "fuc_drawn", "fuc_amount"),
    Party("fuc_full", "事实无人抚养儿童基本生活补贴（足额）", "fuc_in_full", "fuc_amount"),
    Party("living", "困难残疾人生活补贴", "living_drawn", "living_amount"),
    Party("nursing", "重度残疾人护理补贴", "nursing_drawn", "nursing_amount"),
    Party("highage", "高龄津贴", "highage_drawn", "highage_amount"),
    Party("elder_nursing", "经济困难老年人护理补贴", "elder_nursing_drawn", "elder_nursing_amount"),
    Party("injury", "工伤保险生活护理费", "draws_injury_fee", "injury_care_fee"),
    Party("veteran", "因公致残、离休等护理补贴", "draws_veteran_care", "veteran_care"),
    Party("ltci", "长期护理保险待遇", "draws_ltci", "ltci_care"),
    Party("other_living", "其他生活性福利补贴", "draws_other_living", "other_living_allowance"),
)
SCHEMES = {one.code: one for one in _PARTIES}


@dataclass(frozen=True, slots=True)
class Cell:
    """One pair: the first stands, the second gives way as the word says.

    A local cell reads ``key`` by place and day; its value is one of ``options``.  ``in_payment`` names the
    fact that settles equal amounts: what is paid already stays.
    """

    first: str
    second: str
    word: Word
    law: str
    confidence: Confidence
    key: str = ""
    options: tuple[str, ...] = ()
    in_payment: str = ""

    def to_json(self) -> dict[str, str]:
        """For the page that says what excludes what."""
        return {
            "first": self.first,
            "second": self.second,
            "word": self.word.value,
            "label": self.word.label,
            "law": self.law,
            "confidence": self.confidence,
            "parameter": self.key,
        }


_TS52 = "国发〔2015〕52号"
_TK9 = "《特困人员认定办法》第九条"
_FUC62 = "民发〔2019〕62号"
_X, _Y, _D, _H, _P, _N = (
    Word.EXCLUSIVE,
    Word.TOGETHER,
    Word.DIFFERENCE,
    Word.HIGHER,
    Word.LOCAL,
    Word.NEVER,
)
_EITHER = ("together", "exclusive")
_ANY = ("together", "higher", "exclusive")

MATRIX: tuple[Cell, ...] = (
    Cell("tekun", "dibao", _X, "《特困人员认定办法》第四条、《社会救助法》第十三条", "law"),
    Cell("orphan", "dibao", _X, "同一儿童不重复保障", "common"),
    Cell("dibao", "fuc", _D, _FUC62, "law"),
    Cell("dibao", "living", _Y, f"{_TS52}，补贴不计入家庭收入", "law"),
    Cell("dibao", "nursing", _Y, f"{_TS52}，补贴不计入家庭收入", "law"),
    Cell("dibao", "highage", _P, "地方规定", "assumption", "overlap.highage.dibao", _EITHER),
    Cell("dibao", "elder_nursing", _Y, "财社〔2014〕113号", "law"),
    Cell("tekun", "orphan", _X, f"{_TK9}，由监护人选择", "law"),
    Cell("tekun", "fuc", _X, f"{_TK9}，由监护人选择", "law"),
    Cell("tekun", "living", _X, _TS52, "law"),
    Cell("tekun", "nursing", _X, _TS52, "law"),
    Cell("tekun", "highage", _P, "高龄津贴不计入特困人员收入", "law", "overlap.highage.tekun", _EITHER),
    Cell(
        "tekun",
        "elder_nursing",
        _P,
        "照料护理已由特困供养保障",
        "common",
        "overlap.elder_nursing.tekun",
        _EITHER,
    ),
    Cell("orphan", "fuc", _X, _FUC62, "law"),
    Cell("orphan", "living", _X, _TS52, "law"),
    Cell("orphan", "nursing", _Y, _TS52, "law"),
    Cell("orphan", "highage", _N, "年龄", "law"),
    Cell("orphan", "elder_nursing", _N, "年龄", "law"),
    Cell("fuc_full", "living", _X, _FUC62, "law"),
    Cell("living", "fuc", _D, f"{_FUC62}，已先享受生活补贴的", "law"),
    Cell("fuc", "nursing", _Y, _TS52, "law"),
    Cell("fuc", "highage", _N, "年龄", "law"),
    Cell("fuc", "elder_nursing", _N, "年龄", "law"),
    Cell("living", "nursing", _Y, _TS52, "law"),
    Cell(
        "living", "highage", _P, f"{_TS52}，是否同类由地方规定", "assumption", "overlap.highage.living", _ANY
    ),
    Cell("living", "elder_nursing", _Y, "用途不同", "assumption"),
    Cell("nursing", "highage", _P, "地方规定", "assumption", "overlap.highage.nursing", _ANY),
    Cell("nursing", "elder_nursing", _H, _TS52, "law", in_payment="care_in_payment"),
    Cell("highage", "elder_nursing", _Y, "财社〔2014〕113号", "common"),
    Cell("injury", "dibao", _Y, "家庭收入核算时计入", "law"),
    Cell("injury", "living", _X, _TS52, "law"),
    Cell("injury", "nursing", _X, _TS52, "law"),
    Cell("injury", "highage", _Y, "用途不同", "common"),
    Cell("injury", "elder_nursing", _P, "护理类待遇", "common", "overlap.elder_nursing.injury", _EITHER),
    Cell("veteran", "nursing", _H, _TS52, "law"),
    Cell("veteran", "elder_nursing", _H, "同类护理补贴", "assumption"),
    Cell("ltci", "nursing", _P, "地方规定", "assumption", "overlap.nursing.ltci", _ANY),
    Cell("ltci", "elder_nursing", _P, "地方规定", "assumption", "overlap.elder_nursing.ltci", _ANY),
    Cell("other_living", "living", _H, _TS52, "law"),
)
"""Price subsidy is one for each person, and temporary assistance goes with everything: they have no cell."""


def second_of(scheme: str, *words: Word) -> tuple[Cell, ...]:
    """The cells in which the scheme gives way."""
    return tuple(cell for cell in MATRIX if cell.second == scheme and (not words or cell.word in words))


def between(one: str, other: str) -> tuple[Cell, ...]:
    """What the matrix says of a pair, in either order; F in full and F topped up are one scheme here."""
    pair = {one.removesuffix("_full"), other.removesuffix("_full")}
    return tuple(cell for cell in MATRIX if {cell.first.removesuffix("_full"), cell.second} == pair)


# --- What rules ask ----------------------------------------------------------------------------------


def reading(cell: Cell) -> Expression:
    """What the place says of a local cell."""
    return parameter(cell.key, unit="code", options=cell.options)


def free(p: Any, scheme: str, *beside: str) -> Any:
    """No benefit stands that excludes this one: ✗ by law, P where the place says exclusive.

    ``beside`` are the benefits asked about; all of the matrix, if none is named.
    """
    conditions = []
    for cell in second_of(scheme, Word.EXCLUSIVE, Word.LOCAL):
        if beside and cell.first not in beside:
            continue
        stands = getattr(p, SCHEMES[cell.first].drawn)
        conditions.append(~(stands & (reading(cell) == "exclusive")) if cell.word is Word.LOCAL else ~stands)
    return reduce(and_, conditions)


def deducted(p: Any, scheme: str) -> Any:
    """What is taken off where the matrix pays the difference."""
    return reduce(add, (getattr(p, SCHEMES[cell.first].paid) for cell in second_of(scheme, Word.DIFFERENCE)))


def prevails(p: Any, scheme: str, mine: str, **rivals: str) -> Any:
    """The higher of its class: H by law, P where the place says so.  Rivals are named with their amounts."""
    return reduce(and_, (_beats(p, scheme, mine, rival, amount) for rival, amount in rivals.items()))


def _beats(p: Any, scheme: str, mine: str, rival: str, amount: str) -> Any:
    cells = [one for one in between(scheme, rival) if one.word is Word.HIGHER or "higher" in one.options]
    if len(cells) != 1:
        raise Mistake("overlap_cell", f"The matrix does not compare {scheme} with {rival}.")
    (cell,) = cells
    own, other = getattr(p, mine), getattr(p, amount)
    result = (own > other) | ((own == other) & _keeps_on_tie(p, cell, scheme))
    return result if cell.word is Word.HIGHER else (reading(cell) != "higher") | result


def _keeps_on_tie(p: Any, cell: Cell, scheme: str) -> Any:
    """What is in payment stays; where that is not asked, the first of the pair."""
    stands = cell.first == scheme
    if not cell.in_payment:
        return stands
    other_paid = getattr(p, cell.in_payment) == cell.second
    return ~other_paid if stands else other_paid


# --- The page ----------------------------------------------------------------------------------------


def page() -> str:
    """The matrix as it stands in the documents: what the rules ask, printed."""
    rows = [
        f"| {SCHEMES[cell.first].label} | {SCHEMES[cell.second].label} | {cell.word.value} {cell.word.label} "
        f"| {cell.law} | {CONFIDENCE[cell.confidence]} | {f'`{cell.key}`' if cell.key else ''} |"
        for cell in MATRIX
    ]
    return "\n".join([_HEAD, *rows, ""])


_HEAD = """# What excludes what 互斥矩阵

同一个人同时符合两项待遇时：前者照发，后者按“关系”一栏让位。规则只读这张表（`rules/overlap.py`），不另写例外；
每一格都有算例（`cases/overlap.yaml`）。由地方规定的，读取所列参数，写明 together 同时享受、higher 择高、
exclusive 不同时享受。价格临时补贴每人一份，临时救助与各项待遇都可以同时享受，不列入本表。

| 先者 | 后者 | 关系 | 依据 | 可信度 | 参数 |
|---|---|---|---|---|---|"""
