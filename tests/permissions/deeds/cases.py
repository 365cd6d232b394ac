"""What is done with a case as a whole: read, paused, extended, appealed against, drawn for a check."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.casework import (
    appealing,
    extending,
    pausing,
    queries,
    sampling,
    urging,
)
from tests.factories.company import HERE
from tests.factories.ground import DAY, Ground

from .deed import OWN, Deed, Ids, everyone

__all__ = ["answering_urging", "appealing_against", "drawing", "reading_and_pausing"]


def reading_and_pausing(code: str, service: catalogue.Declared[declare.Service]) -> Iterator[Deed]:
    """Reading an application that has been handed in; stopping its clock."""
    second = service.item.steps[1].code
    ready = lambda g: {"case": g.at_step(code, second).case_id}  # noqa: E731
    for name in ("", "/timeline", "/documents"):
        yield Deed(
            f"{code}: read the case{name}", ready, lambda g, ids, by: queries.case_for(ids["case"], by),
            everyone(service.domain), OWN, "GET", "/cases/{case}" + name, anyhow=True, hidden=True,
        )  # fmt: skip
    deciding = next(one for one in service.item.steps if isinstance(one, declare.Deciding))
    for role in filter(None, (deciding.by, deciding.or_by)):
        bound = lambda g, role=role: {"case": g.at_step(code, second, by=role).case_id}  # noqa: E731
        paused = lambda g, role=role: {"case": _paused(g, g.at_step(code, second, by=role).case_id)}  # noqa: E731
        decider = frozenset({service.role(role)})
        yield Deed(
            f"{code}: pause, {role.at.label}", bound,
            lambda g, ids, by: pausing.pause(ids["case"], why="1", reason="等待鉴定", by=by),
            decider, method="POST", path="/cases/{case}/pause",
            body={"why": "1", "reason": "等待鉴定", "expected_on": f"{DAY + timedelta(days=30)}"},
        )  # fmt: skip
        yield Deed(
            f"{code}: resume, {role.at.label}", paused, lambda g, ids, by: pausing.resume(ids["case"], by=by),
            decider, method="POST", path="/cases/{case}/resume",
        )  # fmt: skip
        yield Deed(
            f"{code}: extend, {role.at.label}", bound,
            lambda g, ids, by: extending.extend(ids["case"], why="away", reason="家庭成员在外地务工", by=by),
            decider, method="POST", path="/cases/{case}/extend", body={"why": "away", "reason": "家庭成员在外地务工"},
        )  # fmt: skip


def _paused(g: Ground, case_id: int) -> int:
    from minzheng.kernel.casework.models import Case, Pause

    case = Case.objects.get(pk=case_id)
    Pause.objects.create(case=case, why="1", reason="等待鉴定", from_on=DAY, approved_by="user:0")
    case.state = Case.State.PAUSED
    case.save()
    return case_id


def appealing_against(code: str, service: catalogue.Declared[declare.Service]) -> Iterator[Deed]:
    yield Deed(
        f"{code}: file_appeal", lambda g: {"decision": g.decided(code).pk},
        lambda g, ids, by: appealing.file_appeal(ids["decision"], reasons="金额偏低", by=by),
        parts=frozenset({"applicant"}), hidden=True, method="POST", path="/decisions/{decision}/appeals",
        body={"reasons": "金额偏低"},
    )  # fmt: skip
    if service.item.reviewed_by is None:
        return
    reviewer = frozenset({service.role(service.item.reviewed_by)})
    yield Deed(
        f"{code}: accept_appeal", lambda g: {"appeal": g.appealed(code, "filed").pk},
        lambda g, ids, by: appealing.accept_appeal(ids["appeal"], accepted=True, by=by),
        reviewer, method="POST", path="/appeals/{appeal}/examine", body={"accepted": True},
    )  # fmt: skip
    yield Deed(
        f"{code}: decide_appeal", lambda g: {"appeal": g.appealed(code, "accepted").pk},
        lambda g, ids, by: appealing.decide_appeal(ids["appeal"], result="none", opinion="正确", by=by),
        reviewer, method="POST", path="/appeals/{appeal}/decide", body={"result": "none", "opinion": "正确"},
    )  # fmt: skip


def drawing(code: str, one: catalogue.Declared[declare.Sampling]) -> Iterator[Deed]:
    sampler, answering = frozenset({one.role(one.item.by)}), frozenset({one.role(one.item.answered_by)})
    service = f"{one.domain.code}.{one.item.service}"
    yield Deed(
        f"{code}: draw", lambda g: {"decision": g.decided(service).pk},
        lambda g, ids, by: sampling.draw(code, path=HERE.village, size=1, by=by),
        sampler, method="POST", path="/samples", body={"sampling": code, "path": HERE.village, "size": 1},
    )  # fmt: skip
    yield Deed(
        f"{code}: check_sampled", lambda g: {"sampled": g.sampled(code, "drawn").pk},
        lambda g, ids, by: sampling.check_sampled(ids["sampled"], findings={}, sound=True, by=by),
        sampler, method="POST", path="/sampled/{sampled}/check", body={"findings": {}, "sound": True},
    )  # fmt: skip
    yield Deed(
        f"{code}: rectify", lambda g: {"sampled": g.sampled(code, "faulty").pk},
        lambda g, ids, by: sampling.rectify(ids["sampled"], text="已重算", by=by),
        answering, method="POST", path="/sampled/{sampled}/rectify", body={"text": "已重算"},
    )  # fmt: skip
    yield Deed(
        f"{code}: close_sampled", lambda g: {"sampled": g.sampled(code, "rectified").pk},
        lambda g, ids, by: sampling.close_sampled(ids["sampled"], by=by),
        sampler, method="POST", path="/sampled/{sampled}/close",
    )  # fmt: skip


def answering_urging(code: str, service: catalogue.Declared[declare.Service]) -> Iterator[Deed]:
    """A step that was pressed for is answered by whose step it is, and by nobody else, not even whoever pressed."""
    step = service.item.steps[0]

    def pressed(g: Ground) -> Ids:
        task = g.at_step(code, step.code)
        task.urged_at, task.urged_by, task.urged_text, task.urged_times = clock.now(), "user:0", "尽快", 1
        task.save()
        return {"task": task.pk}

    yield Deed(
        f"{code}: answer_urging", pressed,
        lambda g, ids, by: urging.answer(ids["task"], text="明天办结", by=by), frozenset({service.role(step.by)}),
    )  # fmt: skip
