"""What stops a merge: two files that both live, draw or are dealt with at once cannot simply become one.

Each is a sentence that says what stands in the way and who has to do what first.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q

from minzheng.kernel import catalogue
from minzheng.kernel.access.models import User
from minzheng.kernel.casework.models import Case
from minzheng.kernel.errors import Refused
from minzheng.kernel.ledger.models import Covered, Entitlement, Recovery
from minzheng.kernel.people.models import Membership, Person

__all__ = ["found", "require_none"]

_RUNNING = (Case.State.DRAFT, Case.State.SUBMITTED, Case.State.CORRECTING, Case.State.OPEN, Case.State.PAUSED)


def found(kept: Person, lost: Person) -> list[str]:
    """Everything that stands in the way, in words."""
    return [
        *_files(kept, lost), *_homes(kept, lost), *_money(kept, lost), *_cases(lost), *_accounts(kept, lost),
    ]  # fmt: skip


def require_none(kept: Person, lost: Person) -> None:
    """Refuse a merge that would contradict itself."""
    if words := found(kept, lost):
        raise Refused("merge_conflict", "暂时不能合并：" + "；".join(words) + "。", reasons=words)


def _files(kept: Person, lost: Person) -> Iterator[str]:
    if kept.id_number is None and lost.id_number is not None:
        yield "有身份证号码的档案应作为保留档案，请改选"
    if (kept.died_on is None) != (lost.died_on is None):
        yield "一份档案已登记死亡，另一份没有，请先通过生活事件核实"


def _homes(kept: Person, lost: Person) -> Iterator[str]:
    homes = Membership.objects.filter(person__in=(kept, lost), until_on=None).select_related("household")
    if len(rows := list(homes)) == 2:
        numbers = "、".join(sorted({row.household.number for row in rows}))
        yield f"两份档案现在都是家庭成员（家庭编号{numbers}），请先为其中一份办理离开家庭"


def _money(kept: Person, lost: Person) -> Iterator[str]:
    """An entitlement never changes whose it is; nobody is covered twice under what excludes itself."""
    current = Entitlement.objects.filter(state=Entitlement.State.CURRENT, person=lost)
    for scheme in sorted(set(current.values_list("scheme", flat=True))):
        label = (
            catalogue.current().schemes[scheme].item.label
            if scheme in catalogue.current().schemes
            else scheme
        )
        yield f"并入档案有执行中的{label}，请以它为保留档案，或先终止该待遇"
    if Recovery.objects.filter(person=lost, state="open").exists():
        yield "并入档案有未了结的追缴，请先结清或以它为保留档案"
    both = Covered.objects.filter(until_month=None, person__in=(kept, lost))
    held = list(both.values_list("exclusive_group", flat=True))
    if len(held) != len(set(held)):
        yield "两份档案同时在享受同一类保障，请先核实并终止其中一份，多发的按规定追回"


def _cases(lost: Person) -> Iterator[str]:
    running = Case.objects.filter(Q(applicant=lost) | Q(members__person=lost), state__in=_RUNNING)
    for case in running.distinct().order_by("id")[:3]:
        yield f"并入档案正在办理{case}，请办结后再合并，或以它为保留档案"


def _accounts(kept: Person, lost: Person) -> Iterator[str]:
    if User.objects.filter(person_id__in=(kept.pk, lost.pk)).count() == 2:
        yield "两份档案都开通了居民账号，请先由系统管理员停用并解除其中一个"
