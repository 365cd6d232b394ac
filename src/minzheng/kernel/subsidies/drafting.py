"""A list is drawn up set-based, for one scheme, month and county: drawn up again it is renewed, never doubled.

Who was protected on the last day of the month, each once whatever the number of statuses; how much, by the law
of the county and month; into which account, as the household's running benefit has it today.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from itertools import islice
from typing import Any

from cryptography.hazmat.primitives.hashes import SM3, Hash
from django.db import connection
from psycopg.sql import SQL

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import Refused, Stale
from minzheng.kernel.ledger.content import in_clear, sm3
from minzheng.kernel.standards.queries import calendar

from .duties import declared, locked, require_drafter, require_state
from .models import IndexRow, Listed, Measure, SubsidyList
from .starting import checked_start
from .statements import ADD_LEFT_OUT, ADD_LISTED, CHOSEN, CONTENT, DROP, ONCE, SUMS

__all__ = ["content_sha", "draft", "give_up", "withdraw"]

Start = IndexRow | Measure | None


@verb("subsidies.draft", label="生成补贴名单")
def draft(*, subsidy: str, path: str, month: Month, by: Actor, started_by: Start = None) -> SubsidyList:
    """The month's list of a county as the law and the registers now give it."""
    found = declared(subsidy)
    scheme = f"{found.domain.code}.{found.item.scheme.code}"
    require_drafter(scheme, path=path, by=by)
    rates = _rates(found, path, month, started_by)
    row = _open(found, scheme, path, month, started_by, by)
    require_state(row, SubsidyList.State.DRAFT)
    _renew(row, found.item, rates, started_by, by)
    # Of what goes by itself whoever is left out must be seen, to be asked for an account.
    if not row.persons and not (started_by is None and row.left_out):
        raise Refused("nobody_listed", f"{month} 该地区没有可以列入名单的保障对象。请核对月份和地区。")
    note(
        about=row, path=path, article=found.item.basis,
        after={"persons": row.persons, "total": row.total, "left_out": row.left_out, "sha": row.content_sha},
    )  # fmt: skip
    return row


@verb("subsidies.withdraw", label="撤回补贴名单")
def withdraw(*, listing: SubsidyList, reason: str, by: Actor) -> SubsidyList:
    """A list that is not approved is given up; its month may be drawn up anew."""
    row = locked(listing, by)
    require_drafter(row.scheme, path=row.path, by=by)
    require_state(row, SubsidyList.State.DRAFT, SubsidyList.State.FIRST_SIGNED)
    if not reason.strip():
        raise Refused("reason_missing", "撤回须写明原因。请填写。", field="reason")
    give_up(row, reason.strip())
    note(about=row, path=row.path, reason=reason)
    return row


def give_up(row: SubsidyList, reason: str) -> None:
    """The list ends without having been paid, and those on it may be on another."""
    row.state, row.end_reason, row.version = SubsidyList.State.WITHDRAWN, reason[:200], row.version + 1
    row.save()
    Listed.objects.filter(list=row).delete()


