"""The list of letters: code, name, the word in their number, what they contain, the page that sets them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from minzheng.kernel.errors import Mistake

from . import record_shapes, shapes
from .shapes import Shape

__all__ = ["LETTERS", "Letter", "find"]

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Letter:
    """One kind of letter; a domain may declare its own with a page in its own folder."""

    code: str
    label: str
    word: str
    shape: type[Shape]
    heading: str = ""
    folder: Path = HERE

    @property
    def page(self) -> Path:
        """The typst source that sets the letter."""
        return self.folder / f"{self.code}.typ"

    def title(self, content: Shape) -> str:
        """The heading on the page, such as 最低生活保障确认通知书."""
        return self.heading.format(content) if self.heading else self.label


_ALL = (
    Letter("acceptance_receipt", "受理通知书", "民受", shapes.Acceptance),
    Letter("correction_notice", "一次性补正告知书", "民补", shapes.Correction),
    Letter("not_accepted", "不予受理通知书", "民不受", shapes.NotAccepted),
    Letter("publicity_notice", "公示", "民公示", shapes.Publicity, "{0.scheme}公示"),
    Letter("decision_grant", "确认通知书", "民确", shapes.Grant, "{0.scheme}确认通知书"),
    Letter("decision_refusal", "不予确认通知书", "民不确", shapes.Refusal, "{0.scheme}不予确认通知书"),
    Letter("change_notice", "变更通知书", "民变", shapes.Change, "{0.scheme}{0.change}通知书"),
    Letter("commitment", "承诺书", "民诺", shapes.Commitment, "{0.service}承诺书"),
    Letter("authorisation", "家庭经济状况核对授权书", "民授", shapes.Authorisation),
    Letter("reconsideration_decision", "行政复议决定书", "复决", shapes.ReconsiderationDecision),
    Letter("extension_notice", "延长办理期限告知书", "民延", record_shapes.Prolonged),
    Letter("suspension_notice", "中止办理告知书", "民中", record_shapes.Halt),
    Letter("application_form", "申请书", "民申", record_shapes.Record, "{0.service}申请书"),
    Letter("materials_list", "申请材料清单", "民料", record_shapes.Record),
    Letter("investigation_record", "调查核实记录", "民调", record_shapes.Record, "{0.service}调查核实记录"),
    Letter("delivery_record", "送达回证", "民达", record_shapes.Record),
)

LETTERS: Mapping[str, Letter] = {letter.code: letter for letter in _ALL}


def find(letter: Letter | str) -> Letter:
    """The letter of that code."""
    if isinstance(letter, Letter):
        return letter
    if letter not in LETTERS:
        raise Mistake(
            "letter_unknown", f"没有名为“{letter}”的文书。可用：{'、'.join(LETTERS)}。", letter=letter
        )
    return LETTERS[letter]
