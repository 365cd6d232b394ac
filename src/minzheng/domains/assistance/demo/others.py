"""A demonstration: tekun persons, and families with an expense they cannot carry, at every stage in one township."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.deciding import determine
from minzheng.kernel.people.models import Household, Person

from ..queries import means_known, standing_of
from .story import Story, homes_of

__all__ = ["Aid", "others"]

TEKUN = ("confirm", "assess", "accept", "serve")
AID = ("accept", "expense", "plan", "post", "serve")


def others(actors: Mapping[str, Actor]) -> None:
    """Cases on the way; then persons kept and families helped two months ago, so that last month has paid them."""
    old = _homes(actors, 1, 1, old=True)
    alone = [home for home in old if standing_of(home.pk) is None][-4:]
    # Old people on dibao who are tekun: their dibao gives way.
    on_the_way = [
        *(home for home in old if standing_of(home.pk) is not None),
        *(one for one in old if one not in alone),
    ]
    for stage, home in zip(TEKUN, dict.fromkeys(on_the_way), strict=False):
        _Tekun(actors, home).until(stage)
    families = [home for home in _homes(actors, 3, 4) if standing_of(home.pk) is None]
    on_dibao = [home for home in _homes(actors, 2, 5) if standing_of(home.pk) is not None]
    for stage, home in zip(AID, families, strict=False):
        Aid(actors, home).until(stage)
    with clock.frozen(clock.add_months(clock.today(), -2)):
        for home in alone:
            _Tekun(actors, home).until("done")
        for home in [*families[len(AID) : len(AID) + 2], *on_dibao[:1]]:
            Aid(actors, home).until("done")


def _homes(actors: Mapping[str, Actor], least: int, most: int, *, old: bool = False) -> list[Household]:
    """Households of a size in the clerk's township without an account of their own, the same each time."""
    homes = Household.objects.filter(
        path__startswith=actors["clerk"].posts[0].path, memberships__until_on=None
    ).exclude(pk__in=[home.pk for home in homes_of(actors).values()])
    aged = Q(memberships__person__birth__lt=date(1962, 1, 1))
    counted = homes.annotate(n=Count("memberships"), aged=Count("memberships", filter=aged))
    fitting = counted.filter(n__gte=least, n__lte=most)
    return list((fitting.filter(aged=1) if old else fitting).order_by("id")[:400])


class _Tekun(Story):
    """One old person alone, who cannot walk or bathe without help."""

    service = "assistance.tekun"
    order = ("accept", "investigate", "verify", "assess", "post", "confirm", "serve", "done")

    def answers(self) -> dict[str, Any]:
        return super().answers() | {"need": "年老独居，无儿无女，行动不便", "support_form": "dispersed"}

    def investigate(self) -> None:
        acts = {f"can_{act}": "yes" for act in ("eat", "dress", "rise", "toilet")}
        evidence = {
            "visited_on": clock.today().isoformat(), "together_confirmed": "yes", "housing": "own", "agrees": "yes",
            "living": "平房一间，独自居住，需要人照料", "supporters_checked": "yes", "assessor": "镇卫生院评估员",
            "signed": "yes", "can_walk": "no", "can_bathe": "no", **acts,
        }  # fmt: skip
        self.take("investigate", "done", "investigator", evidence, partners=self.partner)

    def assess(self) -> None:
        self.met = self.finds_it_met()
        cared = {
            "arrangement": "dispersed",
            "caregiver": "同村邻居",
            "agreement": f"照料〔2026〕{self.home.pk}号",
        }
        said = "符合三项条件，建议确认" if self.met else "不同时具备三项条件"
        evidence = {"opinion": said, **(cared if self.met else {"arrangement": "none"})}
        self.take("assess", "propose" if self.met else "oppose", "investigator", evidence)


class Aid(Story):
    """A family with a stay in hospital to pay, helped in two stages."""

    service = "assistance.temporary"
    order = ("accept", "verify", "expense", "plan", "post", "confirm", "serve", "done")

    def answers(self) -> dict[str, Any]:
        asked = {
            "cause": "medical",
            "event_place": "县医院",
            "expense": "26000",
            "need": "家人住院，自己负担的费用较多",
        }
        return super().answers() | asked

    def member(self, person: Person) -> dict[str, str]:
        return {"lives_together": "yes", "work_capacity": "none", "illness": "none"}

    def accept(self) -> None:
        assert self.case is not None
        known = means_known(self.case)
        self.take("accept", "accept_known" if known else "accept", "clerk", {"complete": "yes"})

    def expense(self) -> None:
        evidence = {
            "visited_on": clock.today().isoformat(), "expense": "26000", "invoices": "yes", "tier": "serious",
            "found": "住院结算单属实，报销后自付较多",
        }  # fmt: skip
        self.take("expense", "done", "investigator", evidence, partners=self.partner)

    def plan(self) -> None:
        assert self.case is not None
        self.met = self.finds_it_met()
        if not self.met:
            self.take("plan", "oppose", "investigator", {"opinion": "收入或财产超过规定"})
            return
        fen = determine(self.case, on=clock.today()).amount or 0
        halves = (fen - fen // 2, fen // 2)
        stages = [
            {"form": "money", "after": str(at), "amount": f"{half // 100}.{half % 100:02d}"}
            for at, half in enumerate(halves)
        ]
        self.take("plan", "propose", "investigator", {"opinion": "建议分两个月救助", "stages": stages})

    def post(self) -> None:
        last = self.put_up()
        with clock.frozen(last + timedelta(days=1)):
            self.take("post", "done", "clerk", {})
