"""Records of visits drawn by chance and asked after (抽查回访): the same seed draws the same records again."""

from __future__ import annotations

import hashlib
import secrets

from minzheng.kernel import clock
from minzheng.kernel.areas.paths import county_of
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.catalogue.terms import number
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import NotFound, Refused, Stale

from .duties import require, rounds_of
from .models import Contact, ContactCheck, Reached

__all__ = ["answer_check", "draw_checks", "drawn"]


def drawn(pool: list[int], seed: str, percent: int) -> list[int]:
    """So many of a hundred, begun ones whole, in the order of a digest of seed and number."""
    size = -(-len(pool) * percent // 100)
    return sorted(pool, key=lambda pk: hashlib.sha256(f"{seed}:{pk}".encode()).hexdigest())[:size]


@verb("visits.draw_checks", label="抽取巡访记录")
def draw_checks(*, rounds: str, path: str, month: Month, by: Actor, seed: str = "") -> int:
    """The month's share of valid records of a county, drawn once."""
    declared = rounds_of(rounds)
    require(declared, (declared.item.overseen_by,), by, path=path)
    if county_of(path) != path:
        raise Refused("county_needed", "巡访记录按县（市、区）抽查。请选择一个县（市、区）。", field="path")
    if month.last >= clock.today():
        raise Refused("month_runs", f"{month} 还没有结束，结束后才能抽取当月的巡访记录。", field="month")
    drawn_before = ContactCheck.objects.filter(contact__watched__rounds=rounds, path__startswith=path)
    if drawn_before.filter(month=month.first).exists():
        raise Refused("drawn_already", f"{month} 的巡访记录已经抽取过，不能重抽。")
    pool = list(
        Contact.objects.filter(
            watched__rounds=rounds, path__startswith=path, valid=True, at__date__range=(month.first, month.last)
        ).order_by("id").values_list("pk", flat=True)
    )  # fmt: skip
    seed = seed[:40] or secrets.token_hex(16)
    chosen = drawn(pool, seed, number(declared.item.sampled, path=path, on=clock.today()))
    ContactCheck.objects.bulk_create(
        ContactCheck(
            contact=one, path=one.path, month=month.first, seed=seed, pool=len(pool), drawn_at=clock.now(),
            drawn_by_name=by.name,
        )
        for one in Contact.objects.filter(pk__in=chosen)
    )  # fmt: skip
    note(path=path, after={"seed": seed, "pool": len(pool), "drawn": len(chosen)})
    return len(chosen)


@verb("visits.answer_check", label="登记回访结果")
def answer_check(*, check: ContactCheck, result: str, words: str, by: Actor) -> ContactCheck:
    """What the person said: a visit that never was does not count for the month, unless another one was."""
    row = ContactCheck.objects.select_for_update(of=("self",)).select_related("contact__watched").filter(
        pk=check.pk
    ).first()  # fmt: skip
    if row is None or not by.covers(row.path):
        raise NotFound("check_unknown", "没有这条抽查，或不在您的管辖范围内。")
    watched = row.contact.watched
    declared = rounds_of(watched.rounds)
    require(declared, (declared.item.overseen_by,), by, path=row.path)
    if row.result:
        raise Stale("check_answered", "这条抽查已登记过结果。请刷新页面查看。")
    if result not in ContactCheck.Result.values or (result == "denied" and not words.strip()):
        raise Refused("result_missing", "请选择回访结果；不属实的，请写明情况。", field="result")
    row.result, row.words = result, words.strip()[:200]
    row.answered_at, row.answered_by_name = clock.now(), by.name
    row.save()
    if result == "denied":
        others = watched.contacts.filter(valid=True, at__date__range=(row.month, Month.of(row.month).last))
        denied = ContactCheck.objects.filter(contact__watched=watched, result="denied").values("contact")
        if not others.exclude(pk__in=denied).exists():
            Reached.objects.filter(watched=watched, month=row.month).update(counted=False)
    note(about=row, path=row.path, after={"result": result})
    return row
