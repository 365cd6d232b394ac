"""A published release carried out: amounts follow it from their first open month, paid months leave a difference.

Each is one transaction and done once; a run that was killed has left nothing behind and is begun anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Exists, OuterRef, Q

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor, note, system, verb
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import Refused
from minzheng.kernel.law.monthly import arrears
from minzheng.kernel.ledger import actions as ledger
from minzheng.kernel.ledger.models import Entitlement

from . import population, values
from .duties import declared, locked, require, require_system
from .makingup import called_off, post, posted
from .models import AmountChange, Arrears, Attention, Release
from .population import People
from .reckoning import Interval, Outcome, Reckoner, committed

__all__ = ["apply", "attend", "carry_out", "due", "restore"]

OF_PLATFORM = system("releases")


def due() -> list[int]:
    """Releases whose month has come and that are not yet carried out, or not yet taken back."""
    begun = Q(state=Release.State.PUBLISHED, applied_at=None, from_month__lte=clock.today())
    ended = Q(state=Release.State.BACKED_OUT, applied_at__isnull=False, restored_at=None)
    return list(Release.objects.filter(begun | ended).order_by("id").values_list("id", flat=True))


def carry_out(release_id: int) -> None:
    """Bring what is paid to what the release, or its end, says."""
    release = Release.objects.get(pk=release_id)
    if release.pk in due():
        (apply if release.state == Release.State.PUBLISHED else restore)(release=release, by=OF_PLATFORM)


@verb("releases.apply", label="按新标准调整待遇")
def apply(*, release: Release, by: Actor) -> Release:
    """Everyone paid in the place is reckoned anew from the release's month on."""
    require_system(by)
    row = locked(release, by)
    if row.state != Release.State.PUBLISHED or row.applied_at is not None:
        return row
    simulated, first = declared(row.domain).item, Month.of(row.from_month)
    carried = [one for one in simulated.reckoned if one.carried_out]
    amounts = {f"{row.domain}.{one.code}": one.amount for one in carried if one.amount is not None}
    sides = values.without(row), values.before()
    reckoner = Reckoner(simulated.entity, amounts, *sides)
    touched: list[int] = []
    rules = list(dict.fromkeys(amounts.values()))
    for people in population.people(row.domain, path=row.path, rules=rules, parameters=sides):
        found = _intervals(row, list(amounts), people, first)
        touched += _keep(row, list(reckoner.outcomes(people, found, first=first)), by)
    _without_facts(row, list(amounts), first)
    made_up = posted(row)
    row.applied_at, row.version = clock.now(), row.version + 1
    row.save()
    if simulated.followed is not None:
        simulated.followed(touched)
    note(
        about=row, path=row.path,
        after={"changed": len(touched), "left": row.attentions.count(), "made_up": made_up},
    )  # fmt: skip
    return row


@verb("releases.restore", label="按撤销恢复待遇")
def restore(*, release: Release, by: Actor) -> Release:
    """Amounts go back from their first open month; what was paid at the new ones is listed to be recovered."""
    require_system(by)
    row = locked(release, by)
    if row.state != Release.State.BACKED_OUT or row.applied_at is None or row.restored_at is not None:
        return row
    simulated = declared(row.domain).item
    now = clock.now()
    paid_up = called_off(row, by)
    changes = {one.entitlement_id: one for one in row.changes.filter(restored_at=None).order_by("id")}
    rows = list(Entitlement.objects.filter(pk__in=changes).order_by("id"))
    stands = [one for one in rows if one.state == Entitlement.State.CURRENT]
    first = Month.of(row.from_month)
    intervals = committed(row, stands)
    back = [_back(one, changes[one.entitlement]) for one in intervals]
    _change(row, [one for one in back if one.amount is not None], by, reason=f"撤销{row.number}")
    Arrears.objects.bulk_create([*_owed(row, back), *paid_up])
    Attention.objects.bulk_create(
        _attention(row, Outcome(one, max(first, one.from_month), reason=Attention.Reason.CHANGED_SINCE))
        for one in committed(row, [one for one in rows if one.state != Entitlement.State.CURRENT])
    )
    restored = [changes[one.pk].pk for one in stands]
    AmountChange.objects.filter(pk__in=restored).update(restored_at=now)
    row.restored_at, row.version = now, row.version + 1
    row.save()
    if simulated.followed is not None:
        simulated.followed([one.household for one in intervals])
    note(about=row, path=row.path, after={"restored": len(restored), "left": len(rows) - len(stands)})
    return row


