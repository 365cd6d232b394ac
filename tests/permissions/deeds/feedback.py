"""The deeds of those who hear what people say: bad ratings looked into, answered, doubted; the opinion box."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.audit import Actor
from minzheng.kernel.feedback import actions, box, giving, telephone
from minzheng.kernel.feedback import windows as devices
from minzheng.kernel.feedback.models import Device
from minzheng.kernel.signin import residents
from tests.factories.company import HERE
from tests.factories.ground import Ground

from .deed import Deed, Ids

__all__ = ["before_windows", "hearing", "windows"]

Verb = Callable[[Ground, Ids, Actor], Any]


def hearing(code: str, declared: catalogue.Declared[declare.Listening]) -> Iterator[Deed]:
    """One block for each verb, over a bad rating by the applicant and an opinion."""
    duties = declared.item
    deeds: tuple[tuple[str, str, Iterable[declare.Role], Verb], ...] = (
        (
            "look_into", "open", duties.answered_by,
            lambda g, ids, by: actions.look_into(ids["remedy"], found="已了解", by=by),
        ),
        (
            "answer", "looked_into", duties.answered_by,
            lambda g, ids, by: actions.answer(ids["remedy"], text="对不起", fixed=True, by=by),
        ),
        ("doubt", "open", duties.answered_by, lambda g, ids, by: actions.doubt(ids["remedy"], reason="恶意", by=by)),
        (
            "agree", "doubted", duties.overseen_by,
            lambda g, ids, by: actions.agree(ids["remedy"], invalid=True, reason="同意", by=by),
        ),
    )  # fmt: skip
    for name, state, roles, verb in deeds:
        held = frozenset(declared.role(role) for role in roles)
        yield Deed(
            f"{code} feedback: {name}",
            lambda g, state=state: {"remedy": g.remedy(state).pk},
            verb,
            held,
            told=True,
        )
    answering = frozenset(declared.role(role) for role in duties.answered_by)
    yield Deed(
        f"{code} feedback: answer_opinion", lambda g: {"opinion": g.opinion().pk},
        lambda g, ids, by: box.answer_opinion(ids["opinion"], text="已改", by=by), answering, told=True,
    )  # fmt: skip
    taking = frozenset(declared.role(role) for role in duties.taken_by)
    yield Deed(
        f"{code} feedback: take_down", lambda g: {"number": g.contact().case.number, "name": g.applicant.name},
        lambda g, ids, by: telephone.take_down(
            ids["number"], name=ids["name"], phone="13804310009", grade=5, tags=[], text="", by=by
        ),
        taking, told=True,
    )  # fmt: skip
    yield Deed(
        f"{code} feedback: take_down_again",
        lambda g: {"number": g.remedy("fixed").rating.case.number, "name": g.applicant.name},
        lambda g, ids, by: telephone.take_down_again(ids["number"], name=ids["name"], grade=5, by=by), taking,
        told=True,
    )  # fmt: skip
    yield Deed(
        f"{code} feedback: make_device", lambda g: {},
        lambda g, ids, by: devices.make(name="2号窗口", by=by), taking, told=True, anywhere=True,
    )  # fmt: skip
    applicant = frozenset({"applicant"})
    yield Deed(
        f"{code} feedback: disown", lambda g: {"rating": g.by_paper().pk},
        lambda g, ids, by: giving.disown(ids["rating"], by=by), parts=applicant, hidden=True, told=True,
    )  # fmt: skip
    yield Deed(
        f"{code} feedback: rate", lambda g: {"task": g.contact().pk},
        lambda g, ids, by: giving.rate(ids["task"], grade=2, tags=["slow"], text="", by=by), parts=applicant,
        hidden=True, told=True,
    )  # fmt: skip
    yield Deed(
        f"{code} feedback: rate_again", lambda g: {"rating": g.remedy("fixed").rating_id},
        lambda g, ids, by: giving.rate_again(ids["rating"], grade=5, by=by), parts=applicant, hidden=True, told=True,
    )  # fmt: skip


def windows() -> Iterator[Deed]:
    """A resident who cannot sign in is helped by whoever takes applications in, and by nobody else."""
    every = catalogue.current().services.values()
    clerks = frozenset(
        one.role(step.by)
        for one in every
        for step in one.item.steps
        if isinstance(step, declare.Acceptance) and one.item.offered == "public"
    )
    yield Deed(
        "access: resident_at_window", lambda g: {},
        lambda g, ids, by: residents.at_window(person=g.wife, seen="id_card", by=by), clerks, told=True,
    )  # fmt: skip


def before_windows(code: str, declared: catalogue.Declared[declare.Listening]) -> Iterator[Deed]:
    """A tablet is put away by the clerk of its window; what it or a link says is the platform's, nobody's own deed."""
    clerk = declared.role(next(iter(declared.item.taken_by)))

    def a_device(g: Ground) -> Ids:
        made = Device.objects.create(
            name="1号窗口", path=HERE.township, owner=g.someone(clerk).id, owner_name="某", secret="0" * 64,
            made_at=clock.now(),
        )  # fmt: skip
        return {"device": made.pk, "task": g.contact().pk}

    yield Deed(
        f"{code} feedback: close_device", a_device, lambda g, ids, by: devices.close(ids["device"], by=by),
        frozenset({clerk}), told=True,
    )  # fmt: skip
    unowned: tuple[tuple[str, Verb], ...] = (
        ("connect_device", lambda g, ids, by: devices.connect(ids["device"], secret="0", by=by)),
        ("pass_over", lambda g, ids, by: devices.pass_over(ids["device"], ids["task"], by=by)),
        ("rate_openly", lambda g, ids, by: giving.rate_openly(
            ids["task"], channel="device", grade=5, tags=[], text="", by=by)),
    )  # fmt: skip
    for name, verb in unowned:
        yield Deed(f"{code} feedback: {name}", a_device, verb, told=True)
    yield Deed(
        f"{code} feedback: rate_again_openly", lambda g: {"rating": g.remedy("fixed").rating_id},
        lambda g, ids, by: giving.rate_again_openly(ids["rating"], grade=5, by=by), told=True,
    )  # fmt: skip
