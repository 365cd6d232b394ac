"""What an event asks of a human: that a household is counted again, by the review that the office begins anyway.

A member's death: within the months of 民发〔2022〕83号; other changes of who counts, and of what a family has:
within the place's own limit.  Nothing is changed before the review is decided.
"""

from __future__ import annotations

from datetime import date

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.terms import term
from minzheng.kernel.declare import Ask, Happened, Reacted
from minzheng.kernel.people.masks import mask_name
from minzheng.kernel.people.queries import household_of
from minzheng.kernel.standards.queries import calendar

from ..models import Standing
from ..queries import standing_of, tekun_of

__all__ = ["after_death", "asked", "coming_of_age", "due", "recount", "review"]

REVIEWS = {"L1": "assistance.tekun_review", "L2": "assistance.dibao_review"}
_WORDS = {
    "prison": "已入狱服刑，不计入共同生活成员", "detox": "被强制隔离戒毒，不计入共同生活成员",
    "missing": "被宣告失踪，不计入共同生活成员", "release": "已回归家庭，须核对是否计入共同生活成员",
    "marriage": "已结婚，家庭人口须重新确定",
    "divorce": "已离婚，家庭人口须重新确定", "disability_new": "新领残疾人证，须核对劳动能力和分类施保",
    "disability_regraded": "残疾等级有变更，须核对劳动能力和分类施保",
    "disability_expired": "残疾人证已失效，须核对分类施保",
    "employment": "有新的就业参保登记，须核对收入", "vehicle": "名下登记了机动车，须核对财产",
    "property": "名下登记了不动产，须核对财产", "company": "名下登记了经营主体，须核对财产和收入",
}  # fmt: skip


def due(key: str, *, path: str, since: date) -> date:
    """The last day of a limit of the place."""
    limit = term(key, path=path, on=since)
    return clock.deadline(since, limit, calendar()).on  # type: ignore[arg-type]


def _standings(happened: Happened, *, on: date) -> list[Standing]:
    """The household's class, and the person's own tekun file."""
    home = household_of(happened.person, on=on)
    found = [standing_of(home.pk) if home else None, tekun_of(happened.person.pk)]
    return [one for one in found if one is not None]


def asked(standing: Standing, happened: Happened, *, label: str, words: str, due_on: date) -> Ask:
    """One review of one file, begun from the case that granted it; what has no review of its own is looked at."""
    text = f"{mask_name(happened.person.name)}{words}。（{happened.number}）"
    return Ask(
        label=f"{standing.get_low_income_class_display()}{label}", text=text, path=standing.path, due_on=due_on,
        service=REVIEWS.get(standing.low_income_class, ""), household_id=standing.household_id,
        person_id=standing.applicant_id if standing.low_income_class == "L1" else None, origin_id=standing.case_id,
    )  # fmt: skip


def _told(asks: list[Ask], nobody: str) -> Reacted:
    if not asks:
        return Reacted.nothing(nobody)
    said = "；".join(f"{one.label}，{one.due_on:%Y-%m-%d}前办结" for one in asks)
    return Reacted(f"已列入待办：{said}。", asks=tuple(asks))


def after_death(happened: Happened, *, by: Actor) -> Reacted:
    """The household that is left is counted again within three months of the death (民发〔2022〕83号)."""
    asks = [
        asked(
            one, happened, label="家庭重新核算", words=f"于{happened.day:%Y-%m-%d}去世，家庭须重新核算",
            due_on=due("event.recount.death", path=one.path, since=happened.day),
        )
        for one in _standings(happened, on=happened.day)
        if one.low_income_class != "L1" and _somebody_left(one, happened)
    ]  # fmt: skip
    return _told(asks, "此人的家庭没有在保，或已无成员，不需要重新核算。")


def _somebody_left(standing: Standing, happened: Happened) -> bool:
    living = standing.household.memberships.filter(until_on=None, person__died_on=None)
    return living.exclude(person=happened.person).exists()


def recount(happened: Happened, *, by: Actor) -> Reacted:
    """Whoever counts is another number of people now (DB-2021 art. 7), or the family another one."""
    return _look(happened, label="家庭重新核算", key="event.recount")


def review(happened: Happened, *, by: Actor) -> Reacted:
    """Something the rules ask for has changed; the family is heard before anything is cut."""
    return _look(happened, label="复核", key="event.review")


def _look(happened: Happened, *, label: str, key: str) -> Reacted:
    asks = [
        asked(
            one, happened, label=label, words=_WORDS[happened.kind],
            due_on=due(key, path=one.path, since=max(happened.day, clock.today())),
        )
        for one in _standings(happened, on=max(happened.day, clock.today()))
        if not (happened.kind == "prison" and one.low_income_class == "L1")
    ]  # fmt: skip
    return _told(asks, "此人及其家庭没有在保，不需要复核。")


def coming_of_age(happened: Happened, *, by: Actor) -> Reacted:
    """Sixteen, eighteen and sixty change who can work and who supports; from eighty on other benefits are due."""
    years = int(happened.detail["years"])
    words = f"将于{happened.day:%Y-%m-%d}年满{years}周岁，请提前核对"
    asks = [
        asked(one, happened, label=f"成员年满{years}周岁", words=words, due_on=happened.day)
        for one in _standings(happened, on=clock.today())
    ]
    return _told(asks, "此人及其家庭没有在保，不需要核对。")
