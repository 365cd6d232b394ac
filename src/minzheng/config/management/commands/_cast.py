"""The demonstration's offices and accounts: one county in full, its city, the province, and two neighbours.

Every account has the same password: ``MINZHENG_DEMO_PASSWORD``, or ``minzheng-demo`` where none is given.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.hashers import make_password

from minzheng.kernel.access import queries as access
from minzheng.kernel.access.actions import give_post, open_account, open_office
from minzheng.kernel.access.models import Office, User
from minzheng.kernel.areas import queries as areas
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.paths import parent, uid_of
from minzheng.kernel.audit import Actor, verb

__all__ = ["ACCOUNTS", "COUNTY", "FAMILY_PATH", "Account", "actors", "make_offices", "make_staff", "password"]

SINCE = date(2021, 7, 1)
COUNTY = "22/2201/220122/"  # 农安县
TOWNSHIP = COUNTY + "220122101/"  # 伏龙泉镇
FAMILY_PATH = TOWNSHIP + "220122101210/"  # 泉子沟村
NEXT = "22/2201/220183/"  # 德惠市
NEXT_TOWNSHIP = NEXT + "220183103/"  # 达家沟镇
MEIHEKOU = "22/220581/"
MEIHEKOU_TOWNSHIP = MEIHEKOU + "220581100/"  # 山城镇


@dataclass(frozen=True)
class Account:
    """One account: its name at the door, who sits behind it, and the posts held."""

    username: str
    name: str
    title: str
    posts: tuple[tuple[str, str], ...]  # role, place


def _one(username: str, name: str, title: str, role: str, path: str) -> Account:
    return Account(username, name, title, ((f"assistance.{role}", path),))


def _elder(username: str, name: str, title: str, role: str, path: str) -> Account:
    return Account(username, name, title, ((f"eldercare.{role}", path),))


ACCOUNTS = (
    _one("coordinator", "陈协理", "村级社会救助协理员", "coordinator", FAMILY_PATH),
    _one("clerk", "王受理", "乡镇窗口受理员", "clerk", TOWNSHIP),
    _one("investigator", "李调查", "乡镇调查员", "investigator", TOWNSHIP),
    _one("investigator2", "孙调查", "乡镇调查员（第二人）", "investigator", TOWNSHIP),
    _one("panel", "吴秘书", "乡镇评审会秘书", "panel_secretary", TOWNSHIP),
    _one("township", "郑审批", "乡镇审批人", "township_approver", TOWNSHIP),
    _one("verifier", "冯核对", "县核对中心核对员", "verifier", COUNTY),
    _one("county", "赵审批", "县民政局审批人", "county_approver", COUNTY),
    _one("payer", "钱经办", "县资金经办", "payer", COUNTY),
    _one("payreview", "周复核", "县资金复核（第一人）", "payment_reviewer", COUNTY),
    _one("payreview2", "韩复核", "县资金复核（第二人）", "payment_reviewer", COUNTY),
    _one("purchaser", "蒋购买", "县购买服务经办", "purchaser", COUNTY),
    _one("standards", "方拟订", "县标准拟订人", "standards_drafter", COUNTY),
    _one("signer", "范会签", "县标准会签人（第一人）", "standards_signer", COUNTY),
    _one("signer2", "费会签", "县标准会签人（第二人）", "standards_signer", COUNTY),
    _one("sampler", "杨抽查", "市级抽查员", "sampler", "22/2201/"),
    _one("province", "沈省厅", "省级救助处", "provincial_officer", "22/"),
    _one("province_signer", "石会签", "省级标准会签人（第一人）", "provincial_signer", "22/"),
    _one("province_signer2", "侯会签", "省级标准会签人（第二人）", "provincial_signer", "22/"),
    _one("reviewer", "许复议", "行政复议机构", "reviewer", COUNTY),
    _one("steward", "郝数据", "县级数据管理员", "data_steward", COUNTY),
    _one("province_steward", "梁数据", "省级数据管理员", "provincial_steward", "22/"),
    _one("meihekou", "曹梅河", "梅河口市民政局审批人（省直管）", "county_approver", MEIHEKOU),
    _one("meihekou_clerk", "吕梅河", "梅河口市乡镇窗口受理员", "clerk", MEIHEKOU_TOWNSHIP),
    Account("planner", "康规划", "省级规划处", (("planning.planner", "22/"),)),
    Account("plan_reporter", "毕填报", "省级指标责任处室", (("planning.reporter", "22/"),)),
    Account("plan_verifier", "顾核实", "省级指标核实人", (("planning.verifier", "22/"),)),
    Account("plan_decider", "邵记录", "厅集体决定记录人", (("planning.decider", "22/"),)),
    Account("third_party", "第三方评估机构", "第三方评估人员（只看抽中的样本）", (("access.evaluator", "22/"),)),
    Account("plan_county", "葛指标", "县指标管理员", (("planning.county_reporter", COUNTY),)),
    _elder("visitor", "方巡访", "村级巡访员", "visitor", FAMILY_PATH),
    _elder("elder_clerk", "江养老", "乡镇养老经办人", "clerk", TOWNSHIP),
    _elder("assessor", "卢评估", "老年人能力评估员（第一人）", "assessor", COUNTY),
    _elder("assessor2", "苗评估", "老年人能力评估员（第二人）", "assessor", COUNTY),
    _elder("elder_county", "尹养老", "县级养老服务科", "county_officer", COUNTY),
    _elder("elder_payer", "常经办", "县养老资金经办", "payer", COUNTY),
    _elder("elder_review", "乔复核", "县养老资金复核（第一人）", "payment_reviewer", COUNTY),
    _elder("elder_review2", "赖复核", "县养老资金复核（第二人）", "payment_reviewer", COUNTY),
    _elder("service_staff", "袁服务", "养老服务商人员", "service_staff", COUNTY),
    Account("elder_inspector", "倪检查", "县养老机构检查员（第一人）", (("eldercare.inspector", COUNTY),)),
    Account("elder_inspector2", "汤检查", "县养老机构检查员（第二人）", (("eldercare.inspector", COUNTY),)),
    Account("elder_lawyer", "常法制", "县法制审核岗", (("eldercare.legal_reviewer", COUNTY),)),
    Account("elder_rater", "乐评定", "市等级评定委员会办公室", (("eldercare.rater", "22/2201/"),)),
    Account("elder_keeper", "时院长", "养老机构经办人（乡镇）", (("eldercare.home_keeper", TOWNSHIP),)),
    Account("accounts", "安管理", "县系统管理员：开账号（不办业务）", (("access.administrator", COUNTY),)),
    Account("rights", "权管理", "县安全管理员：给权限（不办业务）", (("access.security", COUNTY),)),
    Account("auditor", "申审计", "县安全审计员：看审计（不办业务）", (("access.auditor", COUNTY),)),
    Account("province_accounts", "宁管理", "省级系统管理员（不办业务）", (("access.administrator", "22/"),)),
    Account("province_rights", "宋权限", "省级安全管理员（不办业务）", (("access.security", "22/"),)),
    Account(
        "stranger",
        "何邻县",
        "邻县乡镇受理员兼县审批人（看不到本县办件）",
        (("assistance.clerk", NEXT_TOWNSHIP), ("assistance.county_approver", NEXT)),
    ),
)  # fmt: skip


def password() -> str:
    """The one password of all demonstration accounts."""
    return os.environ.get("MINZHENG_DEMO_PASSWORD") or "minzheng-demo"


@verb("demo.offices", label="设立演示机构")
def make_offices(*, by: Actor) -> int:
    """Every township and village of the county, its bureau, the city, the province, and the neighbours'."""
    paths = ["22/", "22/2201/", COUNTY, NEXT, NEXT_TOWNSHIP, MEIHEKOU, MEIHEKOU_TOWNSHIP]
    for township in areas.children(COUNTY):
        paths += [township.path, *(village.path for village in areas.children(township.path))]
    names = areas.names(paths)
    kept = set(Office.objects.values_list("code", flat=True))
    missing = [path for path in paths if _code(path) not in kept]
    for path in missing:
        above = parent(path) or ""
        short = names[path].removeprefix(names.get(above, "")) or names[path]
        open_office(code=_code(path), name=_office_name(path, short), path=path, by=by)
    return len(missing)


