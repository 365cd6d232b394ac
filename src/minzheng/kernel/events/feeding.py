"""What other offices report is fetched page by page from where the last page ended (signed, as every question is).

Each row is a verb of its own and its reference counts once, so a run that is stopped anywhere begins again at the
page it was at.  What cannot be registered is kept with the reason; it holds up nothing.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from http.client import HTTPException
from typing import Any

from minzheng.kernel import clock, declare
from minzheng.kernel.areas.models import Division
from minzheng.kernel.audit import Actor, note, system, verb
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.errors import MinzhengError, NotAllowed, Refused
from minzheng.kernel.exchange.client import Line, line
from minzheng.kernel.people.identity import normalise
from minzheng.kernel.people.models import Person
from minzheng.kernel.people.queries import current
from minzheng.kernel.signing import NONCE, is_signed, sign

from .models import Feed
from .registering import Told, report
from .unplaced import set_aside

__all__ = ["SOURCES", "fetch"]

SOURCES = tuple(code for code in declare.EVENT_SOURCES if code not in ("village", "clock"))
PURPOSE = "events.feed"
PAGE = 200
LARGEST_PAGE = 1024 * 1024
OF_PLATFORM = system("events")
Row = Mapping[str, Any]


def fetch(source: str, *, over: Line | None = None, most_pages: int = 500) -> int:
    """Everything of one source since the cursor; gives how many rows were looked at.  Silence is noted, not raised."""
    seen, over = 0, over or line()
    for _ in range(most_pages):
        cursor = _cursor(source)
        try:
            rows, following = _page(source, cursor, over)
        except Refused as error:
            _turned(source=source, to=cursor, taken=0, error=error.message, by=OF_PLATFORM)
            return seen
        taken = _place(source, rows)
        _turned(source=source, to=following, taken=taken, error="", by=OF_PLATFORM)
        seen += len(rows)
        if len(rows) < PAGE or following <= cursor:
            break
    return seen


def _cursor(source: str) -> int:
    return Feed.objects.filter(source=source).values_list("cursor", flat=True).first() or 0


def _page(source: str, since: int, over: Line) -> tuple[Sequence[Row], int]:
    """One page, believed only if it is signed back and answers this very question."""
    path = f"/events/{source}"
    asked = {"since": since, "limit": PAGE, "purpose": PURPOSE, "request_id": secrets.token_hex(8)}
    body = json.dumps(asked, sort_keys=True).encode()
    headers = sign(over.key, what="POST", path=path, body=body) | {"Content-Type": "application/json"}
    connection = over.connection()
    try:
        connection.request("POST", path, body=body, headers=headers)
        response = connection.getresponse()
        content = response.read(LARGEST_PAGE + 1)
    except (OSError, HTTPException) as error:
        raise _silent("没有应答") from error
    finally:
        connection.close()
    signed = is_signed(over.key, response.headers, what=str(response.status), path=path, body=content)
    if not signed or response.headers.get(NONCE) != headers[NONCE]:
        raise _silent("答复的签名不对")
    if response.status != 200 or len(content) > LARGEST_PAGE:
        raise _silent(f"答复不正常（{response.status}）")
    return _read(content, asked, since)


def _silent(why: str) -> Refused:
    return Refused("feed_silent", f"来源{why}，下次从同一处再取。")


def _read(content: bytes, asked: Mapping[str, Any], since: int) -> tuple[Sequence[Row], int]:
    try:
        said = json.loads(content)
        rows, following = said["rows"], said["next"]
        fits = said["request_id"] == asked["request_id"] and isinstance(rows, list) and len(rows) <= PAGE
        fits = (
            fits
            and isinstance(following, int)
            and following >= since
            and all(isinstance(r, dict) for r in rows)
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _silent("答复读不懂") from error
    if not fits:
        raise _silent("答复与约定不符")
    return rows, following


def _place(source: str, rows: Sequence[Row]) -> int:
    """Each row to the person it names; the persons and places of a page are looked up together."""
    numbers = {normalise(str(one.get("number", ""))) for one in rows}
    named = Person.objects.filter(id_number__in=numbers - {""}).select_related("merged_into")
    people = {one.id_number: current(one) for one in named}
    codes = {str(_detail(one).get("to", "")) for one in rows} - {""}
    places = dict(Division.objects.filter(code__in=codes, valid_until=None).values_list("code", "path"))
    return sum(_placed(source, one, people, places) for one in rows)


def _detail(row: Row) -> Mapping[str, Any]:
    found = row.get("detail")
    return found if isinstance(found, dict) else {}


def _placed(source: str, row: Row, people: Mapping[Any, Person], places: Mapping[str, str]) -> int:
    reference, kind = str(row.get("reference", ""))[:80], str(row.get("kind", ""))[:20]
    person = people.get(normalise(str(row.get("number", ""))))
    try:
        if person is None:
            raise Refused("person_unknown", "本平台没有此人的档案。")
        if not reference:
            raise Refused("reference_missing", "来源没有给出编号。")
        told = Told(source=source, day=_day(row), reference=reference, detail=_said(row, places))
        report(kind=kind, person=person, told=told, by=OF_PLATFORM)
    except MinzhengError as error:
        set_aside(source=source, row=row, why=error.message, by=OF_PLATFORM)
        return 0
    return 1


def _day(row: Row) -> date:
    try:
        return date.fromisoformat(str(row.get("day")))
    except ValueError as error:
        raise Refused("day_malformed", "来源给出的日期不对。") from error


def _said(row: Row, places: Mapping[str, str]) -> dict[str, Any]:
    """What the kind asks beside the day, and nothing else; a place comes as a division's code."""
    said = dict(_detail(row))
    if "to" in said:
        code = str(said.pop("to"))
        if code not in places:
            raise Refused("place_unknown", "迁入地的区划代码不在本省现行区划中。")
        said["to_path"] = places[code]
    kind = declare.EVENT_KINDS.get(str(row.get("kind", "")))
    return {name: said[name] for name in (kind.details if kind else {}) if name in said}


@verb("events.turn_page", label="取得来源事件")
def _turned(*, source: str, to: int, taken: int, error: str, by: Actor) -> Feed:
    """The page is placed, and the next one begins here; a page that did not come leaves the cursor where it was."""
    if by.kind is not Kind.SYSTEM:
        raise NotAllowed("by_itself", "来源事件由平台按时取得，不能代办。")
    feed, _ = Feed.objects.get_or_create(source=source)
    feed = Feed.objects.select_for_update().get(pk=feed.pk)
    feed.cursor, feed.asked_at, feed.error = max(feed.cursor, to), clock.now(), error[:200]
    feed.taken += taken
    feed.save()
    note(about=feed, reason=error, after={"source": source, "cursor": feed.cursor, "taken": taken})
    return feed
