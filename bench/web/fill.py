"""A made-up province: people by COPY, one case a household, clerks with their posts, applications ready to hand in."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django

SUBMITS = 40  # ready applications for each clerk: as many as can be handed in within a minute
DAY = "2026-04-10"


def main(cases: int, users: int, plan: Path) -> None:
    """What the load needs to know goes into a file: who works where, and what is handed in."""
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    began = time.monotonic()
    call_command("migrate", verbosity=0)
    call_command("load_reference", verbosity=0)
    sys.stdout.write(f"{cases:,} 件：准备 preparing …\n")
    sys.stdout.flush()
    persons = _people(cases)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    towns = _towns(users)
    kept = {town: _ready(town) for town in towns}
    with connection.cursor() as cursor:
        _cases(cursor, [home for homes in kept.values() for home in homes])
        cursor.execute("VACUUM ANALYZE")
    clerks = [_clerk(n, town, kept[town]) for n, town in enumerate(towns)]
    _officer("bench_province", 1, "22/", "assistance.provincial_officer")
    rebuilt = _boards()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    found = {
        "cases": cases, "persons": persons, "clerks": clerks, "board_rebuild_seconds": rebuilt,
        "seconds": round(time.monotonic() - began),
    }  # fmt: skip
    plan.write_text(json.dumps(found), encoding="utf-8")


def _people(households: int) -> int:
    from minzheng.domains.assistance.demo import benefits, profiles
    from minzheng.domains.assistance.models import PROFILES
    from minzheng.kernel.people.population import populate

    sinks = (benefits, profiles)
    return populate(households=households, seed=1, sinks=sinks, tables=PROFILES.tables, by_place=True).persons


def _towns(users: int) -> list[str]:
    """The townships with most households, one for each clerk."""
    from collections import Counter

    from minzheng.kernel.people.models import Household

    counts: Counter[str] = Counter()
    for path in Household.objects.values_list("path", flat=True).iterator(chunk_size=50_000):
        counts[_town(path)] += 1
    return [town for town, _ in counts.most_common(users)]


def _town(path: str) -> str:
    parts = [part for part in path.split("/") if part and len(part) <= 9]
    return "/".join(parts) + "/"


def _ready(town: str) -> list[int]:
    """Households of few members that are not on dibao."""
    from django.db.models import Count, Q

    from minzheng.domains.assistance.models import Standing
    from minzheng.kernel.people.models import Household

    on = Standing.objects.filter(path__startswith=town).values("household_id")
    homes = Household.objects.filter(path__startswith=town).exclude(pk__in=on)
    few = homes.annotate(n=Count("memberships", filter=Q(memberships__until_on=None))).filter(
        n__lte=2, n__gte=1
    )
    return list(few.order_by("id").values_list("id", flat=True)[:SUBMITS])


def _cases(cursor: Any, kept: list[int]) -> None:
    """One dibao case a household, most of them closed; the open ones lie at the window or with the investigator."""
    from bench.web.statements import CASES, ENDED, MEMBERS, TASKS
    from minzheng.kernel.people.contents import written

    form = written({"need": "家人生病，收入减少", "housing": "own"})
    cursor.execute(CASES, {"day": DAY, "kept": kept, "form": form})
    cursor.execute(MEMBERS, {"answers": written({"lives_together": "yes", "work_capacity": "none"})})
    cursor.execute(TASKS, {"day": DAY})
    cursor.execute(ENDED, {"day": DAY})


def _clerk(number: int, town: str, homes: list[int]) -> dict[str, Any]:
    from django.test import Client

    from minzheng.kernel.access.queries import actor_of
    from minzheng.kernel.people.models import Household

    user = _officer(f"bench{number}", 4, town, "assistance.clerk")
    actor = actor_of(user)
    drafts = list(_drafts(Household.objects.filter(pk__in=homes), actor))
    browser = Client()
    browser.force_login(user)
    return {"user": user.pk, "town": town, "session": browser.cookies["sessionid"].value, "drafts": drafts}


def _officer(name: str, level: int, path: str, role: str) -> Any:
    """An account with one post in an office of its own."""
    from minzheng.kernel import clock
    from minzheng.kernel.access.models import Office, Posting, User

    user = User.objects.create(username=name, name=f"测{name.removeprefix('bench')}", password="!")
    office = Office.objects.create(code=name.upper(), name=f"测单位{name}", level=level, path=path)
    Posting.objects.create(user=user, office=office, role=role, from_on=clock.today())
    return user


def _drafts(homes: Any, clerk: Any) -> Iterator[int]:
    """Everything filled in and signed, not yet handed in."""
    from unittest import mock

    from minzheng.domains.assistance.demo.story import Story
    from minzheng.kernel.casework import drafting
    from minzheng.kernel.errors import Refused

    for home in homes:
        story = Story({"clerk": clerk}, home)
        with mock.patch.object(drafting, "submit"):
            try:
                story.apply()
            except Refused:
                continue
        assert story.case is not None
        yield story.case.pk


def _boards() -> float:
    """The seconds that the hourly count of all boards takes, from the registers, for everywhere."""
    from minzheng.kernel import clock
    from minzheng.kernel.audit import system
    from minzheng.kernel.boards import counting
    from minzheng.kernel.indicators.actions import count_month

    month = clock.Month.of(clock.today())
    for one in (month.previous, month):
        count_month(one, by=system("bench"))
    counting.refresh()  # the year before once; from then on the hour counts two months
    began = time.monotonic()
    counting.refresh()
    return round(time.monotonic() - began, 2)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
