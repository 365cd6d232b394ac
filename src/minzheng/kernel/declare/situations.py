"""Life situations (生活处境): how somebody who does not know the name of a service looks for it.

Some are common to all offices and stand here; a domain may add its own where it declares a service.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

__all__ = ["Situation"]


@dataclass(frozen=True)
class Situation:
    """What has happened or is wanted, as people say it; ``words`` are other ways of saying it."""

    code: str
    label: str
    icon: str
    words: tuple[str, ...] = ()

    HARDSHIP: ClassVar[Situation]
    ILLNESS: ClassVar[Situation]
    ELDERS: ClassVar[Situation]
    CHILDREN: ClassVar[Situation]
    DISABILITY: ClassVar[Situation]
    DEATH: ClassVar[Situation]
    MARRIAGE: ClassVar[Situation]
    LOST: ClassVar[Situation]
    ORGANISATION: ClassVar[Situation]

    def __str__(self) -> str:
        return self.label


Situation.HARDSHIP = Situation(
    "hardship", "家里有困难", "home-heart", ("没钱", "揭不开锅", "过不下去", "失业", "下岗", "没工作", "穷", "欠债"),
)  # fmt: skip
Situation.ILLNESS = Situation(
    "illness", "家人生病花费大", "heart", ("看病", "住院", "大病", "手术", "癌症", "医药费", "看不起病"),
)  # fmt: skip
Situation.ELDERS = Situation(
    "elders", "老人要照料", "heart-handshake", ("父母老了", "养老", "孤寡老人", "没人照顾", "瘫痪", "卧床", "老人"),
)  # fmt: skip
Situation.CHILDREN = Situation(
    "children", "孩子需要保护", "baby-carriage", ("孤儿", "没人管的孩子", "留守儿童", "上不起学", "孩子"),
)  # fmt: skip
Situation.DISABILITY = Situation("disability", "残疾人服务", "wheelchair", ("残疾", "残疾证", "护理补贴"))
Situation.DEATH = Situation("death", "有人去世了", "flag", ("去世", "死亡", "丧葬", "火化", "办后事", "没了"))
Situation.MARRIAGE = Situation("marriage", "要结婚", "heart", ("结婚", "离婚", "领证", "婚姻登记"))
Situation.LOST = Situation(
    "lost", "遇到急事难事", "alert-triangle", ("火灾", "着火", "车祸", "意外", "突发", "救急", "危难", "走失"),
)  # fmt: skip
Situation.ORGANISATION = Situation(
    "organisation", "办社会组织", "building-community", ("协会", "社团", "基金会")
)
