"""Who looks into the database now: it shows the rows of the viewer's places, and nobody's where nothing is said.

The view follows the running request, verb or job; the connection tells it to PostgreSQL before the next statement
(``config.postgresql``), whose row security decides by it (``walls``).  Three things open more than a place:

* a verb reads beyond the places of its actor, because a duplicate, a relative or a paid month must be seen whole; what
  it writes must lie in the counties of its actor, unless it is declared to reach ``beyond``;
* the platform's own timed work, which belongs to no place;
* a named :func:`door`, for a page that by its nature asks across places.

None of them opens a closed compartment (``COMPARTMENTS``): its rows are shown to whoever holds a role of it over the
place, to the own person, and to a verb that says why it reads them (``opens``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import TypeVar

from minzheng.kernel.areas.paths import county_of

from .actor import Actor, Kind

__all__ = [
    "BEYOND", "CLOSED", "COMPARTMENTS", "DOORS", "OPENED", "View", "carrying", "closed", "current", "door", "in_deed",
    "of", "opened_by", "over", "show", "whole",
]  # fmt: skip

V = TypeVar("V")

# Each door through which a page looks beyond its viewer's places, and why it must.
DOORS = {
    "duplicates": "是否已在别处建档、受理、救助或入住，要全省核查",
    "audit": "审计行写下即读回编号；审计员看全链核验的结果",
    "whole_books": "账目核对要看全部账目，只告知其他地区是否也有不一致",
    "sign_in": "登录时先要认出是谁，才知道其管辖范围",
    "published_rates": "服务评价统计面向公众，只给出合计数",
    "evidence": "核对依据要与县里留存的文件摘要和审计记录比对，只告知是否一致",
    "watch": "运行监测只数件数和等待时间，不出任何内容",
    "public": "公示、文书核验、服务评价和意见答复面向持有地址、链接、核验码或查询码的人",
}


# What nobody sees by place alone; matters, tables and roles name one of these.
COMPARTMENTS = {
    "children": "未成年人保护个案",
    "adoption": "收养登记和收养评估",
    "rescue": "流浪乞讨人员救助个案",
    "counselling": "心理和婚姻家庭辅导记录",
    "reporter": "举报人、异议人和不署名意见人的身份",
}

# The verbs that read a closed compartment for whoever holds no role of it: compartment and reason.
OPENED: dict[str, tuple[str, str]] = {}

# The verbs that write rows outside the counties of their actor, and why each must.
BEYOND: dict[str, str] = {}


@dataclass(frozen=True)
class View:
    """What one viewer may see and write: prefixes of places, the own person, or more through a named door."""

    door: str = ""
    places: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    wide: str = ""
    person: int | None = None
    user: str = ""
    # Compartments that are open, each with its place: ``children=22/2201/``; nothing after the sign is everywhere.
    rooms: tuple[str, ...] = ()


CLOSED = View()


@dataclass
class _Stage:
    """What runs: a request, which learns who asks while it runs, or timed work."""

    view: View = CLOSED


_stage: ContextVar[_Stage | None] = ContextVar("stage", default=None)
_door: ContextVar[str] = ContextVar("door", default="")
_deed: ContextVar[View | None] = ContextVar("deed_view", default=None)


def current() -> View | None:
    """The view that holds now; None where no request, verb or job runs, which shows nothing to the platform's role."""
    if (deed := _deed.get()) is not None:
        return deed
    stage, door_name = _stage.get(), _door.get()
    if not door_name:
        return stage.view if stage is not None else None
    return replace(stage.view if stage is not None else CLOSED, door=door_name)


_opened_by: Callable[[], Mapping[str, tuple[str, ...]]] = dict


def opened_by(told: Callable[[], Mapping[str, tuple[str, ...]]]) -> None:
    """The catalogue, which alone knows the roles, says which compartments each opens."""
    global _opened_by
    _opened_by = told


def _rooms(by: Actor) -> tuple[str, ...]:
    roles = _opened_by() if by.posts else {}
    return tuple(sorted({f"{one}={post.path}" for post in by.posts for one in roles.get(post.role, ())}))


def of(by: Actor) -> View:
    """What an actor sees outside verbs: the rows of their posts' places, and those of their own person."""
    if by.kind is Kind.SYSTEM:
        return View(door=by.id, wide=by.id, user=by.id, rooms=("",))
    counties = tuple(dict.fromkeys(county_of(path) or path for path in by.scope))
    return View(places=by.scope, writes=counties, person=by.person_id, user=by.id, rooms=_rooms(by))


def show(by: Actor) -> None:
    """From here on the running request sees what its actor may see."""
    stage = _stage.get()
    if stage is not None:
        stage.view = of(by)


@contextmanager
def closed() -> Iterator[None]:
    """A request begins: nothing is seen until it is known who asks."""
    with _set(_stage, _Stage()):
        yield


@contextmanager
def whole(name: str) -> Iterator[None]:
    """Timed work of the platform, which belongs to no place."""
    with _set(_stage, _Stage(View(door=name, wide=name, rooms=("",)))):
        yield


@contextmanager
def door(name: str) -> Iterator[None]:
    """Look beyond one's places through a declared door; writing is as narrow as before."""
    if name not in DOORS:
        raise LookupError(f"no such door: {name}; declare it in DOORS with its reason")
    with _set(_door, name):
        yield


@contextmanager
def over(places: tuple[str, ...]) -> Iterator[None]:
    """Whoever looks after the platform, and has no scope, reads the rows of a place for as long as this lasts."""
    stage = _stage.get()
    seen = stage.view if stage is not None else CLOSED
    with _set(_stage, _Stage(replace(seen, places=places))):
        yield


@contextmanager
def in_deed(verb: str, by: Actor, beyond: str, opens: str = "") -> Iterator[None]:
    """A verb runs: it reads what it must, and writes in the counties of its actor or where it is declared to.

    Of the closed compartments it reads those of its actor, the one it declares, and what an outer verb has opened.
    """
    outer, own = _deed.get(), of(by)
    wide = own.wide or (verb if beyond else "") or (outer.wide if outer is not None else "")
    rooms = (
        *own.rooms,
        *((opens.replace("*", "") and f"{opens}=",) if opens else ()),
        *(outer.rooms if outer is not None else ()),
    )
    with _set(_deed, replace(own, door=f"verb:{verb}", wide=wide, rooms=tuple(dict.fromkeys(rooms)))):
        yield


def carrying(content: Iterable[bytes]) -> Iterator[bytes]:
    """A response that is written after its view has returned still sees what the request saw."""
    stage, chunks = _stage.get(), iter(content)
    while True:
        with _set(_stage, stage):
            chunk = next(chunks, None)
        if chunk is None:
            return
        yield chunk


@contextmanager
def _set(variable: ContextVar[V], value: V) -> Iterator[None]:
    token = variable.set(value)
    try:
        yield
    finally:
        variable.reset(token)
