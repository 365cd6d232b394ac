"""What happens in a life (生活事件), as other offices report it, and what an office declares to do about it.

The kinds and the sources are fixed; a domain declares reactions to them (handbook 00 §0.10).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from .steps import Role

if TYPE_CHECKING:
    from django.db.models import Model

    from minzheng.kernel.people.models import Person

__all__ = [
    "EVENT_KINDS", "EVENT_SOURCES", "Ask", "EventDuties", "EventKind", "Happened", "Milestone", "Reacted", "Reaction",
]  # fmt: skip


@dataclass(frozen=True)
class EventKind:
    """A kind of event: who may report it, and what is said of it beside the day.

    ``once``: it happens once in a life, so that every report is of the same event.  ``apart`` is the detail that
    tells two events of one person and kind apart.  ``ahead``: it is known before its day.  ``codes`` are the words of
    a detail that is a code.
    """

    code: str
    label: str
    sources: tuple[str, ...]
    details: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    apart: str = ""
    once: bool = False
    ahead: bool = False


EVENT_SOURCES: Mapping[str, str] = MappingProxyType({
    "police": "公安户籍", "health": "医院和疾控", "funeral": "殡葬服务机构", "village": "村（社区）",
    "court": "法院",
    "justice": "监狱和司法行政", "detox": "强制隔离戒毒场所", "registry": "婚姻登记", "disability": "残联",
    "labour": "人社部门", "traffic": "交管部门", "land": "不动产登记", "market": "市场监管部门", "clock": "平台按日期",
    "education": "教育部门", "emergency": "应急管理部门",
})  # fmt: skip

_CARD = {"category": "残疾类别", "grade": "残疾等级"}
# GB/T 26341-2010.
_CARD_CODES = {
    "category": {
        "1": "视力", "2": "听力", "3": "言语", "4": "肢体", "5": "智力", "6": "精神", "7": "多重",
    },
    "grade": {"1": "一级", "2": "二级", "3": "三级", "4": "四级"},
}  # fmt: skip
_LISTED = (
    EventKind("death", "死亡", ("police", "health", "funeral", "village", "court"), once=True),
    EventKind("prison", "入狱服刑", ("justice", "court", "police", "village")),
    EventKind("detox", "强制隔离戒毒", ("detox", "police", "village")),
    EventKind("missing", "宣告失踪", ("court",)),
    EventKind("release", "释放、解除戒毒或重新出现", ("justice", "detox", "court", "police", "village")),
    EventKind(
        "hukou_move", "户籍迁移", ("police", "village"),
        details={"to_path": "迁入地", "whole_household": "全户迁移"},
    ),
    EventKind("marriage", "结婚", ("registry", "village")),
    EventKind("divorce", "离婚", ("registry", "court", "village")),
    EventKind("disability_new", "新领残疾人证", ("disability",), details=_CARD, codes=_CARD_CODES),
    EventKind("disability_regraded", "残疾等级变更", ("disability",), details=_CARD, codes=_CARD_CODES),
    EventKind("disability_expired", "残疾人证失效", ("disability",)),
    EventKind("age", "到达年龄", ("clock",), details={"years": "周岁"}, apart="years", ahead=True),
    EventKind("employment", "就业参保", ("labour", "village")),
    EventKind("job_loss", "失业或停保", ("labour", "village")),
    EventKind("dropout", "义务教育阶段失学", ("education", "village")),
    EventKind("disaster", "意外事故或灾害", ("emergency", "village")),
    EventKind("vehicle", "登记机动车", ("traffic", "village")),
    EventKind("property", "登记不动产", ("land", "village")),
    EventKind("company", "登记经营主体", ("market", "village")),
)  # fmt: skip

EVENT_KINDS: Mapping[str, EventKind] = MappingProxyType({one.code: one for one in _LISTED})


@dataclass(frozen=True)
class Happened:
    """A confirmed event as a reaction is told of it; its number stands where a decision's would."""

    event: int
    kind: str
    person: Person
    day: date
    number: str
    sha: str
    detail: Mapping[str, Any] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """The kind in words."""
        return EVENT_KINDS[self.kind].label


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What a human is asked to do because of an event; ``service`` is the one with which it is begun."""

    label: str
    text: str
    path: str
    due_on: date
    service: str = ""
    household_id: int | None = None
    person_id: int | None = None
    origin_id: int | None = None


@dataclass(frozen=True)
class Reacted:
    """What a reaction did, in words: the rows it touched, what its counter-action needs, what is left to a human."""

    words: str
    rows: tuple[Model, ...] = ()
    kept: Mapping[str, Any] = field(default_factory=dict)
    asks: tuple[Ask, ...] = ()
    done: bool = True

    @classmethod
    def nothing(cls, why: str) -> Reacted:
        """Nothing was to be done, and why not."""
        return cls(why, done=False)


@dataclass(frozen=True)
class Reaction:
    """What a domain does when something happened, and how it is undone when it turns out that it had not.

    ``act(happened, by=)`` and ``undo(happened, kept, by=)`` each run in a transaction of their own and give a
    ``Reacted``.  Without ``undo`` what was done is put before a human; what was only asked for is called off.
    """

    code: str
    label: str
    on: tuple[str, ...]
    act: Callable[..., Reacted]
    undo: Callable[..., Reacted] | None = None
    basis: object = None


@dataclass(frozen=True)
class EventDuties:
    """Who reports events by hand, who decides on them, and who follows up what they ask for.

    Whoever decides also deals with what other offices sent and nobody on file fits; ``placed_by`` do so above them,
    where not even the county is known.
    """

    reported_by: tuple[Role, ...]
    decided_by: tuple[Role, ...]
    followed_by: tuple[Role, ...]
    placed_by: tuple[Role, ...] = ()

    @property
    def roles(self) -> tuple[Role, ...]:
        """Everyone who has to do with events."""
        return (*self.reported_by, *self.decided_by, *self.followed_by, *self.placed_by)


@dataclass(frozen=True)
class Milestone:
    """Ages that matter to a domain (年满周岁), and to whom: an SQL statement that gives the persons' numbers."""

    code: str
    label: str
    years: tuple[int, ...]
    people: str
