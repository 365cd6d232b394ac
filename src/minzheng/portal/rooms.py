"""The pages of the residents' door that are no service: shown at home, and found by what people call them."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CARE", "MINE", "ROOMS", "Room"]


@dataclass(frozen=True)
class Room:
    """A page of this door that is no service, with what people call what they look for there."""

    label: str
    text: str
    icon: str
    url: str
    words: tuple[str, ...] = ()
    situation: str = ""


ROOMS = (
    Room("村（社区）公示栏", "看公示，有不同意见可以提出", "speakerphone", "/board/",
         ("公示", "公示栏", "名单", "异议")),
    Room("服务评价公开", "满意率、差评整改率，每月公开", "star", "/quality/",
         ("评价", "好差评", "满意")),
    Room("找养老机构", "在哪里、多少钱、有没有空床", "home", "/houses/",
         ("养老院", "敬老院", "养老机构", "床位", "入住", "轮候", "住进", "找床位")),
    Room("养老申请", "能力评估、入住轮候、家庭养老床位、适老化改造", "clipboard-list", "/my/requests/",
         ("能力评估", "评估", "家庭养老床位", "适老化", "改造", "轮候")),
    Room("监管结果公开", "养老机构检查、处罚和失信信息", "checklist", "/inspections/",
         ("检查", "处罚", "养老院", "敬老院")),
    Room("意见箱", "对服务有什么想说的，限期答复", "message-circle", "/opinions/",
         ("投诉", "举报", "意见", "建议", "表扬")),
    Room("文书核验", "输入核验码，辨别文书真假", "shield-check", "/verify/",
         ("核验", "真假", "证明", "决定书")),
    Room("打电话 12345", "不会上网，电话问也一样", "phone", "tel:12345",
         ("电话", "热线", "人工")),
)  # fmt: skip
MINE = Room(
    "我的事项", "看办到哪了，补正、下载文书、评价", "file-text", "/my/",
    ("进度", "办到哪了", "查询", "结果", "补正", "撤回", "复议", "不同意"),
)  # fmt: skip
# What is asked for without a case of its own; it helps in the same situation as the services do.
CARE = (
    Room("居家服务", "助餐、助洁、上门照护，找附近的服务商", "home-heart", "/my/care/",
         ("居家养老", "上门", "助餐", "助洁", "助浴", "助医", "送饭", "饭桌", "食堂", "保洁", "陪护", "照护", "服务券",
          "养老服务"), "elders"),
    Room("照护和改造", "家庭养老床位、居家适老化改造", "clipboard-list", "/my/requests/",
         ("家庭养老床位", "家庭床位", "床位", "适老化", "改造", "扶手", "照护"), "elders"),
    Room("学习课程", "老年人学习，养老护理员培训", "report-analytics", "/my/learning/",
         ("学习", "课程", "培训", "护理员", "老年大学", "上课"), "elders"),
)  # fmt: skip
