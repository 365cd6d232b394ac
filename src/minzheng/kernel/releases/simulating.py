"""Trying a release on everyone: asked for by an officer, run by the worker, kept whether it pleases or not.

A run that was killed is simply begun anew: it reads one state of the profiles from beginning to end, so half
of one and half of another would be nobody's figures.  The households drawn are the same each time.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from procrastinate.contrib.django import app

from minzheng.kernel import clock, declare
from minzheng.kernel.audit import Actor, note, system, verb
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import MinzhengError, Refused
from minzheng.kernel.law.impact import Counts
from minzheng.kernel.law.impact import Impact as Found

from . import population, values
from .drafting import plans, rules_of
from .duties import declared, locked, require, require_state, require_system
from .models import Impact, Release, Sample, Signature, Simulation
from .trial import Sides, Trial

__all__ = ["TASKS", "bases", "fail", "finish", "run", "simulate", "unfinished"]

TASKS = "minzheng.kernel.releases.tasks"
OF_PLATFORM = system("simulation")
_OF_THE_RUN = ("rules_digest", "parameters_digest", "rule_set", "population", "started_at", "done")


@verb("releases.simulate", label="发起试算")
def simulate(*, release: Release, by: Actor) -> Simulation:
    """Ask for a run over the whole place; what was signed before rests on an older run and is void."""
    row = locked(release, by)
    require(by, "draft", "sign", domain=row.domain, path=row.path)
    require_state(row, Release.State.DRAFT, Release.State.SIMULATED, Release.State.SIGNED)
    if not row.values.exists() and not row.alternative:
        raise Refused("release_empty", "还没有填写拟发布的值，不能试算。请先填写。")
    if Simulation.objects.filter(release=row, voided_at=None, state__in=["waiting", "running"]).exists():
        raise Refused("simulation_running", "这份草稿正在试算，请等它完成。")
    Signature.objects.filter(release=row, voided_at=None).update(voided_at=clock.now())
    row.state, row.version = Release.State.DRAFT, row.version + 1
    row.save()
    found = Simulation.objects.create(
        release=row, path=row.path, payload_sha=row.payload_sha, from_month=row.from_month, by=by.id,
        by_name=by.name, asked_at=clock.now(),
    )  # fmt: skip
    app.configure_task(f"{TASKS}.simulate", queue="releases").defer(simulation_id=found.pk)
    note(about=found, path=row.path, after={"release": row.pk, "payload": row.payload_sha})
    return found


def unfinished() -> list[int]:
    """Runs that were asked for and have not come to an end."""
    waiting = (Simulation.State.WAITING, Simulation.State.RUNNING)
    return list(Simulation.objects.filter(state__in=waiting).order_by("id").values_list("id", flat=True))


def run(simulation_id: int) -> None:
    """Carry a run out from its beginning; if another process is at it, leave it to that one."""
    with _alone(simulation_id) as alone:
        simulation = Simulation.objects.select_related("release").get(pk=simulation_id)
        if not alone or simulation.state not in (Simulation.State.WAITING, Simulation.State.RUNNING):
            return
        try:
            _run(simulation)
        except MinzhengError as error:
            fail(simulation=simulation, reason=error.message, by=OF_PLATFORM)


def _run(simulation: Simulation) -> None:
    began, release = time.monotonic(), simulation.release
    if values.payload_sha(release) != simulation.payload_sha:
        raise Refused("draft_changed", "草稿在试算开始之前又有修改，请重新发起试算。")
    simulated, month = declared(release.domain).item, Month.of(simulation.from_month)
    sides = Sides.of(simulated, release.alternative, (values.before(), values.after(release)))
    simulation.rules_digest, simulation.parameters_digest = bases(release)
    simulation.rule_set = simulated.rule_set(month.first)
    simulation.population = population.fingerprint(release.domain, path=release.path)
    simulation.state, simulation.started_at, simulation.done = Simulation.State.RUNNING, clock.now(), 0
    simulation.total = population.number(release.domain, path=release.path)
    # Only what the run itself knows: whether the draft was changed meanwhile is written by others.
    simulation.save(update_fields=[*_OF_THE_RUN, "state", "total"])
    trial = Trial(simulated, sides, month=month, seed=f"release {release.pk}")
    rules = list(dict.fromkeys([*rules_of(sides.before), *rules_of(sides.after)]))
    known = (sides.values_before, sides.values_after)
    for people in population.people(release.domain, path=release.path, rules=rules, parameters=known):
        trial.add(people)
        simulation.done += len(people.households)
        Simulation.objects.filter(pk=simulation.pk).update(done=simulation.done)
    simulation.milliseconds = round((time.monotonic() - began) * 1000)
    finish(simulation=simulation, trial=trial, by=OF_PLATFORM)


def bases(release: Release) -> tuple[str, str]:
    """The fingerprints of the rules and of today's values that they may read in the place."""
    now, then = plans(declared(release.domain).item, release.alternative)
    keys = {getattr(node.of, "key", "") for plan in (now, then) for node in plan.parameters}
    digest = values.values_digest(values.before(), keys, path=release.path, on=release.from_month)
    return values.rules_digest(now, then), digest


