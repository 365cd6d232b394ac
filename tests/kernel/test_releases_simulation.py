"""A release tried on everyone: counted to the fen, the unknown said, kept and compared, begun anew when killed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import NotFound, Refused
from minzheng.kernel.releases import actions, population, queries, simulating, tasks
from minzheng.kernel.releases.models import Impact, Release, Sample, Simulation
from tests.factories import NEXT_COUNTY, staff
from tests.factories.bank import until
from tests.factories.raised import STANDARD, Raised, again, county, keep_facts, poor
from tests.factories.waiting import worked

pytestmark = pytest.mark.django_db


@pytest.fixture
def raised() -> Iterator[Raised]:
    """Eight households on file, of which three are on dibao at what the law gives them."""
    with clock.frozen(date(2022, 10, 10)):
        yield people()


def people() -> Raised:
    """Who they are; yearly income in fen."""
    ground = county()
    poor(ground, "甲", members=1, yearly=0, amount=54600)
    poor(ground, "乙", members=4, yearly=2160000, amount=38400)
    poor(ground, "丙", members=3, yearly=1260000, amount=58800)
    for name, members, yearly in (
        ("新", 1, 660000),  # 550.00 a month: between 546 and 580
        ("边", 1, 700000),  # 583.33: edge before and after
        ("高", 1, 984000),  # 820.00: over 1.5 × 546 = 819, below 1.5 × 580 = 870
        ("外", 1, 2000000),
        ("缺", 1, 0),
    ):
        home = poor(ground, name, members=members, yearly=yearly, amount=1, facts=False).household
        assert home is not None
        keep_facts(home, members=members, yearly=None if name == "缺" else yearly)
    return ground


def impact(simulation: Simulation, reckoned: str) -> dict[str, int]:
    """The county's row, without what is nought."""
    row = Impact.objects.get(simulation=simulation, reckoned=reckoned)
    names = (
        "winners",
        "losers",
        "unchanged",
        "newly",
        "no_longer",
        "outside",
        "unknown",
        "cost_before",
        "cost_after",
    )
    return {name: getattr(row, name) for name in names if getattr(row, name)}


def test_the_raise_to_580_counted_by_hand(raised: Raised) -> None:
    found = raised.tried(raised.draft())
    assert (found.state, found.done, found.total, found.rule_set) == ("finished", 8, 8, "SA-2014")
    # 546 + 384 + 588 before; 580 + 520 + 690 after, and 30 for the one who newly qualifies.
    assert impact(found, "dibao") == {
        "winners": 3, "newly": 1, "outside": 3, "unknown": 1, "cost_before": 151800, "cost_after": 182000,
    }  # fmt: skip
    assert impact(found, "edge") == {"unchanged": 1, "newly": 1, "no_longer": 1, "outside": 4, "unknown": 1}
    result = found.results["dibao"]
    assert (result["households"], result["cost_after"] - result["cost_before"]) == (8, 30200)
    gains = {(one["from"], one["below"]): one["households"] for one in result["gains"] if one["households"]}
    assert gains == {(2001, 5001): 2, (10001, 20001): 2}  # 34.00 and 30.00; 136.00 and 102.00


def test_what_is_paid_now_stands_beside_what_the_law_gives(raised: Raised) -> None:
    row = Impact.objects.get(simulation=raised.tried(raised.draft()), reckoned="dibao")
    assert (row.paid_households, row.paid_cost) == (8, 151800 + 5)


def test_drawn_households_carry_both_reasons(raised: Raised) -> None:
    found = raised.tried(raised.draft())
    drawn = {(one.household_id, one.reckoned): one for one in Sample.objects.filter(simulation=found)}
    one = drawn[raised.homes["甲"].pk, "dibao"]
    assert (one.group, one.before, one.after) == ("winners", 54600, 58000)
    assert one.path == raised.path
    sides = [one.explained[side] for side in ("before", "after")]
    assert [side["amount"] for side in sides] == [54600, 58000]
    used = [{value["key"]: value["value"] for value in side["parameters"]} for side in sides]
    assert [side[STANDARD] for side in used] == [54600, 58000]
    assert all(side["tree"] and side["finding"]["outcome"] == "met" for side in sides)
    assert "本人申报" not in str(one.explained)
    missing = drawn[raised.homes["缺"].pk, "dibao"]
    assert (missing.group, missing.before, missing.after) == ("unknown", None, None)
    assert [row["fact"] for row in missing.explained["after"]["finding"]["missing"]] == ["persons.0.wage"]
    assert queries.look_at(one.pk, raised.first) == one
    assert Entry.objects.get(verb="releases.look_at").outcome == "read"


def test_no_change_changes_nobody(raised: Raised) -> None:
    found = raised.tried(raised.draft("54600"))
    assert impact(found, "dibao") == {
        "unchanged": 3, "outside": 4, "unknown": 1, "cost_before": 151800, "cost_after": 151800,
    }  # fmt: skip


