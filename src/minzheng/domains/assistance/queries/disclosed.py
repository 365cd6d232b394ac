"""What other departments are told of a person, and which of them: whether benefits are drawn, since when, where."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Q

from minzheng.kernel import clock, declare
from minzheng.kernel.areas.paths import county_of, uid_of
from minzheng.kernel.ledger.models import Covered

__all__ = ["DRAWING", "GRANTS", "drawing"]

_KINDS = {"assistance.dibao": "dibao", "assistance.tekun": "tekun"}


def drawing(person_id: int, *, on: date) -> Mapping[str, Any]:
    """Dibao or tekun in the month of the day, as the ledger has it; nobody draws both."""
    month = clock.Month.of(on).first
    rows = Covered.objects.filter(
        Q(until_month=None) | Q(until_month__gt=month), person_id=person_id, from_month__lte=month,
        entitlement__scheme__in=_KINDS,
    )  # fmt: skip
    found = rows.select_related("entitlement").order_by("id").first()
    if found is None:
        return {"receives": False, "kind": "", "since": "", "county": ""}
    county = county_of(found.path) or found.path
    return {
        "receives": True, "kind": _KINDS[found.entitlement.scheme],
        "since": found.from_month.isoformat(), "county": uid_of(county),
    }  # fmt: skip


DRAWING = declare.Disclosure(
    "drawing", "是否享受低保或特困供养", answer=drawing,
    fields={"receives": "是否享受", "kind": "类别", "since": "起始月份", "county": "经办县（市、区）代码"},
)  # fmt: skip

# A change is another grant from a later day; these are for the demonstration.
GRANTS = (
    declare.Grant(
        "housing", "housing", "住房和城乡建设部门", DRAWING, fields=("receives", "kind"), per_day=2000,
        purposes={"public_housing": "公共租赁住房保障资格审核"}, from_=date(2022, 1, 1),
        document="数据共享协议（演示）第1号",
    ),
    declare.Grant(
        "schooling", "education", "教育部门", DRAWING, fields=("receives",), per_day=5000,
        purposes={"student_aid": "学生资助资格认定"}, from_=date(2022, 1, 1), document="数据共享协议（演示）第2号",
    ),
)  # fmt: skip
