"""Where each benefit is asked for and what to take along.

No paper that a department can supply is asked for (《最低生活保障审核确认办法》第十条、《社会救助法》第六十二条).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["WAYS", "Way"]

_TOWNSHIP = "户籍地乡镇人民政府（街道办事处）窗口；行动不便的，可由村（居）委会代办"
_CARD, _ID = "本人或监护人的银行卡", "身份证、户口簿（出示即可）"

_CHILD = "儿童户籍地乡镇人民政府（街道办事处）窗口"
_OF_CHILD = ("儿童的户口簿", "说明父母情况的材料（部门能核对的不用交）", _CARD)


@dataclass(frozen=True, slots=True)
class Way:
    """``service`` is set where the platform takes the application itself."""

    where: str
    bring: tuple[str, ...]
    service: str = ""


WAYS: Mapping[str, Way] = {
    "temporary": Way(
        "遇到困难的地方的乡镇人民政府（街道办事处）窗口；情况紧急可先打 12345 或找村（居）委会",
        (_ID, "能说明困难的材料，紧急的可以后补"),
        "assistance.temporary",
    ),
    "tekun": Way(_TOWNSHIP, (_ID, _CARD), "assistance.tekun"),
    "dibao": Way(_TOWNSHIP, (_ID, "成年家人签署的核对授权书", _CARD), "assistance.dibao"),
    "single": Way(_TOWNSHIP, (_ID, "残疾人证或诊断证明", _CARD)),
    "edge": Way(_TOWNSHIP, (_ID, "成年家人签署的核对授权书"), "assistance.edge"),
    "rigid": Way(_TOWNSHIP, (_ID, "看病、上学、康复的票据")),
    "orphan": Way(_CHILD, _OF_CHILD),
    "fuc": Way(_CHILD, _OF_CHILD),
    "living": Way(_TOWNSHIP, (_ID, "残疾人证", _CARD)),
    "nursing": Way(_TOWNSHIP, (_ID, "残疾人证", _CARD)),
    "highage": Way(_TOWNSHIP, (_ID, _CARD)),
    "elder_nursing": Way(_TOWNSHIP, (_ID, "老年人能力评估报告（没有的，可申请评估）", _CARD)),
    "price": Way("不用申请，启动当月随其他待遇自动发放", ()),
}  # fmt: skip