def content_sha(row: SubsidyList) -> str:
    """The digest of everyone on the list, with amounts and accounts: SM3 over the server's own lines."""
    digest = Hash(SM3())
    head = [row.scheme, str(row.month), row.path, row.number, row.trace_sha]
    digest.update(json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
    with connection.cursor() as cursor, cursor.copy(SQL(CONTENT).format(row.pk)) as lines:
        rows = map(bytes, lines)
        while some := b"".join(islice(rows, 5000)):
            digest.update(in_clear(some.decode()).encode())
    return digest.finalize().hex()


def _rates(
    found: catalogue.Declared[declare.Subsidy], path: str, month: Month, start: Start
) -> declare.Rates:
    """What the law gives here and now; refused where it gives nothing."""
    rates = found.item.rates(path=path, month=month, given=checked_start(found, path, month, start))
    if rates.triggered is None:
        raise Refused("index_incomplete", f"{month} 的指数不全，还不能判断是否启动。请补齐指数。")
    if not rates.triggered:
        raise Refused("not_triggered", f"{month} 没有达到启动条件，不发放。上月发放的，本月自动停止。")
    return rates


def _open(
    found: catalogue.Declared[declare.Subsidy], scheme: str, path: str, month: Month, start: Start, by: Actor
) -> SubsidyList:
    """The open list of this month, made if there is none; of two who draw up at once, both get the same."""
    same = SubsidyList.objects.filter(scheme=scheme, path=path, month=month.first)
    number = f"{found.item.scheme.code}-{month}-{path.strip('/').replace('/', '-')}-{same.count() + 1}"
    new = SubsidyList(
        subsidy=found.code, scheme=scheme, path=path, month=month.first, number=number, counted_on=month.last,
        index=start if isinstance(start, IndexRow) else None, measure=start if isinstance(start, Measure) else None,
        rule_set="", trace_sha="", drafted_by=by.id, drafted_by_name=by.name, drafted_at=clock.now(),
    )  # fmt: skip
    SubsidyList.objects.bulk_create([new], ignore_conflicts=True)
    kept = same.exclude(state=SubsidyList.State.WITHDRAWN).select_for_update(of=("self",)).first()
    if kept is None:
        raise Stale("list_changed", "该月名单刚刚有变化。请刷新页面后重试。")
    return kept


def _renew(row: SubsidyList, subsidy: declare.Subsidy, rates: declare.Rates, start: Start, by: Actor) -> None:
    month = Month.of(row.month)
    row.index = start if isinstance(start, IndexRow) else None
    row.measure = start if isinstance(start, Measure) else None
    row.counted_on = min(month.last, clock.today())
    row.rates, row.rule_set, row.trace = (
        dict(rates.by_group or rates.amounts),
        rates.rule_set,
        dict(rates.trace),
    )
    row.trace_sha = sm3(json.dumps(row.trace, ensure_ascii=False, sort_keys=True).encode())
    row.due_on = _due(subsidy, row, start)
    row.drafted_by, row.drafted_by_name, row.drafted_at = by.id, by.name, clock.now()
    _people(row, subsidy, rates)
    row.content_sha, row.version = content_sha(row), row.version + 1
    row.save()


def _people(row: SubsidyList, subsidy: declare.Subsidy, rates: declare.Rates) -> None:
    """Everyone protected, once: on the list, or left out with the reason."""
    facts: Mapping[str, Any] = {
        "list": row.pk, "scheme": row.scheme, "month": row.month, "day": row.counted_on, "path": row.path,
        "path_end": row.path[:-1] + chr(ord(row.path[-1]) + 1), "groups": sorted(rates.groups),
        "urban": rates.amounts.get("urban", 0), "rural": rates.amounts.get("rural", 0),
        "by_group": json.dumps(dict(rates.by_group)), "confirmed": bool(subsidy.confirmed_by), "subsidy": row.subsidy,
        "died_before": row.month if subsidy.death_month else row.counted_on + timedelta(days=1), **subsidy.asks(),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.subsidies_once, pg_temp.subsidies_chosen")
        for statement in DROP:
            cursor.execute(statement, facts)
        cursor.execute(ONCE.format(people=subsidy.people), facts)
        cursor.execute("ANALYZE subsidies_once")
        cursor.execute(CHOSEN, facts)
        cursor.execute("ANALYZE subsidies_chosen")
        cursor.execute(ADD_LISTED, facts)
        cursor.execute(ADD_LEFT_OUT, facts)
        cursor.execute(SUMS, facts)
        row.persons, row.beneficiaries, row.total, row.left_out = cursor.fetchone()
        cursor.execute("DROP TABLE subsidies_once, subsidies_chosen")


def _due(subsidy: declare.Subsidy, row: SubsidyList, start: Start) -> date | None:
    """By when it is paid: within the month; or so many months or days after the publication of the index."""
    if start is None:
        return Month.of(row.month).last
    if not subsidy.term or not isinstance(start, IndexRow):
        return None
    value = catalogue.current().parameters().get(subsidy.term, path=row.path, on=row.month)
    assert isinstance(value.value, int)
    if value.unit == "months":
        return (Month.of(start.published_on) + value.value).last
    term = clock.term_of(value.unit.replace("_", " "), value.value)
    assert not isinstance(term, clock.Hours)
    return clock.deadline(start.published_on, term, calendar()).on
