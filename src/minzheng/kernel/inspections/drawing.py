"""Who is inspected next and by whom is drawn by lot; everything that went in is kept, so anybody can draw again."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q

from minzheng.kernel import audit, clock
from minzheng.kernel.access.models import Posting
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.errors import Refused

from .duties import (
    Declared,
    number,
    of,
    require,
    require_words,
    share_of,
    subject_of,
)
from .lots import Drawn
from .lots import draw as lots
from .models import Aside, Check, Draw

__all__ = ["draw", "inspectors_of", "proves", "stand_aside"]

GRADES = ("A", "B", "C", "D")


@verb("inspections.stand_aside", label="登记回避")
def stand_aside(
    *, supervision: str, subject: str, path: str, user: str, reason: str, by: Actor, key: str | None = None
) -> Aside:
    """An inspector does not inspect where they have an interest."""
    declared = of(supervision)
    require(declared, declared.item.inspector, declared.item.overseer, path=path, by=by)
    who = subject_of(declared, subject, path)
    made, _ = Aside.objects.get_or_create(
        supervision=supervision, subject=subject, user=user,
        defaults={
            "path": who.path, "subject_name": who.name, "by_name": by.name,
            "reason": require_words(reason, "回避原因", field="reason", longest=200),
        },
    )  # fmt: skip
    audit.note(about=made, path=who.path, after={"user": user}, reason=made.reason)
    return made


@verb("inspections.draw", label="双随机抽取")
def draw(
    *, supervision: str, path: str, plan: str, announced: str, list_code: str, due_on: date, by: Actor,
    key: str | None = None,
) -> Draw:  # fmt: skip
    """From all subjects beneath the place, by their credit class, leaving out who was just inspected."""
    declared, today = of(supervision), clock.today()
    require(declared, declared.item.overseer, path=path, by=by)
    plan = require_words(plan, "计划编号", field="plan", longest=40)
    if Draw.objects.filter(supervision=supervision, path=path, plan=plan).exists():
        raise Refused("draw_twice", "这个计划已经抽取过，不能重抽。", field="plan")
    sheet = declared.item.list_on(list_code, today)
    if sheet is None or due_on < today:
        raise Refused("draw_list", "请选择现行检查表，完成期限不能早于今天。", field="list_code")
    announced = require_words(announced, "公开随机数", field="announced", longest=80)
    inputs, names = _inputs(declared, path, plan, announced, today)
    drawn = lots(inputs)
    made = Draw.objects.create(
        supervision=supervision, path=path, plan=plan, announced=announced, on=today, inputs=inputs, names=names,
        input_sm3=drawn.input_sm3, seed=drawn.seed, result=drawn.result, by_name=by.name, at=clock.now(),
    )  # fmt: skip
    _plan(made, declared, sheet.code, sheet.version, due_on)
    audit.note(
        about=made,
        path=path,
        article=declared.item.basis,
        after={"seed": drawn.seed, "drawn": len(drawn.result)},
    )
    return made


def _inputs(
    declared: Declared, path: str, plan: str, announced: str, today: date
) -> tuple[dict[str, Any], dict[str, str]]:
    """The lists as they stand today: subjects with class, inspectors, who stands aside, who is left out and why."""
    item = declared.item
    since = clock.add_months(today, -number(item.apart, path=path, on=today))
    recent = set(
        Check.objects.filter(supervision=declared.code, done_on__gt=since, path__startswith=path)
        .exclude(kind=Check.Kind.OWN)
        .values_list("subject", flat=True)
    )
    every = sorted(item.subjects(path), key=lambda one: one.key)
    if not (offered := [one for one in every if one.key not in recent]):
        raise Refused("draw_nobody", "检查对象名录为空，或近期都已检查过。")
    inspectors = inspectors_of(declared, path, today)
    aside = Aside.objects.filter(supervision=declared.code, path__startswith=path)
    factors = {grade: str(share_of(f"{item.factor}.{grade}", path=path, on=today)) for grade in GRADES}
    inputs = {
        "plan": plan, "announced": announced, "day": today.isoformat(), "factors": factors,
        "share": str(share_of(item.share, path=path, on=today)),
        "subjects": [[one.key, one.grade] for one in offered],
        "left_out": sorted(one.key for one in every if one.key in recent),
        "inspectors": sorted(inspectors),
        "aside": sorted([one.subject, one.user] for one in aside),
    }  # fmt: skip
    return inputs, {one.key: one.name for one in every} | inspectors


def inspectors_of(declared: Declared, path: str, today: date) -> dict[str, str]:
    """Everybody who holds the inspector's post over the place on that day."""
    held = Posting.objects.filter(
        Q(until_on=None) | Q(until_on__gt=today),
        role=declared.role(declared.item.inspector),
        from_on__lte=today,
    ).select_related("user", "office")
    at = int(declared.item.inspector.at)
    here = (one for one in held if path.startswith(one.office.path) and one.office.level == at)
    return {f"user:{one.user_id}": one.user.name for one in here}


def _plan(made: Draw, declared: Declared, code: str, version: str, due_on: date) -> None:
    """A check for each subject drawn, with its two inspectors."""
    places = {one.key: one.path for one in declared.item.subjects(made.path)}
    Check.objects.bulk_create(
        Check(
            draw=made, supervision=made.supervision, path=places[key], subject=key, subject_name=made.names[key],
            kind=Check.Kind.RANDOM, list_code=code, list_version=version, inspectors=team, due_on=due_on,
            inspector_names="、".join(made.names[who] for who in team),
        )
        for key, team in made.result
    )  # fmt: skip


def proves(made: Draw) -> tuple[bool, Drawn]:
    """Drawn again from what is stored: whether the same comes out, and what does."""
    again = lots(made.inputs)
    same = (again.input_sm3, again.seed, again.result) == (made.input_sm3, made.seed, made.result)
    return same, again
