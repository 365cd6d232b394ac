"""What other departments are told of a person: whether benefits are drawn, which, since when, where."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Q

from minzheng.kernel import clock
from minzheng.kernel.areas.paths import county_of, uid_of
from minzheng.kernel.ledger.models import Covered

__all__ = ["drawing"]

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
