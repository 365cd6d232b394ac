"""Who may move a fund or a contract, the fund as it stands at that moment, and what the law says of it."""

from __future__ import annotations

from datetime import date

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.paths import county_of, level_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import Mistake, NotAllowed, NotFound, Refused
from minzheng.kernel.law import Facts
from minzheng.kernel.law.language import Rule
from minzheng.kernel.law.reference import Evaluation, Unknown
from minzheng.kernel.standards.queries import calendar

from .models import ReserveFund

__all__ = [
    "due",
    "evaluated",
    "held",
    "holds",
    "locked",
    "money",
    "require",
    "term_of_place",
    "the_county",
    "words",
]

Declared = catalogue.Declared[declare.Reserve]
Purchases = catalogue.Declared[declare.Purchasing]


def holds(declared: Declared | Purchases, role: declare.Role, *, path: str, by: Actor) -> bool:
    """Whether the actor holds this role over this place, at the level at which it is held."""
    post = by.post_for(declared.role(role), path=path)
    return post is not None and post.level == role.at


def require(declared: Declared | Purchases, role: declare.Role, *, path: str, by: Actor) -> None:
    """Refuse whoever does not; what lies out of scope looks like what does not exist."""
    if holds(declared, role, path=path, by=by):
        return
    # Whoever works below knows that there is a township, or a county, above; whoever works elsewhere knows nothing.
    if not by.covers(path) and not any(post.path.startswith(path) for post in by.posts):
        raise NotFound("fund_unknown", "没有这笔资金，或不在您的管辖范围内。请返回列表重新选择。")
    raise NotAllowed(
        "fund_role", f"这一步由{role.at.label}的“{role.label}”办理，您没有这个岗位。", role=role.code
    )


def locked(fund: ReserveFund) -> ReserveFund:
    """The fund as it is now, held until the verb ends: of two who pay the last money the second sees the first."""
    found = ReserveFund.objects.select_for_update().filter(pk=fund.pk).first()
    if found is None:
        raise NotFound("fund_unknown", "没有这笔备用金，或不在您的管辖范围内。请返回列表重新选择。")
    if found.state == ReserveFund.State.CLOSED:
        raise Refused("fund_closed", f"{found.year} 年备用金已清缴关账，不能再办理。")
    return found


def evaluated(fund: ReserveFund, declared: Declared, *, asked: int = 0) -> Evaluation:
    """One fund in its year as the rules read it, with what is asked of it now."""
    facts = {
        "quota": fund.quota, "advance": fund.advanced, "paid": fund.paid, "returned": fund.returned, "asked": asked,
    }  # fmt: skip
    return Evaluation(
        declared.item.year, Facts(household=facts), catalogue.current().parameters(), path=fund.path, on=clock.today()
    )  # fmt: skip


def held(run: Evaluation, rule: Rule) -> bool:
    """Whether a rule holds; a fund knows everything the rules ask."""
    answer = run.answer(rule)
    if isinstance(answer, Unknown):
        raise Mistake("fund_facts", f"{rule.name} asks for what a fund does not know")
    return bool(answer)


def term_of_place(key: str, *, path: str, on: date) -> clock.Term:
    """A limit in force at a place on a day, in its own unit."""
    found = catalogue.current().parameters().get(key, path=path, on=on)
    made = clock.term_of(found.unit.replace("_", " "), int(str(found.value)))
    assert not isinstance(made, clock.Hours), key
    return made


def due(key: str, *, path: str, on: date) -> date:
    """The last day of a limit that begins on a day."""
    return clock.deadline(on, term_of_place(key, path=path, on=on), calendar()).on


def the_county(path: str) -> str:
    """The county a township lies in; a fund belongs to a township."""
    county = county_of(path)
    if county is None or level_of(path) is not Level.TOWNSHIP:
        raise Refused("not_a_township", "备用金设在乡镇（街道）。请选择乡镇（街道）。", field="path")
    return county


def money(amount: object, *, field: str = "amount") -> int:
    """An amount in fen above zero."""
    if isinstance(amount, bool) or not isinstance(amount, int) or amount <= 0:
        raise Refused("amount_positive", "金额须大于零。请核对后重新填写。", field=field)
    return amount


def words(text: str, *, what: str, field: str, longest: int = 200) -> str:
    """A text that must be there."""
    text = " ".join(text.split())
    if not text or len(text) > longest:
        raise Refused("text_needed", f"请填写{what}（不超过 {longest} 个字）。", field=field)
    return text
