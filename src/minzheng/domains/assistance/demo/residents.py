"""A demonstration: what the residents find among their matters: a notice to answer, a decision to contest, contacts
to rate, and what they put into the opinion box."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from minzheng.kernel.audit import Actor, system
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.casework.models import Case, Task
from minzheng.kernel.feedback import actions as feedback
from minzheng.kernel.feedback import box, giving
from minzheng.kernel.feedback.models import Rating
from minzheng.kernel.feedback.queries import contacts, remedy_to
from minzheng.kernel.people.models import Household, Person

from ..queries import standing_of
from .others import Aid
from .story import Story, homes_of

__all__ = ["residents"]


def residents(actors: Mapping[str, Actor]) -> None:
    """One who is not on dibao is refused it, the other is asked for a paper; who begins a tour has nothing yet."""
    homes = {name: home for name, home in homes_of(actors).items() if name != "resident"}
    free = [username for username, home in homes.items() if standing_of(home.pk) is None]
    for username, home in homes.items():
        if username in free[-1:]:
            _is_refused(actors, username, home)
        else:
            _is_asked(actors, username, home)
    _are_satisfied()
    box.put_in_openly(
        kind="question", text="老人腿脚不便，去不了窗口，能不能请人上门帮着填表？", path=actors["clerk"].posts[0].path,
        by=system("visitor"),
    )  # fmt: skip


def _are_satisfied() -> None:
    """Families whose help was granted these days say so; not everybody, and not all with the highest grade."""
    said = ((5, "kind"), (5, "quick"), (4, "clear"), (5, "few_papers"), (3, "clear"), (4, "kind"))
    granted = Case.objects.filter(state=Case.State.GRANTED).select_related("applicant").order_by("id")
    open_ = [(case, one) for case in granted for one in contacts(case)[:1] if one.open]
    for (case, one), (grade, tag) in zip(open_, said, strict=False):
        mine = Actor(
            id=f"demo:{case.applicant_id}",
            name=case.applicant.name,
            kind=Kind.RESIDENT,
            person_id=case.applicant_id,
        )
        giving.rate(one.task.pk, grade=grade, tags=[tag], text="", by=mine)


def _is_asked(actors: Mapping[str, Actor], username: str, home: Household) -> None:
    """Help with a stay in hospital was asked for at home; the window asks for the bill, and is rated for it."""
    told, mine = _AskedFor(actors, home, agent=username), actors[username]
    told.until("correct")
    _rate(told, "accept", mine, ["trips"], "上午去问没说要结算单，下午又叫补，一次说清就好了")
    box.put_in(kind="advice", text="窗口中午能不能有人值班？上班的人只有中午有空。", signed=True, by=mine)


def _is_refused(actors: Mapping[str, Actor], username: str, home: Household) -> None:
    """A couple whose pensions are above the standard: refused with reasons; its word about the window was answered."""
    told, mine, officer = _EarnsEnough(actors, home, agent=username), actors[username], actors["township"]
    told.until("done")
    _rate(told, "accept", mine, ["unclear"], "大厅没有指引，不知道先去哪个窗口")
    remedy = remedy_to(Rating.objects.get(task=_met(told, "accept")))
    if remedy is not None:
        feedback.look_into(remedy.pk, found="到大厅看过，指引牌被宣传栏挡住", by=officer)
        said = "对不起，让您走了冤枉路。指引牌已经移到门口，引导员上午都在。"
        feedback.answer(remedy.pk, text=said, fixed=True, by=officer)


def _met(told: Story, step: str) -> Task:
    return Task.objects.get(case=told.case, step=step, state=Task.State.DONE)


def _rate(told: Story, step: str, by: Actor, tags: list[str], text: str) -> None:
    giving.rate(_met(told, step).pk, grade=2, tags=tags, text=text, by=by)


class _AskedFor(Aid):
    """Filled in at home on the telephone, without the bill."""

    channel = "online"
    lacking = ("请上传住院费用结算单，要能看清总金额和医保报销金额", "请写明住院的医院和起止日期")


class _EarnsEnough(Story):
    """Everybody draws a pension; the standard is far below it."""

    channel = "online"

    def answers(self) -> dict[str, Any]:
        return super().answers() | {"need": "看病吃药开销大，养老金不够用"}

    def member(self, person: Person) -> dict[str, str]:
        return super().member(person) | {"transfer": "36000"}