@verb("releases.attend", label="登记人工核算结果")
def attend(*, attention: Attention, words: str, by: Actor) -> Attention:
    """Someone has looked at a household that the release left to a human, and says what came of it."""
    release = locked(attention.release, by)
    require(by, "draft", "sign", domain=release.domain, path=attention.path)
    if not words.strip():
        raise Refused("reason_missing", "请写明核算结果。", field="words")
    row = Attention.objects.select_for_update().get(pk=attention.pk)
    if row.handled_at is not None:
        raise Refused("attended_already", f"这户已由{row.handled_by_name}核算登记。请刷新页面。")
    row.handled_at, row.handled_by, row.handled_by_name = clock.now(), by.id, by.name
    row.handled_note = words.strip()[:300]
    row.save()
    note(about=row, path=row.path, reason=words, after={"release": release.pk})
    return row


def _intervals(row: Release, schemes: list[str], people: People, first: Month) -> list[Interval]:
    if not len(people.households):
        return []
    low, high = int(people.households[0]), int(people.households[-1])
    rows = population.entitled(schemes, path=row.path, since=first)
    within = set(people.households.tolist())
    found = rows.filter(household_id__gte=low, household_id__lte=high).order_by("id")
    return committed(
        row, [one for one in found.select_for_update(of=("self",)) if one.household_id in within]
    )


def _keep(row: Release, found: Sequence[Outcome], by: Actor) -> list[int]:
    """Write down what becomes of some households; gives those whose amounts changed."""
    changed = [one for one in found if one.amount is not None]
    opened = _change(row, changed, by, reason=f"{row.number}：{row.title}")
    AmountChange.objects.bulk_create(
        AmountChange(
            release=row, household_id=one.interval.household, scheme=one.interval.scheme, path=one.interval.path,
            entitlement_id=opened[one.interval.entitlement], replaced_id=one.interval.entitlement,
            from_month=one.from_month.first, before=one.interval.amount, after=one.amount or 0,
        )
        for one in changed
    )  # fmt: skip
    Arrears.objects.bulk_create(_owed(row, found))
    post(row, found, opened, by)
    Attention.objects.bulk_create(_attention(row, one) for one in found if one.reason is not None)
    return [one.interval.household for one in changed]


def _change(row: Release, changed: Iterable[Outcome], by: Actor, *, reason: str) -> dict[int, int]:
    return ledger.change_amounts(
        changes=[
            ledger.NewAmount(one.interval.entitlement, one.from_month, one.amount)
            for one in changed
            if one.amount is not None
        ],
        decision_number=row.number, rule_set=declared(row.domain).item.rule_set(row.from_month),
        trace_sha=row.payload_sha, reason=reason, by=by,
    )  # fmt: skip


def _owed(row: Release, found: Iterable[Outcome]) -> list[Arrears]:
    return [
        Arrears(
            release=row, household_id=one.interval.household, scheme=one.interval.scheme, path=one.interval.path,
            month=owed.month.first, before=owed.before, after=owed.after, difference=owed.difference,
        )
        for one in found
        for owed in one.owed
    ]  # fmt: skip


def _attention(row: Release, one: Outcome) -> Attention:
    return Attention(
        release=row, household_id=one.interval.household, scheme=one.interval.scheme, path=one.interval.path,
        entitlement_id=one.interval.entitlement, reason=one.reason or "", paid=one.interval.amount,
        before=one.before, after=one.after, month=one.from_month.first,
    )  # fmt: skip


def _back(interval: Interval, change: AmountChange) -> Outcome:
    """From the first month nothing was approved for, the amount before; months approved were paid too much."""
    opens = interval.first_open(Month.of(change.from_month))
    months = [month for month in interval.from_month.until(opens) if interval.runs_in(month)]
    paid = {month: interval.paid.get(month, interval.amount) for month in months}
    owed = arrears(dict.fromkeys(months, change.before), paid)
    return Outcome(interval, opens, change.before if interval.runs_in(opens) else None, owed)


def _without_facts(row: Release, schemes: list[str], first: Month) -> None:
    """Who is paid and not on file is listed, never passed over."""
    kept = population.profiles_of(row.domain).household_model._default_manager
    missing = ~Exists(kept.filter(pk=OuterRef("household_id")))
    rows = list(population.entitled(schemes, path=row.path, since=first).filter(missing).order_by("id"))
    Attention.objects.bulk_create(
        _attention(row, Outcome(one, max(first, one.from_month), reason=Attention.Reason.NO_FACTS))
        for one in committed(row, rows)
    )
