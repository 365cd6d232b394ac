"""What brings old people and their families to the window, and who is asked to help (handbook 02; 一门受理)."""

from __future__ import annotations

from minzheng.kernel.declare import Counter, Department, Need

__all__ = ["COUNTER"]

COUNTER = Counter(
    needs=(
        Need(
            "elder_dependent",
            "老人失能，在家需要照护",
            (),
            ("elder_desk",),
            ("ability_requests", "home_beds"),
        ),
        Need("elder_home_unsafe", "老人家里不方便、容易摔", (), ("elder_desk",), ("adaptations",)),
        Need("elder_service", "老人需要助餐、助浴、陪同就医等上门服务", (), ("elder_desk",)),
        Need("elder_residence", "老人想住养老机构", (), ("elder_desk",), ("ability_requests",)),
        Need("elder_alone", "老人独居、空巢，没人照看", (), ("elder_desk",)),
        Need("elder_allowance", "询问高龄津贴、护理补贴", (), ("elder_desk",), ("ability_requests",)),
        Need("elder_health", "老人要看病、康复、家庭医生", (), ("health", "medical")),
    ),
    departments=(
        Department(
            "elder_desk",
            "乡镇养老服务经办岗位",
            "能力评估、上门服务、家庭养老床位、适老化改造、入住机构、津贴",
        ),
        Department("health", "卫生健康部门", "家庭医生、医养结合、康复护理"),
    ),
)
