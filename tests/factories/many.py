"""A county's protected families by the thousand, as the old books hand them over: rows in bulk, nobody one by one."""

from __future__ import annotations

from datetime import date

from django.db import connection

from minzheng.domains.assistance.models import Standing
from minzheng.kernel.areas.spelling import spell_person
from minzheng.kernel.ledger.opening import TakenOver, take_over
from minzheng.kernel.people.models import Household, Membership, Person

from .money import GROUP, SCHEME, a_card
from .people import GIVEN, a_number

__all__ = ["many_on_dibao"]

SINCE = date(2025, 1, 1)
MAN, WIFE = date(1961, 3, 5), date(1963, 9, 8)


def many_on_dibao(path: str, *, homes: int, amount: int = 38400) -> list[Household]:
    """Couples of one village, on dibao since the old books."""
    heads = Person.objects.bulk_create([_one(path, n, MAN, "1") for n in range(homes)])
    wives = Person.objects.bulk_create([_one(path, n + 1, WIFE, "2") for n in range(homes)])
    families = Household.objects.bulk_create(
        [Household(path=path, hukou_path=path, number=f"M{n:08d}", class_ur="rural") for n in range(homes)]
    )
    Membership.objects.bulk_create(
        Membership(household=home, person=one, relation=relation, from_on=SINCE)
        for people, relation in ((heads, "02"), (wives, "10"))
        for home, one in zip(families, people, strict=True)
    )
    rows = [
        TakenOver(
            path=path, household_id=home.pk, persons=(head.pk, wife.pk), amount=amount, class_ur="rural",
            payee_id=head.pk, account=a_card(), account_owner=head.name, decision_number=f"旧账{home.number}",
        )
        for home, head, wife in zip(families, heads, wives, strict=True)
    ]  # fmt: skip
    with connection.cursor() as cursor:
        take_over(cursor, rows, scheme=SCHEME, group=GROUP, from_month=SINCE, rule_set="SA-2014")
    Standing.objects.bulk_create(
        Standing(
            path=path, household=home, applicant=head, low_income_class="L2", class_ur="rural", members=2,
            amount=amount, decision_number=f"旧账{home.number}", valid_from=SINCE, review_due=date(2030, 1, 1),
        )
        for home, head in zip(families, heads, strict=True)
    )  # fmt: skip
    return families


def _one(path: str, n: int, birth: date, sex: str) -> Person:
    name = "测" + GIVEN[n % len(GIVEN)]
    return Person(
        path=path, hukou_path=path, name=name, initials=spell_person(name)[1], sex=sex, birth=birth,
        id_number=a_number(birth=birth, sex=sex),
    )  # fmt: skip
