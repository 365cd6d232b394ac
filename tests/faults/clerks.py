"""People at pages of a site that is served: who they are, what their sessions are, and what the books say in the end.

``python -m tests.faults.clerks MANY`` prepares so many drafts and tells the session, the cases and what is kept of
each; a line in, and it tells again what is kept: the version, the words and the audit rows of each case.
"""

from __future__ import annotations

import json
import sys
from typing import Any


def main(many: int) -> None:
    """Prepare, tell, wait to be asked, tell."""
    import django

    django.setup()
    said = prepare(many)
    books = {pk: kept(pk) for pk in said["cases"]}
    say(said | {"kept": books})
    sys.stdin.readline()
    say({pk: kept(pk) for pk in books})


def say(what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def prepare(many: int) -> dict[str, Any]:
    """One coordinator at so many pages, a family's draft on each."""
    from django.conf import settings
    from django.test import Client

    from tests.factories import cast, household, person, user_of
    from tests.factories.walk import Walk

    who, cases = cast(), []
    client = Client()
    client.force_login(user_of(who.coordinator))
    for n in range(many):
        one = person(path=who.seat.village, name=f"测{n}")
        walk = Walk(who, None, one, household(one), form={"class_ur": "rural"})  # type: ignore[arg-type]
        cases.append(walk.draft().pk)
    return {"session": client.cookies[settings.SESSION_COOKIE_NAME].value, "cases": cases}


def kept(case: int) -> list[Any]:
    """The version, the words that were saved last, and how many deeds the audit holds."""
    from django.db import close_old_connections

    from minzheng.kernel.audit.models import Entry
    from minzheng.kernel.casework.models import Case

    close_old_connections()
    row = Case.objects.get(pk=case)
    done = Entry.objects.filter(verb="casework.save_draft", case_id=case, outcome="done").count()
    return [row.version, row.form.get("need", ""), done]


if __name__ == "__main__":
    main(int(sys.argv[1]))
