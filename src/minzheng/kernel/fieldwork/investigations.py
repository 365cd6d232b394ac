"""Steps of a case that are done at the family's door (入户调查): the step's own form, handed in as the step itself."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import or_

from django.db.models import Q

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.access.models import Posting
from minzheng.kernel.areas.queries import names
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework import taking
from minzheng.kernel.casework.authority import may_take, no_such_case
from minzheng.kernel.casework.models import Task
from minzheng.kernel.casework.queries import work_list
from minzheng.kernel.declare.forms import Choice, Form
from minzheng.kernel.errors import Refused

from .words import Given, Theirs, Work

__all__ = ["Investigations"]

PARTNER = "partner"
# A colleague who may go along: account, name, role, place of the post.
_Colleague = tuple[str, str, str, str]


def _outdoor_steps() -> Iterable[tuple[str, declare.Step]]:
    for code, declared in catalogue.current().services.items():
        yield from ((code, step) for step in declared.item.steps if step.outdoors is not None)


class Investigations:
    """Open steps for the actor's posts that are declared to be done out of doors."""

    code, label = "investigations", "入户调查"

    def works(self, by: Actor, *, ahead: int, most: int) -> list[Work]:
        wanted = [Q(case__service=code, step=step.code) for code, step in _outdoor_steps()]
        if not wanted or not by.posts:
            return []
        mine = work_list(by).filter(Q(claimed_by="") | Q(claimed_by=by.id)).filter(reduce(or_, wanted))
        return self._drawn(list(mine.select_related("case__household")[:most]), by)

    def work(self, pk: int, by: Actor) -> Work:
        task = self._task(pk, by)
        declared = catalogue.current().service_of(task.case)
        if not may_take(task.case, declared, _step(task), by):
            raise no_such_case()
        return self._drawn([task], by)[0]

    def keep(self, pk: int, given: Given, by: Actor, *, anyhow: bool = False) -> str:
        task = self._task(pk, by)
        step = _step(task)
        evidence = {code: value for code, value in given.answers.items() if code != PARTNER}
        partner = str(given.answers.get(PARTNER) or "")
        try:
            taking.take(
                task.pk, outcome=step.outcomes[0].code, evidence=evidence, by=by, key=given.key,
                partners=[int(partner)] if partner.isdigit() else (),
                version=None if anyhow else int(given.base.get("version") or 0),
            )  # fmt: skip
        except Refused as error:
            if error.fields.get("field") == "partners":
                raise Refused(error.code, error.message, field=PARTNER) from None
            raise
        return f"“{step.label}”已办理。"

    def theirs(self, pk: int, given: Given, by: Actor) -> Theirs | None:
        task = self._task(pk, by)
        if task.state == Task.State.OPEN:
            return Theirs(who="", at=None, words="您外出期间，这件办件有变动。请核对后再上传。")
        return Theirs(
            who=task.done_by_name, at=task.done_at, words=f"“{_step(task).label}”已由他人办理。",
            answers=task.evidence, final=True,
        )  # fmt: skip

    def _task(self, pk: int, by: Actor) -> Task:
        found = Task.objects.select_related("case__applicant", "case__household").filter(pk=pk).first()
        if found is None or not by.covers(found.path) or _step(found).outdoors is None:
            raise no_such_case()
        return found

    def _drawn(self, tasks: list[Task], by: Actor) -> list[Work]:
        places, colleagues = names(task.path for task in tasks), _colleagues(tasks, by)
        return [_work(task, places[task.path], colleagues) for task in tasks]


def _step(task: Task) -> declare.Step:
    return catalogue.current().step_of(task.case, task.step)


def _work(task: Task, place: str, colleagues: list[_Colleague]) -> Work:
    step, case = _step(task), task.case
    outdoors = step.outdoors or declare.Outdoors()
    home = case.household
    facts = [
        ("事项", catalogue.current().service_of(case).item.label),
        ("地区", place),
        ("办件编号", case.number or ""),
    ]
    if outdoors.address and home is not None:
        facts.append(("住址", home.address))
    return Work(
        code=f"{Investigations.code}:{task.pk}", act=step.label, title=case.applicant.name,
        form=_form(task, step, colleagues), path=case.path, facts=tuple(one for one in facts if one[1]),
        due=f"{task.due_on:%m月%d日}到期" if task.due_on else "",
        late=task.due_on is not None and task.due_on < clock.today(),
        phone=case.applicant.phone if outdoors.phone else "", base={"version": case.version}, case_id=case.pk,
    )  # fmt: skip


def _form(task: Task, step: declare.Step, colleagues: list[_Colleague]) -> Form:
    """The step's form, and who went along where two go."""
    fields = step.evidence.fields if step.evidence else ()
    if step.together > 1:
        beside = {
            user: name for user, name, role, path in colleagues if role == task.role and task.path.startswith(path)
        }  # fmt: skip
        fields = (*fields, Choice(PARTNER, "同行人员", options=beside))
    return Form(step.code, step.label, fields)


def _colleagues(tasks: list[Task], by: Actor) -> list[_Colleague]:
    """Everybody else who holds one of the steps' roles today over one of their places, in one query."""
    today = clock.today()
    above = {
        task.path[: at + 1] for task in tasks for at, sign in enumerate(task.path) if sign == "/"
    }  # fmt: skip
    held = Posting.objects.filter(
        Q(until_on=None) | Q(until_on__gt=today), role__in={task.role for task in tasks}, from_on__lte=today,
        office__path__in=above, user__is_active=True,
    ).exclude(user_id=by.user_id or 0)  # fmt: skip
    found = held.order_by("user__name", "id").values_list("user_id", "user__name", "role", "office__path")
    return [(str(user), name, role, path) for user, name, role, path in found]
