"""Institutions and community facilities of elder care, as houses of the kernel (养老机构管理办法)."""

from __future__ import annotations

from minzheng.kernel import declare

from .. import roles, rules
from ..checks import homes as checks
from ..forms import homes as forms_of
from ..queries.homes import stars_in_words
from ..queries.provision import measured

__all__ = ["COMMUNITY", "HOMES", "RURAL"]

_OWNERSHIPS = {"public": "公办", "public_run": "公建民营", "private": "民办"}

HOMES = declare.Facilities(
    "homes", "养老机构", "家",
    kinds={
        "county_home": "县级社会福利院", "township_home": "乡镇福利中心", "home": "养老院", "nursing_home": "护理院",
    },
    ownerships=_OWNERSHIPS, keeper=roles.HOME_KEEPER, overseer=roles.COUNTY_OFFICER, details=forms_of.DETAILS,
    functions={"residence": "入住照护", "day_care": "日间照料", "bathing": "助浴", "outreach": "上门服务"},
    beds={"ordinary": "普通", "care": "护理型", "dementia": "失智照护", "medical": "医养"},
    # Tekun first, then poor and alone, disabled, very old, family-planning special families (plan 5.1).
    ranks={
        "tekun": "特困人员", "poor_alone": "经济困难的孤寡老人", "disabled": "经济困难的失能老人",
        "very_old": "经济困难的高龄老人", "special_family": "计划生育特殊家庭老人", "other": "其他老人",
    },
    queued=("public",),
    papers={"application": "备案申请书", "registration": "登记证书",
    "commitment": "承诺书（消防、卫生、食品、建筑、环保）"},
    agreement=forms_of.AGREEMENT, file_term="elder.filing_days", change_term="home.change_days",
    check_term="home.first_check_days", closing_term="home.closing_days", hold_term="home.hold_days",
    may_stay=checks.may_stay, warns=checks.warnings, told=stars_in_words,
    measured=measured, basis=rules.ORDER66.as_a_whole(),
)  # fmt: skip

COMMUNITY = declare.Facilities(
    "community", "社区和农村养老服务设施", "处",
    kinds={
        "street_centre": "街道社区居家养老服务中心", "day_care": "日间照料站", "village_yard": "村养老大院",
        "mutual_site": "农村互助养老站点",
    },
    ownerships=_OWNERSHIPS, keeper=roles.HOME_KEEPER, overseer=roles.COUNTY_OFFICER, details=forms_of.COMMUNITY,
    functions={
        "full_care": "全托", "day_care": "日托", "home_service": "上门服务", "coordination": "区域协调指导",
        "meals": "助餐", "bathing": "助浴", "mutual_help": "互助服务",
    },
    # A street's centre counts when it does all four (plan 5.2).
    needed={"street_centre": ("full_care", "day_care", "home_service", "coordination")},
    file_term="elder.filing_days", change_term="home.change_days", closing_term="home.closing_days",
    circle="circle.m", way="match.way", basis=rules.PLAN.as_a_whole(),
)  # fmt: skip

_VILLAGES = ("村", "村委会", "村民委员会")
RURAL = declare.Network(
    "rural", "农村养老服务网络", overseer=roles.COUNTY_OFFICER, basis=rules.PLAN.as_a_whole(),
    tiers=(
        declare.Tier(declare.COUNTY, "县级社会福利院", (("homes", "county_home"),)),
        declare.Tier(declare.TOWNSHIP, "乡镇福利中心", (("homes", "township_home"),), named=("镇", "乡")),
        declare.Tier(
            declare.VILLAGE, "养老大院或互助站点", (("community", "village_yard"), ("community", "mutual_site")),
            named=_VILLAGES,
        ),
    ),
)  # fmt: skip
