"""The gate: signed by two who did not draft it, for exactly what was tried on everyone; published from a month on.

Backing out is one action: the values before it hold again from the release's own first day, as if it had not
been.  Months that were paid stay as they were paid; what differs is listed, to be paid up or recovered.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from procrastinate.contrib.django import app

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import NotAllowed, Refused, Stale
from minzheng.kernel.ledger.models import Batch, Payment
from minzheng.kernel.standards.actions import set_parameter, take_back_parameter
from minzheng.kernel.standards.models import ParameterRow

from . import population
from .duties import locked, require, require_state
from .models import Release, ReleaseValue, Signature, Simulation
from .simulating import TASKS, bases
from .values import payload_sha

__all__ = ["SIGNERS", "back_out", "current_simulation", "publish", "sign", "valid_signatures", "warnings"]

SIGNERS = 2


def current_simulation(release: Release) -> Simulation | None:
    """The newest finished run of exactly what the draft says."""
    rows = Simulation.objects.filter(release=release, voided_at=None, state=Simulation.State.FINISHED)
    return rows.filter(payload_sha=release.payload_sha, path=release.path).order_by("-id").first()


def valid_signatures(release: Release) -> list[Signature]:
    """Who stands for the draft as it is, on the run that counts."""
    simulation = current_simulation(release)
    if simulation is None:
        return []
    rows = Signature.objects.filter(
        release=release, simulation=simulation, voided_at=None, seal=simulation.seal
    )
    return [one for one in rows.order_by("id") if one.by != release.drafted_by]


def warnings(release: Release) -> list[str]:
    """What whoever signs or publishes should know; a warning stops nothing."""
    simulation = current_simulation(release)
    if simulation is None:
        return []
    found = []
    if population.fingerprint(release.domain, path=release.path) != simulation.population:
        found.append("试算之后有家庭的经济状况档案更新过，试算结果可能略有出入。需要的，可以重新试算。")
    if simulation.without_facts:
        found.append(f"有 {simulation.without_facts} 户在保家庭没有经济状况档案，发布后须人工核算。")
    unknown = sum(int(one["unknown"]) for one in simulation.results.values() if one["pays"])
    if unknown:
        found.append(f"有 {unknown} 户资料不全，不能试算，没有计入支出。")
    return found


@verb("releases.sign", label="会签标准发布")
def sign(*, release: Release, seen: str, by: Actor) -> Signature:
    """One of two who did not draft it stands for the draft and for what its run said, by the digest seen."""
    row = locked(release, by)
    post = require(by, "sign", domain=row.domain, path=row.path)
    if by.id == row.drafted_by:
        raise NotAllowed("drafter_signs", "拟订人不能会签自己拟订的发布。请由另外两人会签。")
    if any(one.by == by.id for one in valid_signatures(row)):
        raise NotAllowed("signed_already", "您已经会签过。另一个会签须由另一位工作人员办理。")
    require_state(row, Release.State.DRAFT, Release.State.SIMULATED)
    simulation = _tried(row)
    if seen != simulation.seal:
        raise Stale("release_changed", "草稿或试算结果在您打开之后有变化。请刷新页面，重新核对后再会签。")
    found = Signature.objects.create(
        release=row, simulation=simulation, seal=simulation.seal, by=by.id, by_name=by.name, role=post.role,
        office=post.office, at=clock.now(),
    )  # fmt: skip
    if len(valid_signatures(row)) >= SIGNERS:
        row.state, row.version = Release.State.SIGNED, row.version + 1
        row.save()
    note(about=row, path=row.path, after={"seal": simulation.seal, "state": row.state})
    return found


@verb("releases.publish", label="发布标准")
def publish(*, release: Release, by: Actor) -> Release:
    """The values hold from the release's first day on, and what is paid follows them."""
    row = locked(release, by)
    require(by, "draft", "sign", domain=row.domain, path=row.path)
    require_state(row, Release.State.DRAFT, Release.State.SIMULATED, Release.State.SIGNED)
    simulation = _tried(row)
    if len(valid_signatures(row)) < SIGNERS:
        raise Refused("signatures_missing", f"须有 {SIGNERS} 位拟订人以外的工作人员会签才能发布。请先会签。")
    if row.alternative:
        raise Refused(
            "alternative_not_in_force",
            "备选规则只用于试算。请等它随平台版本编入规则、由参数选用后，再以参数发布。",
        )
    told = warnings(row)
    for value in row.values.order_by("id"):
        _set(value, row, by)
    row.state, row.published_by, row.published_by_name = Release.State.PUBLISHED, by.id, by.name
    row.published_at, row.version = clock.now(), row.version + 1
    row.save()
    _carry_out(row)
    note(
        about=row, path=row.path, article=row.source,
        after={"state": row.state, "seal": simulation.seal, "warnings": told},
    )  # fmt: skip
    return row


