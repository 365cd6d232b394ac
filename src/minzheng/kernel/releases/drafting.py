"""A release on the way: drafted by one, changed only by them, and whatever is changed must be tried again."""

from __future__ import annotations

from datetime import date

from minzheng.kernel import clock, declare, law
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.paths import level_of
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import NotAllowed, Refused
from minzheng.kernel.law import expressions as nodes
from minzheng.kernel.law.language import Rule
from minzheng.kernel.law.plan import Plan, plan_of
from minzheng.kernel.law.units import to_json

from . import values
from .duties import declared, locked, require, require_state
from .models import Release, ReleaseValue, Signature, Simulation

__all__ = ["change_value", "draft", "plans", "remove_value", "reopen", "rules_of", "withdraw"]

_OPEN = (Release.State.DRAFT, Release.State.SIMULATED, Release.State.SIGNED)


@verb("releases.draft", label="拟订标准发布")
def draft(
    *,
    domain: str,
    title: str,
    source: str,
    kind: str,
    path: str,
    from_month: Month,
    by: Actor,
    alternative: str = "",
) -> Release:
    """A county or a level above it prepares new values for its place, from a month on, by a document."""
    require(by, "draft", domain=domain, path=path)
    _check_words(title, source, kind)
    _check_scope(declared(domain).item, path, alternative)
    row = Release(
        domain=domain, title=title.strip(), source=source.strip(), kind=Release.Kind(kind), path=path,
        from_month=from_month.first, alternative=alternative, drafted_by=by.id, drafted_by_name=by.name,
        drafted_at=clock.now(),
    )  # fmt: skip
    row.save()
    _keep_payload(row)
    note(about=row, path=path, article=row.source, after={"title": row.title, "from": str(from_month)})
    return row


@verb("releases.change_value", label="填写拟发布的值")
def change_value(
    *,
    release: Release,
    parameter: str,
    value: str,
    by: Actor,
    path: str = "",
    until_on: date | None = None,
) -> ReleaseValue:
    """One value of the draft, for the whole place or a part of it; what was tried and signed before is void."""
    row = _mine(release, by)
    place = path or row.path
    _check_place(row, place)
    given = _given(row, parameter, place, value.strip(), until_on)
    kept, _ = ReleaseValue.objects.update_or_create(
        release=row, key=parameter, path=place,
        defaults={
            "title": given.title, "value": value.strip(), "unit": given.unit, "from_on": given.from_,
            "until_on": until_on, **_replaced(given),
        },
    )  # fmt: skip
    values.after(row)  # says at once if the new value would overlap another
    reopen(row)
    after = {"parameter": parameter, "value": kept.value}
    note(about=row, path=place, before={"value": kept.before}, after=after)
    return kept


@verb("releases.remove_value", label="删去拟发布的值")
def remove_value(*, value: ReleaseValue, by: Actor) -> Release:
    """The draft no longer says this; what was tried and signed before is void."""
    row = _mine(value.release, by)
    found = row.values.filter(pk=value.pk).first()
    if found is None:
        raise Refused("release_value_gone", "这个值已经删去了。请刷新页面。")
    found.delete()
    reopen(row)
    note(about=row, path=row.path, before={"parameter": found.key, "value": found.value})
    return row


@verb("releases.withdraw", label="作废标准发布")
def withdraw(*, release: Release, reason: str, by: Actor) -> Release:
    """A release that was never published is given up; it stays to be read."""
    row = locked(release, by)
    require(by, "draft", domain=row.domain, path=row.path)
    require_state(row, *_OPEN)
    if not reason.strip():
        raise Refused("reason_missing", "作废须写明理由。请填写。", field="reason")
    before = {"state": row.state}
    row.state, row.ended_by, row.ended_by_name = Release.State.WITHDRAWN, by.id, by.name
    row.ended_at, row.end_reason, row.version = clock.now(), reason.strip()[:300], row.version + 1
    row.save()
    note(about=row, path=row.path, reason=reason, before=before, after={"state": row.state})
    return row


def plans(simulated: declare.Simulated, alternative: str = "") -> tuple[Plan, Plan]:
    """The rules before and after: the same, unless the release tries an alternative."""
    other = next((one for one in simulated.alternatives if one.code == alternative), None)
    now = plan_of(simulated.entity, rules_of(simulated.reckoned))
    return now, now if other is None else plan_of(simulated.entity, rules_of(other.reckoned))