def test_a_rule_is_swapped_by_its_code(raised: Raised) -> None:
    release = actions.draft(
        domain="assistance", title="改为分档发放", source="农政发〔2022〕10号", kind="rule", path=raised.path,
        from_month=Month(2022, 11), by=raised.drafter,
    )  # fmt: skip
    actions.change_value(release=release, parameter="dibao.mode", value="tier", by=raised.drafter)
    found = raised.tried(again(release))
    # 甲 546 × 0.90; 乙 450 of 546 is the third tier: 4 × 546 × 0.30; 丙 350 of 546 the second: 3 × 546 × 0.60.
    assert impact(found, "dibao") == {
        "winners": 2, "losers": 1, "outside": 4, "unknown": 1, "cost_before": 151800,
        "cost_after": 49140 + 65520 + 98280,
    }  # fmt: skip


def test_the_same_release_gives_the_same_figures_and_draws_the_same(raised: Raised) -> None:
    release = raised.draft()
    first, second = raised.tried(release), raised.tried(again(release))
    assert first.results == second.results
    drawn = [
        list(
            Sample.objects.filter(simulation=one)
            .order_by("id")
            .values_list("household", "group", "explained")
        )
        for one in (first, second)
    ]
    assert drawn[0] == drawn[1]
    assert first.pk != second.pk


def test_chunks_of_people_do_not_matter(raised: Raised, monkeypatch: pytest.MonkeyPatch) -> None:
    release = raised.draft()
    whole = raised.tried(release)
    read = population.reading.read
    monkeypatch.setattr(population.reading, "read", lambda *a, **k: read(*a, **k, chunk=3))
    cut = raised.tried(again(release))
    assert (cut.results, cut.done) == (whole.results, 8)
    assert [impact(cut, one) for one in ("dibao", "edge")] == [
        impact(whole, one) for one in ("dibao", "edge")
    ]


def test_two_runs_side_by_side(raised: Raised) -> None:
    release = raised.draft()
    first = raised.tried(release)
    actions.change_value(release=release, parameter=STANDARD, value="60000", by=raised.drafter)
    second = raised.tried(again(release))
    rows = {one.reckoned: one for one in queries.compare(first, second, raised.first)}
    assert rows["dibao"].first.cost_after < rows["dibao"].second.cost_after
    assert list(queries.simulations(release, raised.first)) == [second, first]
    assert Simulation.objects.get(pk=first.pk).voided_at is not None


def test_a_missing_value_stops_the_run_and_says_which(raised: Raised) -> None:
    release = raised.draft(month=Month(2019, 1))
    found = raised.tried(release)
    assert (found.state, again(release).state) == ("failed", "draft")
    assert "没有有效值" in found.failure or "没有生效的法规" in found.failure
    assert not Impact.objects.filter(simulation=found).exists()


def killed_after(batches: int) -> Any:
    """The people of a place, and then the machine goes off."""
    read = population.people

    def people(*args: Any, **kwargs: Any) -> Iterator[population.People]:
        for at, batch in enumerate(read(*args, **kwargs), start=1):
            yield batch
            if at == batches:
                raise KeyboardInterrupt

    return people