@verb("releases.back_out", label="撤销标准发布")
def back_out(*, release: Release, reason: str, by: Actor) -> Release:
    """One action: the values before hold again from the release's own day, and amounts go back with them."""
    row = locked(release, by)
    require(by, "sign", domain=row.domain, path=row.path)
    require_state(row, Release.State.PUBLISHED)
    if not reason.strip():
        raise Refused("reason_missing", "撤销须写明理由。请填写。", field="reason")
    _refuse_if_closed(row)
    for value in row.values.order_by("-id"):
        _take_back(value, reason, by)
    row.state, row.ended_by, row.ended_by_name = Release.State.BACKED_OUT, by.id, by.name
    row.ended_at, row.end_reason, row.version = clock.now(), reason.strip()[:300], row.version + 1
    row.save()
    _carry_out(row)
    note(about=row, path=row.path, reason=reason, after={"state": row.state})
    return row


def _tried(row: Release) -> Simulation:
    """The run that counts, if rules and values are still those it was made with."""
    simulation = current_simulation(row)
    if simulation is None or row.payload_sha != payload_sha(row):
        raise Refused("not_simulated", "这份草稿还没有对全部家庭试算完成，或试算之后有修改。请先试算。")
    if bases(row) != (simulation.rules_digest, simulation.parameters_digest):
        raise Refused(
            "simulation_outdated", "试算之后，所用的规则或现行标准有变化，试算已不能作为依据。请重新试算。"
        )
    return simulation


def _set(value: ReleaseValue, row: Release, by: Actor) -> None:
    open_row = ParameterRow.objects.filter(
        key=value.key, path=value.path, until_on=None, from_on__lt=value.from_on
    ).first()
    found = set_parameter(
        parameter=value.key, path=value.path, from_on=value.from_on, until_on=value.until_on, value=value.value,
        unit=value.unit, source=row.source, confidence=ParameterRow.Confidence.LAW, by=by,
    )  # fmt: skip
    value.row_id, value.closed_id = found.pk, open_row.pk if open_row is not None else None
    value.save(update_fields=["row_id", "closed_id"])


def _take_back(value: ReleaseValue, reason: str, by: Actor) -> None:
    row = ParameterRow.objects.filter(pk=value.row_id or 0).first()
    if row is None:
        raise Refused(
            "release_value_gone", f"“{value}”发布后的参数记录已不存在，不能撤销。请联系平台管理员。"
        )
    take_back_parameter(row=row, reopens=value.closed_id, reason=reason, by=by)


def _carry_out(row: Release) -> None:
    """What is paid follows in its own time: at once if the month has come, else on its first day."""
    if row.from_month <= clock.today():
        app.configure_task(f"{TASKS}.carry_out", queue="releases").defer(release_id=row.pk)


def _refuse_if_closed(row: Release) -> None:
    """A month whose books are closed at the new amounts stays; another release then says what holds from when."""
    changed = row.changes.values("entitlement_id")
    paid: Any = Payment.objects.filter(entitlement_id__in=changed, batch__state=Batch.State.CLOSED)
    closed: date | None = paid.order_by("month").values_list("month", flat=True).first()
    if closed is not None:
        raise Refused(
            "month_closed",
            f"{Month.of(closed)} 已按新标准发放并关账，不能撤销。请另行拟订一次发布，规定以后月份的标准。",
        )
