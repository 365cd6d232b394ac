"""manage demo_accounts: one line for each demonstration account."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from minzheng.kernel.access.models import User
from minzheng.kernel.areas import queries as areas
from minzheng.kernel.people.models import Person

from . import _cast


class Command(BaseCommand):
    """Who can be played, under which name, with which password, and where."""

    help = "列出演示账号"

    def handle(self, *_: Any, **__: Any) -> None:
        """The table, in the order in which a case passes through the hands."""
        known = dict(User.objects.values_list("username", "person_id"))
        rows = _residents(known) + [
            (account.title, account.username, "、".join(areas.names(p for _, p in account.posts).values()))
            for account in _cast.ACCOUNTS
            if account.username in known
        ]
        if not rows:
            self.stdout.write("还没有演示账号。请先运行 demo。")
            return
        table = [("角色", "账号", "密码", "管辖"), *((r, u, _cast.password(), w) for r, u, w in rows)]
        widths = [max(_width(line[n]) for line in table) for n in range(4)]
        for line in table:
            cells = (text + " " * (width - _width(text)) for text, width in zip(line, widths, strict=True))
            self.stdout.write("  ".join(cells).rstrip())


def _residents(known: dict[str, int | None]) -> list[tuple[str, str, str]]:
    """Residents by the village they live in."""
    people = {
        name: person for name, person in sorted(known.items()) if name.startswith("resident") and person
    }
    paths = dict(Person.objects.filter(pk__in=people.values()).values_list("pk", "path"))
    names = areas.names(paths.values())
    return [
        ("居民", username, names[paths[person]]) for username, person in people.items() if person in paths
    ]


def _width(text: str) -> int:
    """Columns on a screen: a Chinese character takes two."""
    return sum(2 if ord(char) > 0x2E7F else 1 for char in text)
