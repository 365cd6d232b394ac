"""Reading cases: each query starts from what the actor may see."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, prefetch_related_objects

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.audit import Actor
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.audit.viewing import door

from .authority import may_take, no_such_case
from .models import Case, Mandate, Member, Objection, Pause, Task
from .terms import light_of

__all__ = [
    "NextStep", "around", "case_for", "case_told", "family_of", "next_steps", "own_cases", "timeline", "visible",
    "warnings", "with_file", "work_list",
]  # fmt: skip


def visible(by: Actor) -> QuerySet[Case]:
    """Cases the actor may open: staff by post (domain and place), residents their own, drafts only their makers."""
    if by.kind is Kind.SYSTEM:
        return Case.objects.all()
    own = Q(created_by=by.id)
    if by.person_id is not None:
        own |= Q(applicant_id=by.person_id)
    posted = Q(pk__in=[])
    # Several posts in one office open the same cases: asked once.
    for domain, path in dict.fromkeys((post.role.split(".")[0], post.path) for post in by.posts):
        posted |= Q(service__startswith=f"{domain}.", path__startswith=path)
    return Case.objects.filter(own | (posted & ~Q(state=Case.State.DRAFT)))


def own_cases(by: Actor) -> QuerySet[Case]:
    """What the resident applied for, had applied for, or applied for in the name of a relative; the latest first."""
    if by.person_id is None:
        return Case.objects.none()
    own = Q(applicant_id=by.person_id)
    # By number, so that each side of the choice is found by an index of its own.
    if acted_for := list(Mandate.objects.filter(agent_id=by.person_id).values_list("case_id", flat=True)):
        own |= Q(pk__in=acted_for)
    return Case.objects.filter(own).select_related("applicant").order_by("-id")


def case_for(case_id: int, by: Actor) -> Case:
    """One case, or the same answer for one that does not exist and one out of scope."""
    case = visible(by).select_related(*_BESIDE).filter(pk=case_id).first()
    if case is None:
        raise no_such_case()
    return case


_BESIDE = ("applicant", "household", "origin")


def case_told(case_id: int, by: Actor) -> Case:
    """The same for the page that tells all of it: ``objected`` and ``halted`` say whether there is anything to read."""
    asked = {"objected": Objection, "halted": Pause}
    there = {
        name: Exists(model._default_manager.filter(case=OuterRef("pk"))) for name, model in asked.items()
    }
    case = visible(by).select_related(*_BESIDE, "correction").annotate(**there).filter(pk=case_id).first()
    if case is None:
        raise no_such_case()
    return case


def around(case: Case, by: Actor) -> list[Case]:
    """The case it came from, those that came of it, and what was decided before for the same person; the last first."""
    before = Q(
        applicant_id=case.applicant_id, service=case.service, pk__lt=case.pk,
        state__in=(Case.State.GRANTED, Case.State.REFUSED),
    )  # fmt: skip
    near = before | Q(origin_id=case.pk) | Q(pk=case.origin_id)
    # Sorted here: in the database the order would tempt it to look through all cases, the last first, for these few.
    return sorted(visible(by).exclude(pk=case.pk).filter(near), key=lambda one: -one.pk)


def family_of(case: Case) -> list[Member]:
    """The family of an application in its order; read once where the page has read the whole file."""
    if "members" in getattr(case, "_prefetched_objects_cache", {}):
        return list(case.members.all())
    return list(case.members.select_related("person").order_by("id"))


def with_file(case: Case) -> Case:
    """The case with all that hangs on it, each table looked at once however many parts of a page speak of it."""
    family = Member.objects.select_related("person").order_by("id")
    prefetch_related_objects([case], "tasks", Prefetch("members", family), "decisions")
    return case


def work_list(by: Actor) -> QuerySet[Task]:
    """Open steps for the actor's posts, the most urgent first."""
    mine = Q(pk__in=[])
    for post in by.posts:
        mine |= Q(role=post.role, path__startswith=post.path)
    waiting = Task.objects.filter(mine, state=Task.State.OPEN).exclude(case__state=Case.State.PAUSED)
    return waiting.select_related("case", "case__applicant").order_by("due_on", "id")


@dataclass(frozen=True)
class NextStep:
    """An open step as the case page shows it: the task, its declaration, its light, and whether it is mine."""

    task: Task
    step: declare.Step
    light: clock.Light | None
    mine: bool


def next_steps(case: Case, by: Actor) -> list[NextStep]:
    """What is now to be done, by whom; ``mine`` only for whoever may."""
    declared = catalogue.current().service_of(case)
    steps = {step.code: step for step in declared.item.steps}
    today = clock.today()
    return [
        NextStep(
            task=task,
            step=steps[task.step],
            light=light_of(
                task.due_on, start=clock.at_office_time(task.opened_at).date(), on=today, path=case.path
            ),
            mine=case.state != Case.State.PAUSED and may_take(case, declared, steps[task.step], by),
        )
        for task in sorted(case.tasks.all(), key=lambda one: one.pk)
        if task.state == Task.State.OPEN
    ]


def timeline(case: Case) -> QuerySet[Entry]:
    """Everything that was done in the case, in order; refused attempts and reads are kept apart."""
    return Entry.objects.filter(case_id=case.pk, outcome=Entry.Outcome.DONE).order_by("id")


@door("duplicates")
def warnings(case: Case) -> list[str]:
    """What an officer should look at twice before going on; none of it stops the case."""
    service = catalogue.current().service_of(case).item
    return list(service.warns(case)) if service.warns is not None else []
