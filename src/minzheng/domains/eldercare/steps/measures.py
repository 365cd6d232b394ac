"""What is counted of institutions and facilities (handbook 02 §17), and which targets of the plan it answers."""

from __future__ import annotations

from minzheng.kernel import declare
from minzheng.kernel.declare import Indicator, PerUnit, Tally, Units

from ..queries.provision import CARE

__all__ = ["MEASURES"]

_HOMES = {"sort": "eldercare.homes"}
_PUBLIC: dict[str, str | bool | tuple[str, ...]] = {
    "bed__facility__sort": "eldercare.homes",
    "bed__facility__ownership": ("public", "public_run"),
}
_ALL = {"bed__facility__sort": "eldercare.homes"}
_COMMUNITY = {"sort": "eldercare.community"}


def _beds(label: str, **where: str | bool | tuple[str, ...]) -> Tally:
    return Tally("facilities.Fitting", label, where=where, since="from_on", until="until_on")


def _houses(label: str, **where: str | bool | tuple[str, ...]) -> Tally:
    return Tally("facilities.Facility", label, where=where, since="opened_on", until="closed_on")


def _sports(label: str, level: str) -> Tally:
    where = {"level": level}
    return Tally("eldercare.SportsSite", label, where=where, since="opened_on", until="closed_on")


def _units(code: str, label: str, units: Units, of: Tally, *serves: str) -> Indicator:
    return Indicator(code, label, "%", PerUnit(units, of, label), units, serves=serves)


_COUNTIES = Units(declare.COUNTY, "县（市、区）")
_STREETS = Units(declare.TOWNSHIP, "街道", named=("街道",))
_VILLAGES = Units(declare.VILLAGE, "村", named=("村", "村委会", "村民委员会"))
_COMMUNITIES = Units(declare.VILLAGE, "城市社区", named=("社区", "居委会", "居民委员会"))
_TOWNS = Units(declare.TOWNSHIP, "乡镇（街道）")
_EVERY_VILLAGE = Units(declare.VILLAGE, "村（社区）")
_COVERS = "eldercare.Cover"

