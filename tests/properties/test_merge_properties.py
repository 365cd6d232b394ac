"""Whatever points to two files: merged and made two again, the database is as it was."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import Refused
from minzheng.kernel.events.models import LifeEvent
from minzheng.kernel.linkage import actions
from minzheng.kernel.linkage.pointers import pointers
from minzheng.kernel.notices.models import Message
from minzheng.kernel.people.models import Membership, Person
from tests.factories import household, person, resident_of, staff
from tests.factories.places import NONGAN

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]
REASON, PHONE = "核对过", "13800138000"


def _message(who: Person) -> None:
    Message.objects.create(
        person=who, title="t", text="t", kind="notice", path=who.path, sent_at=clock.now(), case_id=None
    )


def _home(who: Person) -> None:
    household(who, path=who.path)


def _left(who: Person) -> None:
    home = household(path=who.path)
    Membership.objects.create(
        household=home, person=who, relation="90", from_on=date(2019, 1, 1), until_on=date(2021, 1, 1)
    )


def _event(who: Person) -> None:
    LifeEvent.objects.create(
        kind="vehicle", person=who, path=who.path, day=date(2025, 1, 1), opened_at=clock.now()
    )


def _account(who: Person) -> None:
    resident_of(who)


def _phone(who: Person) -> None:
    Person.objects.filter(pk=who.pk).update(phone=PHONE)


MAKERS = (_message, _left, _home, _event, _account, _phone)
pointing = st.lists(st.tuples(st.sampled_from(MAKERS), st.booleans()), max_size=7)


@given(pointing=pointing, known=st.booleans())
@settings(max_examples=12, suppress_health_check=list(HealthCheck))
def test_a_merge_undone_leaves_everything_as_it_was(pointing: list[tuple[Any, bool]], known: bool) -> None:
    with transaction.atomic():
        steward = staff("data_steward", at=NONGAN.county)
        kept = person(name="刘喆", path=NONGAN.village)
        lost = person(name="刘哲", path=NONGAN.village, disability_category=4 if known else None,
                      disability_grade=2 if known else None)  # fmt: skip
        once = set[tuple[Any, bool]]()
        for make, theirs in pointing:
            if make in (_account, _home) and (make, theirs) in once:
                continue
            once.add((make, theirs))
            make(lost if theirs else kept)
        before = _state(kept, lost)
        _there_and_back(kept, lost, steward, before)
        transaction.set_rollback(True)


def _there_and_back(kept: Person, lost: Person, steward: Actor, before: Any) -> None:
    try:
        merge = actions.merge(kept=kept, lost=lost, reason=REASON, by=steward)
    except Refused:
        assert _state(kept, lost) == before, "a merge that was stopped has done nothing"
        return
    assert not any(
        rows for (table, whose), rows in _state(kept, lost).items() if whose == lost.pk and table != "itself"
    )
    actions.undo(merge=merge, reason=REASON, by=steward)
    assert _state(kept, lost) == before


def _state(*people: Person) -> dict[tuple[str, int], Any]:
    """Every row that points to each, and what each file says, but for its version."""
    found: dict[tuple[str, int], Any] = {}
    with connection.cursor() as cursor:
        for one in people:
            row = Person.objects.filter(pk=one.pk).values().get()
            found["itself", one.pk] = {name: value for name, value in row.items() if name != "version"}
            for pointer in (p for p in pointers() if p.moves):
                key = pointer.model._meta.pk.column
                cursor.execute(
                    f'SELECT "{key}" FROM "{pointer.table}" WHERE "{pointer.column}" = %s', [one.pk]
                )
                found[f"{pointer.table}.{pointer.column}", one.pk] = sorted(map(str, cursor.fetchall()))
    return found
