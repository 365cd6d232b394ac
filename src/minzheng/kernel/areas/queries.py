"""Finding a division by code, name, spelling or path, on a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date

from django.db.models import Case, F, Func, IntegerField, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Coalesce

from minzheng.kernel import clock
from minzheng.kernel.errors import NotFound

from .levels import Level
from .models import Division
from .paths import COUNTY_OF, county_of, level_of, parent, uids

__all__ = [
    "at", "by_code", "by_name", "children", "counties", "county_of", "county_part", "in_force", "level_of", "name_of",
    "names", "parent", "remember", "remembered", "search",
]  # fmt: skip

_memory: ContextVar[dict[str, str] | None] = ContextVar("names", default=None)


def in_force(on: date | None = None) -> QuerySet[Division]:
    """The divisions as they stand on a day, today unless told."""
    day = on or clock.today()
    return Division.objects.filter(Q(valid_until=None) | Q(valid_until__gt=day), valid_from__lte=day)


def by_code(code: str, *, on: date | None = None) -> Division:
    """The division that bore this statistical code on the day; a short code is filled up with zeros."""
    found = in_force(on).filter(code=code.strip().ljust(12, "0")).first()
    if found is None:
        day = on or clock.today()
        raise NotFound(
            "division_unknown",
            f"{day.isoformat()}没有区划代码为{code}的单位。请核对代码和日期。",
            division=code,
        )
    return found


def by_name(text: str, *, on: date | None = None, within: Iterable[str] = ()) -> list[Division]:
    """Every division of exactly this name, with or without its last word (农安 finds 农安县)."""
    text = text.strip()
    forms = [
        text,
        *(text + word for word in ("省", "市", "区", "县", "镇", "乡", "街道", "村", "社区", "村委会")),
    ]
    return list(_within(in_force(on).filter(name__in=forms), within).order_by("level", "pinyin", "path"))


def at(path: str, *, on: date | None = None) -> Division:
    """The division at a jurisdiction path on a day."""
    found = in_force(on).filter(path=path).first()
    if found is None:
        raise NotFound(
            "division_unknown", "没有这个管辖单位，或者它在该日期不存在。请重新选择地区。", path=path
        )
    return found


def search(
    text: str,
    *,
    within: Iterable[str] = (),
    level: Level | None = None,
    on: date | None = None,
    limit: int = 20,
) -> list[Division]:
    """Divisions by name, pinyin, initials or code, nearest first; ``within`` keeps to some path prefixes."""
    text = text.strip().lower().replace(" ", "").replace("'", "")
    if not text:
        return []
    rows = _within(in_force(on), within)
    if level is not None:
        rows = rows.filter(level=int(level))
    if text.isdigit():
        return list(rows.filter(code__startswith=text).order_by("level", "code")[:limit])
    if text.isascii():
        begins = Q(pinyin__startswith=text) | Q(initials__startswith=text)
        rows = rows.filter(begins | Q(pinyin__contains=text))
        whole = Q(pinyin=text) | Q(initials=text)
    else:
        rows, begins, whole = rows.filter(name__contains=text), Q(name__startswith=text), Q(name=text)
    nearness = Case(When(whole, Value(0)), When(begins, Value(1)), default=2, output_field=IntegerField())
    return list(rows.annotate(nearness=nearness).order_by("nearness", "level", "pinyin", "path")[:limit])


def children(path: str, *, on: date | None = None) -> list[Division]:
    """The units that this one runs directly, in the order of their spelling."""
    beneath = in_force(on).filter(path__startswith=path, level__gt=int(level_of(path)))
    depth = len(uids(path)) + 1
    pattern = rf"^([^/]+/){{{depth}}}$"
    return list(beneath.filter(path__regex=pattern).order_by("pinyin", "path"))


def counties(within: str = "", *, on: date | None = None) -> list[Division]:
    """The units of county level for boards: counties, districts, zones and the 长白山 board, by code."""
    rows = in_force(on).filter(level=int(Level.COUNTY), path__startswith=within)
    return list(rows.order_by("path"))


def county_part(column: str) -> Coalesce:
    """SQL: a path cut off at its county-level unit; of a city or the province the whole."""
    cut = Func(
        F(column), Value(COUNTY_OF), function="substring", arg_joiner=" FROM ", output_field=TextField()
    )
    return Coalesce(cut, F(column), output_field=TextField())


def names(paths: Iterable[str], *, within: Iterable[str] = ()) -> dict[str, str]:
    """How each place is written out, in one query: ``长春市南关区…`` without the province.

    For a reader whose whole work lies ``within`` one place, what is inside it goes by its own name alone.
    """
    wanted, memory = set(paths), _memory.get()
    known = {} if memory is None else memory
    missing = {uid for path in wanted for uid in uids(path)} - known.keys()
    if missing:
        # The latest version of each unit comes last and so wins; a path from before a change still has its name.
        rows = Division.objects.filter(uid__in=missing).order_by("valid_from").values_list("uid", "name")
        known.update(rows)
    return {path: _near(path, known, tuple(within)) for path in wanted}


def remember(divisions: Iterable[Division]) -> None:
    """Places that were read anyway need not be asked for their names."""
    if (memory := _memory.get()) is not None:
        memory.update((one.uid, one.name) for one in divisions if one.valid_until is None)


@contextmanager
def remembered() -> Iterator[None]:
    """Within one request a name is asked for once: whoever is shown a list lives in one of its places."""
    token = _memory.set({})
    try:
        yield
    finally:
        _memory.reset(token)


def name_of(path: str) -> str:
    """How one place is written out."""
    return names([path])[path]


def _near(path: str, known: dict[str, str], home: tuple[str, ...]) -> str:
    """Without the words of the one place that the reader works in, except where it is that place itself."""
    if len(home) != 1 or path == home[0] or not path.startswith(home[0]):
        return _written(path, known)
    return _written(path, known).removeprefix(_written(home[0], known))


def _written(path: str, known: dict[str, str]) -> str:
    words: list[str] = []
    for uid in uids(path):
        name = known.get(uid, uid)
        # 长白山保护开发区 / 长白山保护开发区池西区…: the longer name already says where it is.
        if words and name.startswith(words[-1]):
            words.pop()
        words.append(name)
    return "".join(words[1:]) if len(words) > 1 and level_of(path) > Level.PROVINCE else "".join(words)


def _within(rows: QuerySet[Division], prefixes: Iterable[str]) -> QuerySet[Division]:
    condition = Q()
    for prefix in prefixes:
        condition |= Q(path__startswith=prefix)
    return rows.filter(condition)