@verb("demo.staff", label="开立演示账号")
def make_staff(*, by: Actor) -> int:
    """The accounts that are not there yet, with their posts."""
    kept = set(User.objects.values_list("username", flat=True))
    missing = [account for account in ACCOUNTS if account.username not in kept]
    for account in missing:
        user = open_account(username=account.username, name=account.name, by=by)
        for role, path in account.posts:
            office = Office.objects.get(code=_code(path))
            give_post(user=user, office=office, role=role, from_on=SINCE, by=by)
    # One hash for all: hashing is slow on purpose, and the password is the same.
    User.objects.filter(username__in=[a.username for a in missing]).update(password=make_password(password()))
    return len(missing)


def actors() -> Mapping[str, Actor]:
    """Who stands behind each demonstration account today, by account name; residents too."""
    names = [account.username for account in ACCOUNTS]
    staff = User.objects.filter(username__in=names) | User.objects.filter(username__startswith="resident")
    return {user.username: access.actor_of(user) for user in staff}


def _code(path: str) -> str:
    return f"MZ{uid_of(path)}"


def _office_name(path: str, place: str) -> str:
    level = areas.level_of(path)
    if level is Level.PROVINCE:
        return f"{place}民政厅"
    if level in (Level.CITY, Level.COUNTY):
        return f"{place}民政局"
    if level is Level.TOWNSHIP:
        return f"{place}社会救助窗口"
    return place
