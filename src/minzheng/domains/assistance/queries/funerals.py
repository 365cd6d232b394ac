"""What is paid for the funeral of a tekun person, and for whom it is still to be arranged."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from minzheng.kernel import catalogue
from minzheng.kernel.law.facts import Facts, filled
from minzheng.kernel.law.reference import Evaluation
from minzheng.kernel.ledger.content import sm3

from .. import rules
from ..models import Standing

__all__ = ["Reckoned", "kept_at_death", "reckoned"]


@dataclass(frozen=True)
class Reckoned:
    """The sum in fen, with the values it was reckoned from."""

    amount: int
    rule_set: str
    trace: dict[str, Any]
    sha: str


def kept_at_death(person_id: int, died_on: date) -> Standing | None:
    """The tekun file that held on the day of death, ended since or not."""
    files = Standing.objects.filter(applicant_id=person_id, low_income_class=Standing.LowIncomeClass.TEKUN)
    held = files.filter(Q(ended_on=None) | Q(ended_on__gt=died_on), valid_from__lte=died_on)
    return held.order_by("-valid_from", "-id").first()


def reckoned(file: Standing, died_on: date) -> Reckoned:
    """By the standard of the place and class on the day of death (国发〔2016〕14号)."""
    facts = filled(
        Facts({"class_ur": file.class_ur, "resettled": False, "contract_land": False}), rules.household
    )
    run = Evaluation(rules.household, facts, catalogue.current().parameters(), path=file.path, on=died_on)
    amount = run.answer(rules.funeral_sum)
    assert isinstance(amount, int)
    used = [
        {"key": one.key, "title": one.title, "value": str(one.value), "from": one.from_.isoformat(),
         "source": one.source}
        for one in run.used.values()
    ]  # fmt: skip
    trace = {"class_ur": file.class_ur, "died_on": died_on.isoformat(), "parameters": used, "amount": amount}
    told = json.dumps(trace, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return Reckoned(amount, rules.SOCIAL_ASSISTANCE.on(died_on).code, trace, sm3(told.encode()))
