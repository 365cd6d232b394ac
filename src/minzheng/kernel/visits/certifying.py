"""Who may assess: certificates with their days, registered by the county, asked for on the day of the assessment."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from minzheng.kernel import clock
from minzheng.kernel.access.models import Posting
from minzheng.kernel.areas.paths import county_of
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.errors import NotAllowed, Refused

from .duties import Scoring, instrument_of, require
from .models import Qualification

__all__ = ["certificates_of", "certify", "fit", "team_complete"]


@verb("visits.certify", label="登记评估员资格")
def certify(
    *,
    instrument: str,
    path: str,
    holder: str,
    kind: str,
    number: str,
    from_on: date,
    by: Actor,
    until_on: date | None = None,
    employer: str = "",
) -> Qualification:
    """The county registers a certificate of somebody who holds the assessor's post in it."""
    declared = instrument_of(instrument)
    require(declared, (declared.item.registered_by,), by, path=path)
    name = _holder(declared, path, holder)
    _sound(declared, kind, number, (from_on, until_on))
    row = Qualification.objects.create(
        instrument=instrument, path=county_of(path) or path, holder=holder, holder_name=name, kind=kind,
        number=number.strip(), employer=employer.strip()[:100], from_on=from_on, until_on=until_on,
        registered_by=by.id, registered_at=clock.now(),
    )  # fmt: skip
    note(about=row, path=row.path)
    return row


def _holder(declared: Scoring, path: str, holder: str) -> str:
    """The name of somebody who holds the assessor's post in the county."""
    user = holder.removeprefix("user:")
    post = Posting.objects.filter(
        user_id=int(user) if user.isdigit() else 0, role=declared.role(declared.item.by), office__path__startswith=path
    ).select_related("user").first()  # fmt: skip
    if post is None:
        raise Refused("holder_unknown", "所选人员在本县没有评估员岗位。请重新选择。", field="holder")
    return post.user.name


def _sound(declared: Scoring, kind: str, number: str, days: tuple[date, date | None]) -> None:
    """A certificate of a known kind, with a number of its own and days in their order."""
    if kind not in declared.item.certificates:
        raise Refused("kind_unknown", "请选择证书类别。", field="kind")
    if not number.strip() or len(number) > 60:
        raise Refused("number_missing", "请填写证书编号（不超过60个字）。", field="number")
    if days[1] is not None and days[1] <= days[0]:
        raise Refused("until_before", "失效日期应晚于生效日期。", field="until_on")
    if Qualification.objects.filter(instrument=declared.code, kind=kind, number=number.strip()).exists():
        raise Refused("number_twice", "这张证书已经登记过。请核对编号。", field="number")


def certificates_of(declared: Scoring, holders: tuple[str, ...], *, on: date) -> QuerySet[Qualification]:
    """The certificates that hold on a day."""
    return Qualification.objects.filter(
        Q(until_on=None) | Q(until_on__gt=on), instrument=declared.code, holder__in=holders, from_on__lte=on
    )


def fit(declared: Scoring, by: Actor, *, path: str, on: date) -> None:
    """Every assessor is certified on the day."""
    held = set(certificates_of(declared, (by.id,), on=on).values_list("kind", flat=True))
    for kind in declared.item.certified:
        if kind not in held:
            label = declared.item.certificates[kind]
            raise NotAllowed("not_certified", f"评估当天您没有有效的“{label}”。请由县级登记后再评估。")


def team_complete(declared: Scoring, team: tuple[str, ...], *, on: date) -> None:
    """One of the team at least is an expert, where the instrument asks for that."""
    if not declared.item.expert:
        return
    held = certificates_of(declared, team, on=on).filter(kind__in=declared.item.expert)
    if not held.exists():
        labels = "、".join(declared.item.certificates[kind] for kind in declared.item.expert)
        raise NotAllowed("no_expert", f"评估组中至少一人须有“{labels}”。请更换评估员。")
