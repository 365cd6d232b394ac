"""Reads: the facts of a case for the rules, and what is counted of the register."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from minzheng.kernel import clock, law
from minzheng.kernel.casework.models import Case, Member, Task
from minzheng.kernel.casework.queries import family_of
from minzheng.kernel.exchange import queries as exchange
from minzheng.kernel.exchange.models import Verification
from minzheng.kernel.ledger.models import Covered

from .. import rules
from ..models import Standing
from .rural import watched_by_list

__all__ = [
    "declared_facts", "facts_of_case", "living_members", "on_dibao", "receiving", "recognised", "standing_of",
    "standings_on", "tekun_in",    "tekun_of", "verification_of",
]  # fmt: skip

_HOUSEHOLD = (
    "class_ur", "housing", "houses", "deposits", "vehicles", "vehicles_exempt", "company_capital", "rigid_spending",
)  # fmt: skip


_SCHEMES = {"assistance.dibao": "dibao", "assistance.tekun": "tekun"}
_VERIFIED = ("wage", "transfer", "deposits", "houses", "vehicles", "company_capital")


def _relation(code: str) -> str:
    """GB/T 4761 in the words of the rules."""
    by_first = {"1": "spouse", "2": "child", "3": "child", "5": "parent"}
    return "self" if code in ("01", "02") else by_first.get(code[:1], "other")


def _person(member: Member) -> dict[str, Any]:
    person = member.person
    answers = dict(member.answers)
    for code in ("disability_category", "disability_grade"):
        answers[code] = int(answers.get(code) or getattr(person, code) or 0)
    answers |= {
        "relation": _relation(member.relation),
        "birth": person.birth,
        "sex": {"1": "male", "2": "female"}.get(person.sex),
    }
    if not member.counted:
        answers["absence"] = member.not_counted_reason
    return answers


def living_members(case: Case) -> list[Member]:
    """The family of the application in its order; whoever has died since is no longer part of it."""
    return [one for one in family_of(case) if one.person.died_on is None]


def declared_facts(case: Case) -> dict[str, Any]:
    """What the family stated, in the words in which the sources answer; compared item by item."""
    compared = ("deposits", "vehicles", "houses", "company_capital")
    return {
        "household": {code: case.form.get(code, 0) for code in compared},
        "persons": [
            {"wage": one.answers.get("wage", 0), "transfer": one.answers.get("transfer", 0)}
            for one in family_of(case)
        ],
    }


def facts_of_case(case: Case) -> law.Facts:
    """Declared, seen at home and verified: each figure with who says so; verification stands over declaration."""
    members = living_members(case)
    household = {code: case.form[code] for code in _HOUSEHOLD if case.form.get(code) is not None}
    persons = [_person(member) for member in members]
    sources: dict[str, str] = {}
    # Who is kept as a tekun person has no share in the household's dibao.
    _recognised(members, persons, sources, only=("tekun",))
    if (seen := _home_visit(case)) is not None:
        household["housing"] = seen.evidence["housing"]
        sources["household.housing"] = f"{seen.evidence['visited_on']} 入户调查"
    verification = verification_of(case)
    if verification is not None and verification.reported_at is not None:
        _verified(verification, members, household, persons, sources)
    if case.household_id and (watched := watched_by_list(case.household_id)) is not None:
        household["monitored"] = True
        sources["household.monitored"] = f"{watched.listed_on} 防返贫监测对象名单"
    names = tuple(member.person.name for member in members)
    return rules.from_form(law.Facts(household=household, persons=persons, sources=sources, names=names))


def receiving(people: Iterable[int]) -> dict[int, str]:
    """Who of these now receives dibao or tekun, or is about to, as the ledger has it."""
    from_now = Q(until_month=None) | Q(until_month__gt=clock.Month.of(clock.today()).first)
    rows = Covered.objects.filter(from_now, person_id__in=list(people), entitlement__scheme__in=_SCHEMES)
    return {
        person: _SCHEMES[scheme] for person, scheme in rows.values_list("person_id", "entitlement__scheme")
    }


def on_dibao(case: Case) -> bool:
    """Whether the family or the applicant receives dibao already."""
    ours = standing_of(case.household_id) if case.household_id else None
    received = receiving([case.applicant_id]).get(case.applicant_id) == "dibao"
    return received or (ours is not None and ours.low_income_class == Standing.LowIncomeClass.DIBAO)


def _recognised(
    members: Sequence[Member], persons: list[dict[str, Any]], sources: dict[str, str], *, only: Sequence[str]
) -> None:
    """What the office itself has recognised a member as is not asked of the family."""
    known = receiving(member.person_id for member in members)
    for at, member in enumerate(members):
        if (found := known.get(member.person_id)) in only:
            persons[at]["receives"] = found
            sources[f"persons.{at}.receives"] = "社会救助台账"


def recognised(case: Case, facts: law.Facts) -> law.Facts:
    """The same facts, with everybody on dibao or tekun known as such."""
    persons, sources = [dict(row) for row in facts.persons], dict(facts.sources)
    _recognised(living_members(case), persons, sources, only=("tekun", "dibao"))
    return replace(facts, persons=persons, sources=sources)


def _verified(
    verification: Verification,
    members: list[Member],
    household: dict[str, Any],
    persons: list[dict[str, Any]],
    sources: dict[str, str],
) -> None:
    """What the sources settle takes the place of what was declared; what they left open is unknown."""
    found = exchange.facts(verification, rename={name: name for name in _VERIFIED})
    household |= found.household
    sources |= {key: said for key, said in found.sources.items() if key.startswith("household.")}
    places = {member.person_id: at for at, member in enumerate(members)}
    for asked, person_id in enumerate(verification.member_ids):
        if (at := places.get(person_id)) is not None:
            persons[at] |= found.persons[asked]
            sources |= {
                f"persons.{at}.{name}": found.sources[f"persons.{asked}.{name}"]
                for name in found.persons[asked]
            }


def verification_of(case: Case) -> Verification | None:
    """The newest check of the case; one that follows from a refusal stands on the first's until it has its own."""
    own = Verification.objects.filter(case_id=case.pk).order_by("-id").first()
    if own is None and case.channel == Case.Channel.FOLLOW_ON and case.origin is not None:
        return verification_of(case.origin)
    return own


