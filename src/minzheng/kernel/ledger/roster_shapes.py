"""What the printed lists of a batch must say: the roster and the public extract, as frozen shapes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from minzheng.kernel.documents.letters import Letter, Shape, says

__all__ = ["PUBLICITY", "ROSTER"]

_FOLDER = Path(__file__).parent / "letters"


@dataclass(frozen=True)
class RosterLine:
    """One payment."""

    name: str = says("领取人")
    place: str = says("地区")
    members: int = says("保障人数")
    regular: int = says("当月待遇", money=True)
    makeup: int = says("补发", money=True)
    withheld: int = says("扣回", money=True)
    amount: int = says("实发金额", money=True)
    account: str = says("银行账号")


@dataclass(frozen=True)
class Roster(Shape):
    """发放花名册: every payment, the sums, the digest of the content, who prepared and reviewed it."""

    scheme: str = says("项目")
    place: str = says("地区")
    month: str = says("发放月份")
    batch: str = says("批次号")
    fund: str = says("资金来源")
    count: int = says("笔数")
    total: int = says("合计金额", money=True)
    sha: str = says("内容摘要")
    draft: bool = says("是否草稿", default=False)
    prepared: str = says("编制人", default="")
    first: str = says("初核人", default="")
    second: str = says("复核人", default="")
    lines: tuple[RosterLine, ...] = says("发放明细")


@dataclass(frozen=True)
class PublicLine:
    """One household or person as a village may read it."""

    name: str = says("遮盖后的姓名")
    members: int = says("保障人数")
    amount: int = says("当月金额", money=True)


@dataclass(frozen=True)
class Village:
    """One village and who is paid there."""

    place: str = says("村（社区）")
    lines: tuple[PublicLine, ...] = says("公示名单")


@dataclass(frozen=True)
class Publicity(Shape):
    """发放公示: the shape has no room for a number, an address or a reason."""

    scheme: str = says("项目")
    place: str = says("地区")
    month: str = says("发放月份")
    phone: str = says("监督电话")
    villages: tuple[Village, ...] = says("各村名单")


ROSTER = Letter("payment_roster", "发放花名册", "民发", Roster, "{0.scheme}发放花名册", folder=_FOLDER)
PUBLICITY = Letter(
    "payment_publicity", "发放公示", "民发公示", Publicity, "{0.scheme}发放公示", folder=_FOLDER
)