def rules_of(reckoned: tuple[declare.Reckoned, ...]) -> list[Rule]:
    """The rules asked for, each once."""
    asked = [rule for one in reckoned for rule in (one.eligible, one.amount) if rule is not None]
    return list(dict.fromkeys(asked))


def reopen(row: Release) -> None:
    """What was tried and signed no longer stands for what the draft says."""
    now = clock.now()
    Simulation.objects.filter(release=row, voided_at=None).update(voided_at=now)
    Signature.objects.filter(release=row, voided_at=None).update(voided_at=now)
    row.state, row.version = Release.State.DRAFT, row.version + 1
    _keep_payload(row)


def _keep_payload(row: Release) -> None:
    row.payload_sha = values.payload_sha(row)
    row.save()


def _mine(release: Release, by: Actor) -> Release:
    row = locked(release, by)
    require(by, "draft", domain=row.domain, path=row.path)
    if by.id != row.drafted_by:
        raise NotAllowed("not_the_drafter", f"这次发布由{row.drafted_by_name}拟订，只有拟订人可以修改。")
    require_state(row, *_OPEN)
    return row


def _given(row: Release, parameter: str, place: str, value: str, until_on: date | None) -> law.Value:
    """The value as the law will read it, once the rules can do something with it."""
    reads = _reads(row, parameter)
    given = law.Value(
        key=parameter, place=place, from_=row.from_month, until=until_on, value=value, unit=reads[0].unit,
        source=row.source, confidence="law", title=values.before().title(parameter),
    )  # fmt: skip
    _check_option(given, reads)
    return given


def _replaced(given: law.Value) -> dict[str, object]:
    """The value that holds in the place until then."""
    old = values.before().find(given.key, path=given.place, on=given.from_)
    if old is None:
        return {"before": "", "before_path": "", "before_from": None, "before_source": ""}
    return {
        "before": str(to_json(old.value)), "before_path": old.place, "before_from": old.from_,
        "before_source": old.source[:300],
    }  # fmt: skip


def _check_words(title: str, source: str, kind: str) -> None:
    words = (("title", title, "标题", 120), ("source", source, "依据文件名称和文号", 300))
    for field, text, word, most in words:
        if not text.strip():
            raise Refused("release_words", f"没有填写{word}。请填写后再保存。", field=field)
        if len(text.strip()) > most:
            raise Refused("release_words", f"{word}最多 {most} 个字。请缩短后再保存。", field=field)
    if kind not in Release.Kind.values:
        raise Refused("release_kind", "没有这种类别。请选择标准或规则。", field="kind")


def _check_scope(simulated: declare.Simulated, path: str, alternative: str) -> None:
    if level_of(path) > Level.COUNTY:
        message = "标准由县级以上为本地区制定。请选择县（市、区）或以上地区。"
        raise Refused("release_place", message, field="path")
    if alternative and alternative not in {one.code for one in simulated.alternatives}:
        raise Refused("alternative_unknown", "没有这套备选规则。请从列表中选择。", field="alternative")


def _check_place(row: Release, place: str) -> None:
    if not place.startswith(row.path) or level_of(place) > Level.COUNTY:
        raise Refused(
            "release_value_place", "这个值的适用地区不在本次发布的地区以内。请重新选择。", field="path"
        )


def _reads(row: Release, parameter: str) -> list[nodes.ParameterRead]:
    """Where the rules read the parameter; what they never read cannot be tried, so it is not released here."""
    found = {
        node.of: None
        for plan in plans(declared(row.domain).item, row.alternative)
        for node in plan.parameters
        if isinstance(node.of, nodes.ParameterRead) and node.of.key == parameter
    }
    if not found:
        message = f"参数“{parameter[:60]}”不在可试算的规则中，不能通过标准发布修改。请从列表中选择。"
        raise Refused("parameter_not_released", message, field="parameter")
    return list(found)


def _check_option(given: law.Value, reads: list[nodes.ParameterRead]) -> None:
    for read in reads:
        if read.options and given.value not in read.options:
            listed = "、".join(read.options)
            raise Refused(
                "parameter_code", f"“{given.title}”没有 {given.value} 这一项。可选：{listed}。", field="value"
            )