def _home_visit(case: Case) -> Task | None:
    """The latest visit on which the house was seen; a review asks only what has changed."""
    over = (Task.State.DONE, Task.State.CARRIED)
    done = [one for one in case.tasks.all() if one.step == "investigate" and one.state in over]
    latest_first = sorted(done, key=lambda one: one.round, reverse=True)
    return next((one for one in latest_first if "housing" in one.evidence), None)


def standing_of(household_id: int) -> Standing | None:
    """The household's class now, if it has one; tekun is a person's and is asked of the person."""
    ours = Standing.objects.filter(household_id=household_id).exclude(
        low_income_class=Standing.LowIncomeClass.TEKUN
    )
    return ours.exclude(state=Standing.State.ENDED).first()


def tekun_of(person_id: int) -> Standing | None:
    """The person's tekun file now, if there is one."""
    files = Standing.objects.filter(applicant_id=person_id, low_income_class=Standing.LowIncomeClass.TEKUN)
    return files.exclude(state=Standing.State.ENDED).first()


def tekun_in(household_id: int) -> Standing | None:
    """The household's first tekun file now, if it has one."""
    files = Standing.objects.filter(
        household_id=household_id, low_income_class=Standing.LowIncomeClass.TEKUN
    ).exclude(state=Standing.State.ENDED)
    return files.order_by("id").first()


def standings_on(day: date, low_income_class: str) -> QuerySet[Standing]:
    """Households of a class on a day."""
    in_force = Q(ended_on=None) | Q(ended_on__gt=day)
    return Standing.objects.filter(in_force, low_income_class=low_income_class, valid_from__lte=day)