MEASURES = (
    Indicator("homes", "养老机构数", "家", _houses("运营的养老机构", **_HOMES), serves=("B036",)),
    Indicator("beds", "养老机构床位", "张", _beds("床位", **_ALL)),
    Indicator(
        "public_care_share", "公办养老机构护理型床位占比", "%",
        _beds("公办机构护理型床位", **_PUBLIC, kind=CARE), _beds("公办机构床位", **_PUBLIC), serves=("T045", "T046"),
        everywhere=True,
    ),
    Indicator(
        "medical_share", "医护型养老床位占比", "%", _beds("护理型、失智和医养床位", **_ALL, kind=(*CARE, "medical")),
        _beds("床位", **_ALL), serves=("T061",), everywhere=True,
    ),
    Indicator("dementia_beds", "失智老年人照护床位", "张", _beds("失智照护床位", **_ALL, kind="dementia"),
    serves=("T062",)),
    Indicator(
        "insured_beds", "参保床位（任一险种）", "张",
        Tally(_COVERS, "有保单的床位", where={"kind": "any"}, since="from_on", until="until_on"), serves=("T048",),
    ),
    *(
        Indicator(
            f"insured_{kind}", f"参保床位（{label}）", "张",
            Tally(_COVERS, "有保单的床位", where={"kind": kind}, since="from_on", until="until_on"), beside=("T048",),
        )
        for kind, label in (("accident", "意外险"), ("liability", "责任险"))
    ),
    _units(
        "county_homes", "有社会福利院的县（市、区）", _COUNTIES,
        _houses("县级社会福利院", **_HOMES, kind="county_home"), "T055",
    ),
    Indicator(
        "township_bathing", "乡镇福利中心助浴设施配备率", "%",
        _houses("有助浴设施的乡镇福利中心", **_HOMES, kind="township_home", details__bathing=True),
        _houses("乡镇福利中心", **_HOMES, kind="township_home"), serves=("T056",), everywhere=True,
    ),
    _units(
        "street_centres", "有综合服务中心的街道", _STREETS,
        _houses("四项功能齐全的中心", **_COMMUNITY, kind="street_centre", complete=True), "T052",
    ),
    _units(
        "rural_covered", "有养老服务设施的村", _VILLAGES, _houses("农村养老服务设施", **_COMMUNITY), "T057", "B038",
    ),
    _units(
        "urban_covered", "有养老服务设施的城市社区", _COMMUNITIES, _houses("社区养老服务设施", **_COMMUNITY), "B037",
    ),
    Indicator(
        "mutual_sites", "农村互助养老站点", "个", _houses("互助站点", **_COMMUNITY, kind="mutual_site"),
        serves=("T058",)
    ),
    _units(
        "county_medical", "有医养结合机构的县（市、区）", _COUNTIES,
        _houses("医养结合机构", **_HOMES, details__medical=("clinic", "hospital", "contract")), "T060",
    ),
    _units(
        "city_medical", "有医养结合机构的市（州）", Units(declare.CITY, "市（州）"),
        _houses("医养结合机构", **_HOMES, details__medical=("clinic", "hospital", "contract")), "T059",
    ),
    Indicator(
        "matched_orders", "居家服务完成订单", "单",
        Tally("matching.Order", "老人确认的订单", where={"state": "confirmed"}, on="planned_on"),
    ),
    Indicator(
        "service_satisfied", "居家服务满意率", "%",
        Tally("matching.Order", "评价四分以上的订单", where={"state": "confirmed", "stars": ("4", "5")},
        on="planned_on"),
        Tally("matching.Order", "老人确认的订单", where={"state": "confirmed"}, on="planned_on"),
    ),
    Indicator(
        "certificates", "养老护理员培训人次", "人次",
        Tally("eldercare.Certificate", "培训证书", where={"kind": ("caregiver", "family")}, on="passed_on",
        over="plan"),
        serves=("T069",),
    ),
    Indicator(
        "lottery_share", "福彩公益金用于养老服务比例", "%",
        Tally("eldercare.FundUse", "用于养老服务的公益金", where={"stage": "spent"}, amount="elders", on="on",
        over="year"),
        Tally("eldercare.FundUse", "公益金支出", where={"stage": "spent"}, amount="total", on="on", over="year"),
        serves=("T066",), everywhere=True,
    ),
    Indicator(
        "home_beds", "家庭养老床位", "张",
        Tally("eldercare.HomeBed", "签订协议、服务中的家庭养老床位", since="from_on", until="until_on"),
    ),
    Indicator(
        "adapted", "完成适老化改造的家庭", "户",
        Tally("eldercare.Adaptation", "三方验收的改造", where={"state": ("accepted", "claimed", "checked")},
        on="accepted_on", over="plan"),
    ),
    Indicator(
        "rated_share", "有等级的养老机构占比", "%",
        Tally("eldercare.Rating", "等级在有效期内的机构", where={"state": "certified"}, since="valid_from",
        until="valid_until"),
        _houses("运营的养老机构", **_HOMES),
    ),
    Indicator(
        "land_met", "新建居住区养老用地达标率", "%",
        Tally("eldercare.Estate", "用地达标的居住区", where={"met": True}, on="planned_on", over="plan"),
        Tally("eldercare.Estate", "新建居住区", on="planned_on", over="plan"), serves=("T050",),
    ),
    Indicator(
        "old_estates_fitted", "老旧小区养老服务设施配建率", "%",
        Tally("eldercare.OldEstate", "已建成养老设施的老旧小区", where={"fitted_on__isnull": False}, since="fitted_on"),
        Tally("eldercare.OldEstate", "排查出缺少养老设施的老旧小区", since="surveyed_on"), serves=("T051",),
    ),
    _units("township_sports", "有公共健身设施的乡镇（街道）", _TOWNS, _sports("乡镇级健身设施", "township"), "T063"),
    _units("village_sports", "有公共健身设施的村（社区）", _EVERY_VILLAGE, _sports("村级健身设施", "village"), "T064"),
    Indicator(
        "transfers_back", "护理转移转回人次", "人次",
        Tally("eldercare.Transfer", "带照护计划转回", where={"state": "back"}, on="back_on", over="year"),
    ),
    Indicator(
        "serious_incidents", "养老机构严重和死亡事故", "起",
        Tally("inspections.Incident", "已结案的严重和死亡事故", where={
            "supervision": "eldercare.homes_supervision", "severity": ("3", "4")}, on="closed_on", over="year"),
    ),
    Indicator(
        "stays", "养老机构在住老人", "人",
        Tally("facilities.Stay", "在住老人", where={"facility__sort": "eldercare.homes"}, since="from_on",
        until="until_on"),
    ),
    Indicator(
        "hazards_closed", "隐患整改销号率", "%",
        Tally("inspections.Hazard", "已销号的隐患", where={"state": "closed"}, on="found_on", over="year"),
        Tally("inspections.Hazard", "查出的隐患", where={"state": "!withdrawn"}, on="found_on", over="year"),
    ),
)  # fmt: skip
