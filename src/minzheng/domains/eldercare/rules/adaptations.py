"""What a home may be fitted with (民发〔2020〕86号附件): seven basic items and twenty-three others."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["BASIC", "ITEMS", "OTHER"]

BASIC: Mapping[str, str] = {
    "antislip": "地面防滑处理", "level": "高差处理", "handrail": "安装扶手", "shower_seat": "配置淋浴椅",
    "nursing_bed": "配置护理床", "cane": "配置手杖", "antiwander": "防走失装置",
}  # fmt: skip
OTHER: Mapping[str, str] = {
    "paving": "地面平整硬化", "corridor_rail": "通道扶手", "threshold": "移除门槛", "sliding_door": "平开门改推拉门",
    "wide_door": "门洞拓宽", "door_handle": "下压式门把手", "flash_bell": "闪光振动门铃", "bed_rail": "床边护栏",
    "antisore": "防压疮垫", "toilet": "蹲便器改坐便器", "tap": "水龙头改造", "bathtub": "浴缸、淋浴间改造",
    "worktop": "厨房台面改造", "cupboard": "加设中部柜", "sensor_light": "自动感应灯具", "socket": "插座开关改造",
    "corner_guard": "防撞护角和提示标识", "furniture": "适老家具", "walker": "轮椅、助行器", "magnifier": "放大装置",
    "hearing_aid": "助听器", "utensil": "自助进食器具", "safety_monitor": "安全监控装置",
}  # fmt: skip
ITEMS: Mapping[str, str] = {**BASIC, **OTHER}
