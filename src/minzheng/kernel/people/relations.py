"""The words for how persons belong to a family: the relation (GB/T 4761), and why a member does not count.

A member who does not count stays on the list with the reason (最低生活保障审核确认办法 art. 7).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["NOT_COUNTED", "RELATIONS", "relation_label"]

RELATIONS: Mapping[str, str] = MappingProxyType(
    {
        "01": "本人", "02": "户主", "10": "配偶", "11": "夫", "12": "妻", "20": "儿子", "28": "女婿", "30": "女儿",
        "38": "儿媳", "40": "孙子女、外孙子女", "50": "父母", "51": "父亲", "52": "母亲", "53": "公公", "54": "婆婆",
        "55": "岳父", "56": "岳母", "60": "祖父母、外祖父母", "70": "兄弟姐妹", "80": "其他亲属", "90": "非亲属",
        "97": "其他",
    }
)  # fmt: skip
NOT_COUNTED: Mapping[str, str] = MappingProxyType(
    {
        "prison": "在监狱服刑",
        "detox": "强制隔离戒毒",
        "missing": "宣告失踪",
        "clergy": "宗教教职人员脱离家庭",
        "province": "省级规定的其他人员",
    }
)


def relation_label(code: str) -> str:
    """The word for a relation; a finer code falls back on the class it belongs to."""
    return RELATIONS.get(code) or RELATIONS.get(f"{code[:1]}0", code)