def test_a_killed_run_is_begun_anew_and_comes_to_the_same(
    raised: Raised, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = raised.draft()
    whole = raised.tried(release)
    asked = actions.simulate(release=again(release), by=raised.drafter)
    with monkeypatch.context() as patched:
        patched.setattr(population, "people", killed_after(1))
        with pytest.raises(KeyboardInterrupt):
            simulating.run(asked.pk)
    half = Simulation.objects.get(pk=asked.pk)
    assert (half.state, half.seal) == ("running", "")
    assert again(release).state == "draft"
    tasks.resume.func(0)
    found = Simulation.objects.get(pk=asked.pk)
    assert (found.state, found.results, found.done) == ("finished", whole.results, 8)
    assert again(release).state == "simulated"
    tasks.resume.func(0)
    assert Simulation.objects.get(pk=asked.pk).seal == found.seal


def _held_by(pid: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = %s", [pid])
        return int(cursor.fetchone()[0])


def test_two_workers_do_not_run_the_same(raised: Raised) -> None:
    asked = actions.simulate(release=raised.draft(), by=raised.drafter)
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [f"simulation {asked.pk}"])
        simulating.run(asked.pk)
        assert Simulation.objects.get(pk=asked.pk).state == "waiting"
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    other.close()  # the other worker dies; the server lets go of what it held a moment later
    until(lambda: _held_by(pid), lambda locks: locks == 0)
    simulating.run(asked.pk)
    assert Simulation.objects.get(pk=asked.pk).state == "finished"


def test_each_reads_the_figures_of_the_own_place(raised: Raised) -> None:
    officer, neighbour = (
        staff("provincial_officer", at="22/"),
        staff("county_approver", at=NEXT_COUNTY.county),
    )
    release = actions.draft(
        domain="assistance",
        title="t",
        source="s",
        kind="standard",
        path="22/",
        from_month=Month(2022, 7),
        by=officer,
    )
    actions.change_value(release=release, parameter=STANDARD, value="58000", by=officer)
    found = actions.simulate(release=release, by=officer)
    simulating.run(found.pk)
    assert queries.impacts(found, officer).count() == queries.impacts(found, raised.first).count() == 4
    assert queries.simulation(found.pk, neighbour).total == 8
    assert not queries.impacts(found, neighbour).exists()
    assert not queries.samples(found, neighbour).exists()
    sample = queries.samples(found, officer).first()
    assert sample is not None
    with pytest.raises(NotFound):
        queries.look_at(sample.pk, neighbour)
    with pytest.raises(NotFound):
        queries.simulation(found.pk, raised.who.clerk)


@pytest.mark.django_db(transaction=True)
def test_progress_is_seen_by_others_while_it_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside any transaction, as in the worker: each chunk is told at once, from one snapshot of the people."""
    with clock.frozen(date(2022, 10, 10)):
        raised = people()
        asked = actions.simulate(release=raised.draft(), by=raised.drafter)
        seen: list[tuple[str, int, int]] = []
        read, reading = population.people, population.reading.read

        def watched(*args: Any, **kwargs: Any) -> Iterator[population.People]:
            for batch in read(*args, **kwargs):
                yield batch
                other = connection.copy()
                with other.cursor() as cursor:
                    cursor.execute(
                        "SELECT state, done, total FROM releases_simulation WHERE id = %s", [asked.pk]
                    )
                    seen.append(cursor.fetchone())
                other.close()

        monkeypatch.setattr(population.reading, "read", lambda *a, **k: reading(*a, **k, chunk=3))
        monkeypatch.setattr(population, "people", watched)
        simulating.run(asked.pk)
        assert seen == [("running", 3, 8), ("running", 6, 8), ("running", 8, 8)]
        assert Release.objects.get().state == "simulated"


def test_rules_that_nothing_picks_yet_are_tried_and_not_published(
    raised: Raised, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if the law were to pay whoever stands on the edge list."""
    known = catalogue.current()
    declared = known.simulated["assistance"]
    dibao, edge, *rest = declared.item.reckoned
    other = declare.Alternative(
        "wider", "扩大到边缘家庭", (replace(dibao, eligible=edge.eligible), edge, *rest)
    )
    wider = replace(declared, item=replace(declared.item, alternatives=(other,)))
    monkeypatch.setattr(known, "simulated", {"assistance": wider})
    release = actions.draft(
        domain="assistance", title="设想", source="会议纪要", kind="rule", path=raised.path, alternative="wider",
        from_month=Month(2022, 11), by=raised.drafter,
    )  # fmt: skip
    found = raised.tried(release)
    # 新 and 边 are on the edge; the three on dibao would no longer be meant.
    assert impact(found, "dibao") == {
        "newly": 2, "no_longer": 3, "outside": 2, "unknown": 1, "cost_before": 151800,
    }  # fmt: skip
    assert found.rules_digest != raised.tried(raised.draft()).rules_digest
    for by in (raised.first, raised.second):
        actions.sign(release=again(release), seen=found.seal, by=by)
    with pytest.raises(Refused) as error:
        actions.publish(release=again(release), by=raised.drafter)
    assert error.value.code == "alternative_not_in_force"


def test_the_worker_knows_what_it_is_asked(raised: Raised) -> None:
    release = raised.signed(raised.draft())
    actions.publish(release=release, by=raised.drafter)
    asked = set(ProcrastinateJob.objects.values_list("task_name", "queue_name"))
    assert asked >= {(f"{simulating.TASKS}.{name}", "releases") for name in ("simulate", "carry_out")}
    assert {name for name, _ in asked} <= set(app.tasks)


@pytest.mark.django_db(transaction=True)
def test_the_worker_tries_a_release_and_carries_it_out() -> None:
    with clock.frozen(date(2022, 10, 10)):
        raised = people()
        release = raised.draft()
        actions.simulate(release=release, by=raised.drafter)
        work()
        found = Simulation.objects.get()
        assert (found.state, found.total) == ("finished", 8)
        for by in (raised.first, raised.second):
            actions.sign(release=release, seen=found.seal, by=by)
        actions.publish(release=release, by=raised.drafter)
        work()
        assert again(release).applied_at is not None
        assert raised.paid("甲").amount == 58000


def work() -> None:
    """What waits in the queue is done, and nothing of it is kept."""
    worked("releases")
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")
