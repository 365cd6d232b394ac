"""Insurance of beds: a policy covers beds from day to day; a bed counts once for each kind, and once for any."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import connection

from minzheng.kernel import audit
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.errors import Refused
from minzheng.kernel.facilities.duties import require_one, require_overseer, require_words
from minzheng.kernel.facilities.models import Bed, Facility

from ..models import Policy
from ..rules import PLAN

__all__ = ["insure"]

# For each bed, the days of the policy that no other policy of the kind covers yet; ``any`` counts whichever kind.
_COVER = """
INSERT INTO eldercare_cover (path, policy_id, bed_id, kind, from_on, until_on)
SELECT b.path, %(policy)s, b.id, k.kind, lower(d.span), upper(d.span)
FROM facilities_bed b CROSS JOIN (VALUES (%(kind)s), ('any')) AS k(kind)
CROSS JOIN LATERAL unnest(
  datemultirange(daterange(%(from)s, %(until)s)) - coalesce(
    (SELECT range_agg(daterange(c.from_on, c.until_on)) FROM eldercare_cover c
     WHERE c.bed_id = b.id AND c.kind = k.kind), '{}'::datemultirange)) AS d(span)
WHERE b.id = ANY(%(beds)s)
"""


@verb("eldercare.insure", label="登记保单")
def insure(
    *, facility: Facility, kind: str, insurer: str, number: str, beds: Sequence[Bed], from_on: date,
    until_on: date, subsidy: int = 0, by: Actor, key: str | None = None,
) -> Policy:  # fmt: skip
    """The house or the county registers a policy; a subsidy is the county's, for a house that is filed (B9)."""
    require_one(facility, by)
    if kind not in Policy.Kind.values or until_on <= from_on or subsidy < 0:
        raise Refused("policy_terms", "请核对险种、保险期间和补贴金额。", field="kind")
    if not beds or any(one.facility_id != facility.pk for one in beds):
        raise Refused("policy_beds", "请选择本机构的参保床位。", field="beds")
    if subsidy:
        _may_subsidise(facility, by)
    number, insurer = number.strip()[:40], require_words(insurer, "保险公司", field="insurer", longest=80)
    if not number or Policy.objects.filter(insurer=insurer, number=number).exists():
        raise Refused("policy_twice", "保单号没有填写，或这张保单已经登记。", field="number")
    made = Policy.objects.create(
        facility=facility, path=facility.path, kind=kind, insurer=insurer, number=number, from_on=from_on,
        until_on=until_on, subsidy=subsidy, by_name=by.name,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_COVER, {
            "policy": made.pk, "kind": kind, "from": from_on, "until": until_on, "beds": [one.pk for one in beds],
        })  # fmt: skip
    audit.note(about=made, path=made.path, article=PLAN.as_a_whole(), after={"kind": kind, "beds": len(beds)})
    return made


def _may_subsidise(facility: Facility, by: Actor) -> None:
    require_overseer(facility, by)
    if facility.filed_on is None:
        raise Refused("subsidy_unfiled", "没有备案的机构不能享受保费补贴。请先办理备案。", field="subsidy")
    if facility.cancelled_on is not None:
        raise Refused("subsidy_cancelled", "登记证书已注销的机构不能享受保费补贴。", field="subsidy")
