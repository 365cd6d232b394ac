"""The numbers of the boards are counted from the registers, set by set, and replace those counted before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time
from typing import Any

from django.conf import settings
from django.db import connection

from minzheng.kernel import audit, clock
from minzheng.kernel.audit import Actor, system, verb
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import NotAllowed
from minzheng.kernel.indicators.actions import BACK

from .lights import at_risk
from .models import BoardFigure
from .sources import FLOWS, STOCKS, entries

__all__ = ["never_counted", "rebuild", "refresh"]

_COUNTED = (
    "CREATE TEMPORARY TABLE IF NOT EXISTS board_own (path text, code text, n bigint, d bigint) ON COMMIT DROP"
)
# Every place above a row down to the township; whose uids are of nine signs or fewer (``areas.paths``).
_SUMMED = """
INSERT INTO boards_boardfigure (path, month, code, numerator, denominator, counted_at)
SELECT up.prefix, %s, own.code, sum(own.n), sum(own.d), %s FROM board_own own
CROSS JOIN LATERAL (
  SELECT array_to_string(parts.u[1:k], '/') || '/' AS prefix
  FROM (SELECT string_to_array(rtrim(own.path, '/'), '/') AS u) parts, generate_series(1, cardinality(parts.u)) k
  WHERE length(parts.u[k]) <= 9) up
GROUP BY up.prefix, own.code"""


@verb("boards.rebuild", label="刷新看板", beyond="看板数字按全省统计，只有合计数")
def rebuild(*, months: Sequence[Month], by: Actor) -> int:
    """Count these months anew; what stands now is counted for the running one only."""
    if by.kind != "system":
        raise NotAllowed("boards_by_platform", "看板数字由平台定时统计，不需要人工刷新。")
    current, written = Month.of(clock.today()), 0
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED)
        for month in months:
            written += _month(cursor, month, stocks=month == current)
    audit.note(after={"months": [str(month) for month in months], "figures": written})
    return written


def refresh() -> int:
    """This month and the last; months that were never counted as well."""
    current = Month.of(clock.today())
    months = dict.fromkeys([current, current.previous, *never_counted()])
    written: int = rebuild(months=list(months), by=system("boards"))
    return written


def never_counted() -> list[Month]:
    """The months of the last year that have no numbers yet."""
    current = Month.of(clock.today())
    known = set(BoardFigure.objects.values_list("month", flat=True).distinct())
    return [current - back for back in range(BACK) if (current - back).first not in known]


def _month(cursor: Any, month: Month, *, stocks: bool) -> int:
    cursor.execute("TRUNCATE board_own")
    asked = {
        "first": month.first, "last": month.last, "begins": _midnight(month), "ends": _midnight(month + 1),
        "today": clock.today(),
    }  # fmt: skip
    # So that a month in which nothing happened is known to have been counted.
    _put(cursor, [(settings.MINZHENG_PLACE, "counted", 1, None)])
    for statement in (*FLOWS, *(STOCKS if stocks else ())):
        cursor.execute(f"INSERT INTO board_own {statement}", asked)
    if stocks:
        _put(cursor, at_risk())
        for code, rows in entries():
            _put(cursor, ((path, code, n, None) for path, n in rows))
    gone = BoardFigure.objects.filter(month=month.first)
    if not stocks:
        gone = gone.filter(
            code__regex=r"^(counted|cases\.accepted|cases\.on_time|money:|service\.good|warnings\.new)"
        )
    gone.delete()
    cursor.execute(_SUMMED, [month.first, clock.now()])
    return int(cursor.rowcount)


def _put(cursor: Any, rows: Iterable[tuple[str, str, int, int | None]]) -> None:
    # Read to the end first: nothing is asked on a connection while it copies.
    every = list(rows)
    with cursor.copy("COPY board_own FROM STDIN") as out:
        for row in every:
            out.write_row(row)


def _midnight(month: Month) -> datetime:
    return datetime.combine(month.first, time.min, tzinfo=clock.at_office_time(clock.now()).tzinfo)