@verb("releases.finish_simulation", label="完成试算")
def finish(*, simulation: Simulation, trial: Trial, by: Actor) -> Simulation:
    """Keep what was found; the release counts as simulated if its draft is still the one that was tried."""
    require_system(by)
    release = locked(simulation.release, by)
    row = Simulation.objects.select_for_update().get(pk=simulation.pk)
    domain, month = release.domain, Month.of(row.from_month)
    simulated = declared(domain).item
    for name in (*_OF_THE_RUN, "milliseconds"):
        setattr(row, name, getattr(simulation, name))
    row.state, row.finished_at, row.total = Simulation.State.FINISHED, clock.now(), simulation.done
    schemes = [f"{domain}.{one.code}" for one in simulated.reckoned if one.carried_out]
    row.without_facts = population.without_facts(domain, schemes, path=row.path, month=month)
    row.results = {one.code: _result(one, trial.impacts[one.code]) for one in simulated.reckoned}
    _keep(row, domain, simulated, trial)
    row.seal = _seal(row)
    row.save()
    if (
        row.voided_at is None
        and row.payload_sha == release.payload_sha
        and release.state == Release.State.DRAFT
    ):
        release.state, release.version = Release.State.SIMULATED, release.version + 1
        release.save()
    note(about=row, path=row.path, after={"households": row.total, "seal": row.seal})
    return row


@verb("releases.fail_simulation", label="试算未完成")
def fail(*, simulation: Simulation, reason: str, by: Actor) -> None:
    """The run could not be carried out, and says why."""
    require_system(by)
    Simulation.objects.filter(pk=simulation.pk).update(
        state=Simulation.State.FAILED, failure=reason[:300], finished_at=clock.now()
    )
    note(about=simulation, path=simulation.path, reason=reason)


def _keep(row: Simulation, domain: str, simulated: declare.Simulated, trial: Trial) -> None:
    month = Month.of(row.from_month)
    for one in simulated.reckoned:
        paid = (
            population.paid_by_county(f"{domain}.{one.code}", path=row.path, month=month)
            if one.amount
            else {}
        )
        counted = trial.impacts[one.code].counts
        Impact.objects.bulk_create(
            Impact(
                simulation=row, path=county, reckoned=one.code, **_columns(counted.get(county, Counts())),
                paid_households=paid.get(county, (0, 0))[0], paid_cost=paid.get(county, (0, 0))[1],
            )
            for county in sorted({*counted, *paid})
        )  # fmt: skip
    Sample.objects.bulk_create(
        Sample(
            simulation=row, household_id=drawn.household, path=drawn.kept.county,
            reckoned=code, group=group.value, before=drawn.before, after=drawn.after, explained=said,
        )
        for code, group, drawn, said in trial.samples()
    )  # fmt: skip


def _columns(counts: Counts) -> dict[str, int]:
    groups = {group.value: number for group, number in counts.groups.items()}
    return {
        **groups,
        "households": counts.households,
        "cost_before": counts.before,
        "cost_after": counts.after,
    }


def _result(one: declare.Reckoned, found: Found[Any]) -> dict[str, Any]:
    """The whole place in a few figures, and how the gains are spread."""
    return {
        "label": one.label,
        "pays": one.amount is not None,
        **_columns(found.total()),
        "gains": [{"from": first, "below": below, "households": n} for first, below, n in found.classes()],
    }


def _seal(row: Simulation) -> str:
    """What two people sign: what was tried, by which rules and values, on whom, and what came out."""
    impacts = row.impacts.order_by("path", "reckoned").values_list(
        "path", "reckoned", "winners", "losers", "newly", "no_longer", "unknown", "cost_before", "cost_after"
    )
    return values.fingerprint(
        [
            row.pk,
            row.payload_sha,
            row.rules_digest,
            row.parameters_digest,
            row.population,
            row.results,
            list(impacts),
        ]
    )


@contextmanager
def _alone(simulation_id: int) -> Iterator[bool]:
    """One process at a time carries a run out; a process that dies lets go by itself."""
    name = f"simulation {simulation_id}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name])
        (got,) = cursor.fetchone()
        try:
            yield bool(got)
        finally:
            if got:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])
