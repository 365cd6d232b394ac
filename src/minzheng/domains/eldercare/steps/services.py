"""Services at home (居家养老服务): needs and providers, vouchers of the service subsidy, bought by the month.

Handbook 02 §6, §7.3; 财社〔2014〕113号.
"""

from __future__ import annotations

from collections.abc import Mapping

from minzheng.kernel import declare
from minzheng.kernel.clock import Month

from .. import rules
from ..queries import vouchers
from ..roles import CLERK, COUNTY_OFFICER, PAYER, PAYMENT_REVIEWER, SERVER, VISITOR

__all__ = ["MARKET", "PURCHASE", "service_money"]

SERVICES: Mapping[str, str] = {
    "meal": "助餐", "cleaning": "助洁", "bathing": "助浴", "nursing": "上门护理", "rehab": "康复指导",
    "escort": "陪同就医", "repair": "维修", "chat": "陪伴聊天", "emergency": "紧急呼援", "adaptation": "适老化改造",
}  # fmt: skip
_GROUPS = {
    "dependent2": "经济困难中度失能", "dependent3": "经济困难重度失能", "dependent4": "经济困难完全失能",
    "very_old": "经济困难高龄",
}  # fmt: skip

service_money = declare.Scheme(
    "elder_service", "养老服务补贴（服务券）", "person", prepared_by=PAYER, reviewed_by=PAYMENT_REVIEWER,
    basis=rules.SUB113.as_a_whole(),
)  # fmt: skip
PURCHASE = declare.Purchasing(
    "elder_purchase", "政府购买居家养老服务", services={
        "home": "居家上门服务（服务券）", "homebed": "家庭养老床位", "adaptation": "居家适老化改造",
    }, out_of=(service_money,),
    signer=COUNTY_OFFICER, registrar=COUNTY_OFFICER, acceptor=PAYMENT_REVIEWER, payer=PAYER, year=rules.purchase_year,
    cap=rules.purchase_cap, allowed=rules.purchase_allowed, warns=rules.purchase_warns, basis=rules.SUB113.as_a_whole(),
)  # fmt: skip


def _amounts(path: str, month: Month) -> Mapping[str, int]:
    return {group: vouchers.value(f"elder.service.{group}", path, month) for group in _GROUPS}


MARKET = declare.Matching(
    "home_services", "居家养老服务", services=SERVICES,
    slots={"morning": "上午", "noon": "中午", "afternoon": "下午", "evening": "傍晚"},
    candidate=rules.match, hurdles=rules.HURDLES, merits=rules.MERITS, score=rules.score, told_by=(VISITOR, CLERK),
    managed_by=COUNTY_OFFICER, served_by=SERVER, farthest="match.distance_limit", way="match.way",
    answer_hours="match.answer_hours", shown="match.shown", called_back="match.called_back",
    new_stars="match.new_stars", near_door="elder.visits.far",
    vouchers=declare.Vouchers(
        "养老服务补贴", people=vouchers.HOLDERS, amounts=_amounts, groups=_GROUPS, issued_by=PAYER,
        signed_by=PAYMENT_REVIEWER, asks=vouchers.asked, basis=rules.SUB113.as_a_whole(),
    ),
    settled=PURCHASE, minutes={"cleaning": 60, "bathing": 60, "nursing": 60, "rehab": 45, "escort": 180, "chat": 60},
    basis=rules.VISITS.as_a_whole(),
)  # fmt: skip
