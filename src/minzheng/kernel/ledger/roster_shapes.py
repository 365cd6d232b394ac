"""What the printed lists of a batch must say: the roster and the public extract, as frozen shapes."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, field
from pathlib import Path
from typing import Any

from minzheng.kernel.documents.letters import Letter, Shape

__all__ = ["PUBLICITY", "ROSTER"]

_FOLDER = Path(__file__).parent / "letters"


def _says(label: str, *, default: Any = MISSING, money: bool = False) -> Any:
    return field(default=default, kw_only=True, metadata={"label": label, "money": money})


@dataclass(frozen=True)
class RosterLine:
    """One payment."""

    name: str = _says("领取人")
    place: str = _says("地区")
    members: int = _says("保障人数")
    regular: int = _says("当月待遇", money=True)
    makeup: int = _says("补发", money=True)
    withheld: int = _says("扣回", money=True)
    amount: int = _says("实发金额", money=True)
    account: str = _says("银行账号")


@dataclass(frozen=True)
class Roster(Shape):
    """发放花名册: every payment, the sums, the digest of the content, who prepared and reviewed it."""

    scheme: str = _says("项目")
    place: str = _says("地区")
    month: str = _says("发放月份")
    batch: str = _says("批次号")
    fund: str = _says("资金来源")
    count: int = _says("笔数")
    total: int = _says("合计金额", money=True)
    sha: str = _says("内容摘要")
    draft: bool = _says("是否草稿", default=False)
    prepared: str = _says("编制人", default="")
    first: str = _says("初核人", default="")
    second: str = _says("复核人", default="")
    lines: tuple[RosterLine, ...] = _says("发放明细")


@dataclass(frozen=True)
class PublicLine:
    """One household or person as a village may read it."""

    name: str = _says("遮盖后的姓名")
    members: int = _says("保障人数")
    amount: int = _says("当月金额", money=True)


@dataclass(frozen=True)
class Village:
    """One village and who is paid there."""

    place: str = _says("村（社区）")
    lines: tuple[PublicLine, ...] = _says("公示名单")


@dataclass(frozen=True)
class Publicity(Shape):
    """发放公示: the shape has no room for a number, an address or a reason."""

    scheme: str = _says("项目")
    place: str = _says("地区")
    month: str = _says("发放月份")
    phone: str = _says("监督电话")
    villages: tuple[Village, ...] = _says("各村名单")


ROSTER = Letter("payment_roster", "发放花名册", "民发", Roster, "{0.scheme}发放花名册", folder=_FOLDER)
PUBLICITY = Letter(
    "payment_publicity", "发放公示", "民发公示", Publicity, "{0.scheme}发放公示", folder=_FOLDER
)
