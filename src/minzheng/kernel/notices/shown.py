"""What a public posting may show: name, number of members, amount, scheme, objection phone, and no more.

最低生活保障审核确认办法 art. 24; handbook 00 §0.11: no numbers, no diagnosis, no address below the village.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Any

from minzheng.kernel.errors import Refused

__all__ = ["Shown", "refuse_private"]

_PHONE = re.compile(r"(1[3-9]\d{9}|0\d{2,3}-?\d{7,8}|12345)")
# Seven digits in a row are part of an identity number, a phone or an account.
_NUMBER = re.compile(r"\d{7,}")
_ADDRESS = re.compile(r"[0-9０-９一二三四五六七八九十百]+\s*(号楼?|栋|幢|单元|室|组|门牌|户)(?!公示|村务)")


@dataclass(frozen=True, kw_only=True)
class Shown:
    """The five things a village may read; ``amount`` is in fen, a month or at once as ``per`` says."""

    applicant: str
    members: int
    amount: int
    scheme: str
    objection_phone: str
    per: str = "每月"
    ending: bool = False

    def __post_init__(self) -> None:
        for label, text, longest in (("申请人", self.applicant, 30), ("保障类别", self.scheme, 30)):
            refuse_private(text, label=label, longest=longest)
        if type(self.members) is not int or self.members < 1:
            raise Refused("posting_members", "公示的保障人数应当是不小于1的整数。", field="members")
        if type(self.amount) is not int or self.amount < 0:
            raise Refused("posting_amount", "公示的金额应当是不小于0的整数分。", field="amount")
        if not _PHONE.fullmatch(self.objection_phone):
            message = "异议电话不是有效的电话号码。请填写办公电话，如 0431-85550000。"
            raise Refused("posting_phone", message, field="objection_phone")

    def as_json(self) -> dict[str, Any]:
        """The snapshot kept with the posting; that it is a month's amount and a grant goes without saying."""
        kept = asdict(self)
        usual = {"per": "每月", "ending": False}
        return {name: value for name, value in kept.items() if usual.get(name) != value}


def refuse_private(text: str, *, label: str, longest: int) -> None:
    """A posted text is short and holds no number and no address below the village."""
    if not text.strip() or len(text) > longest or "\n" in text:
        raise Refused(
            "posting_text", f"公示的“{label}”应当是一行不超过 {longest} 字的文字。", field="content"
        )
    if _NUMBER.search(text):
        message = f"公示的“{label}”里有号码。公示不得出现证件号、电话或账号，请删去。"
        raise Refused("posting_number", message, field="content")
    if _ADDRESS.search(text):
        message = f"公示的“{label}”里有村（社区）以下的住址。公示不得出现门牌、楼栋或村民小组，请删去。"
        raise Refused("posting_address", message, field="content")
