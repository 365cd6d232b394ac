"""The gate: nothing is published that was not tried as it stands, on everyone, and signed by two others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

import minzheng
from minzheng.kernel import catalogue, clock
from minzheng.kernel.audit import Actor, system
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import MinzhengError, NotAllowed, NotFound, Refused, Stale
from minzheng.kernel.releases import actions, applying, queries, simulating
from minzheng.kernel.releases.models import Signature, Simulation
from minzheng.kernel.standards.actions import set_parameter
from minzheng.kernel.standards.models import ParameterRow
from tests.factories import NEXT_COUNTY, staff
from tests.factories.raised import JULY, STANDARD, Raised, again, county, keep_facts, poor

pytestmark = pytest.mark.django_db
ON = date(2022, 10, 10)


@pytest.fixture
def raised() -> Iterator[Raised]:
    """Nong'an in October, with one poor household."""
    with clock.frozen(ON):
        ground = county()
        poor(ground, "甲", members=1, yearly=0, amount=54600)
        yield ground


def code(error: pytest.ExceptionInfo[MinzhengError]) -> str:
    return error.value.code


def refusal(act: Callable[[], object]) -> type[MinzhengError] | None:
    """With what somebody is turned away, or nothing."""
    try:
        act()
    except MinzhengError as error:
        return type(error)
    return None


def strangers(raised: Raised) -> dict[str, tuple[Actor, type[MinzhengError]]]:
    """Everybody who may not, and how they are told."""
    next_county, town = NEXT_COUNTY.county, raised.who.seat.township
    return {
        "a signer of the next county": (staff("standards_signer", at=next_county), NotFound),
        "a drafter of the next county": (staff("standards_drafter", at=next_county), NotFound),
        "the county's approver": (raised.who.county_approver, NotAllowed),
        "a clerk of the township": (raised.who.clerk, NotAllowed),
        "a signer whose post is in the township": (staff("standards_signer", at=town), NotAllowed),
        "a signer whose post is in the city": (
            staff("standards_signer", at=raised.who.seat.city),
            NotAllowed,
        ),
        "a resident": (raised.who.resident, NotFound),
        "nobody": (Actor(id="user:0", name="", kind=Kind.STAFF), NotFound),
    }


def test_a_release_goes_from_draft_to_published_and_says_so_in_the_audit(raised: Raised) -> None:
    release = raised.published(raised.draft())
    assert (release.state, release.published_by) == ("published", raised.drafter.id)
    row = ParameterRow.objects.get(key=STANDARD, path=raised.path)
    assert (row.value, row.from_on, row.source) == ("58000", JULY.first, "农政发〔2022〕9号")
    verbs = set(Entry.objects.filter(verb__startswith="releases.").values_list("verb", flat=True))
    assert verbs == {f"releases.{one}" for one in (
        "draft", "change_value", "simulate", "finish_simulation", "sign", "publish", "apply"
    )}  # fmt: skip


def test_no_other_door_leads_to_a_standard() -> None:
    """``set_parameter`` lies below the rules and knows no gate, so nothing but a release may call it."""
    house = Path(minzheng.__file__).parent
    callers = {
        file.relative_to(house).parts[:2]
        for file in house.rglob("*.py")
        if re.search(r"\bset_parameter\b", file.read_text(encoding="utf-8"))
    }
    # The rules of sign-in are values too, and no standard: one command sets them and nothing else.
    assert callers == {("kernel", "standards"), ("kernel", "releases"), ("config", "management")}


def test_only_a_drafter_of_the_place_drafts(raised: Raised) -> None:
    facts = {"title": "t", "source": "s", "kind": "standard", "path": raised.path, "from_month": JULY}
    for who, (by, _) in strangers(raised).items():
        assert refusal(lambda by=by: actions.draft(domain="assistance", by=by, **facts)) is NotAllowed, who
    for wrong, told in (
        ({"path": raised.who.seat.township}, "release_duty"),
        ({"title": "  "}, "release_words"),
        ({"source": ""}, "release_words"),
        ({"alternative": "none such"}, "alternative_unknown"),
        ({"domain": "tax"}, "domain_not_released"),
    ):
        with pytest.raises(MinzhengError) as error:
            actions.draft(**{"domain": "assistance", "by": raised.drafter, **facts, **wrong})
        assert code(error) == ("release_place" if wrong == {"path": raised.who.seat.township} else told)


def test_everyone_else_is_told_no_at_every_step(raised: Raised) -> None:
    release = raised.signed(raised.draft())
    seal = queries.current_simulation(release).seal
    value = release.values.get()
    steps = {
        "change": lambda by: actions.change_value(release=release, parameter=STANDARD, value="1", by=by),
        "remove": lambda by: actions.remove_value(value=value, by=by),
        "withdraw": lambda by: actions.withdraw(release=release, reason="r", by=by),
        "simulate": lambda by: actions.simulate(release=release, by=by),
        "sign": lambda by: actions.sign(release=release, seen=seal, by=by),
        "publish": lambda by: actions.publish(release=release, by=by),
        "back out": lambda by: actions.back_out(release=release, reason="r", by=by),
    }
    for what, step in steps.items():
        for who, (by, told) in strangers(raised).items():
            assert refusal(lambda step=step, by=by: step(by)) is told, f"{who}: {what}"
    assert again(release).state == "signed"


def test_a_draft_is_changed_by_its_drafter_alone(raised: Raised) -> None:
    release = raised.draft()
    colleague = staff("standards_drafter", at=raised.path)
    for by, told in ((colleague, "not_the_drafter"), (raised.first, "release_duty")):
        with pytest.raises(NotAllowed) as error:
            actions.change_value(release=release, parameter=STANDARD, value="60000", by=by)
        assert code(error) == told


def test_the_drafter_may_not_sign_even_as_a_signer(raised: Raised) -> None:
    both = staff("standards_drafter", "standards_signer", at=raised.path, name="兼任")
    release = actions.draft(
        domain="assistance",
        title="t",
        source="s",
        kind="standard",
        path=raised.path,
        from_month=JULY,
        by=both,
    )
    actions.change_value(release=release, parameter=STANDARD, value="58000", by=both)
    seal = raised.tried(again(release)).seal
    with pytest.raises(NotAllowed) as error:
        actions.sign(release=release, seen=seal, by=both)
    assert code(error) == "drafter_signs"


def test_one_person_is_not_two(raised: Raised) -> None:
    release = raised.draft()
    seal = raised.tried(release).seal
    actions.sign(release=release, seen=seal, by=raised.first)
    with pytest.raises(NotAllowed) as error:
        actions.sign(release=release, seen=seal, by=raised.first)
    assert code(error) == "signed_already"
    with pytest.raises(Refused) as error:
        actions.publish(release=release, by=raised.drafter)
    assert code(error) == "signatures_missing"


def test_what_was_not_tried_is_neither_signed_nor_published(raised: Raised) -> None:
    release = raised.draft()
    for act in (
        lambda: actions.sign(release=release, seen="", by=raised.first),
        lambda: actions.publish(release=release, by=raised.drafter),
    ):
        with pytest.raises(Refused) as error:
            act()
        assert code(error) == "not_simulated"
    actions.simulate(release=release, by=raised.drafter)
    with pytest.raises(Refused) as error:  # asked for, not yet run
        actions.publish(release=release, by=raised.drafter)
    assert code(error) == "not_simulated"


def test_an_empty_draft_is_not_tried_and_one_run_at_a_time(raised: Raised) -> None:
    release = raised.draft()
    actions.simulate(release=release, by=raised.drafter)
    with pytest.raises(Refused) as error:
        actions.simulate(release=release, by=raised.first)
    assert code(error) == "simulation_running"
    actions.remove_value(value=release.values.get(), by=raised.drafter)
    with pytest.raises(Refused) as error:
        actions.simulate(release=release, by=raised.drafter)
    assert code(error) == "release_empty"


def test_a_change_voids_what_was_tried_and_signed(raised: Raised) -> None:
    release = raised.signed(raised.draft())
    actions.change_value(release=release, parameter=STANDARD, value="58001", by=raised.drafter)
    assert again(release).state == "draft"
    with pytest.raises(Refused) as error:
        actions.publish(release=release, by=raised.drafter)
    assert code(error) == "not_simulated"
    # Changed back to the very same words, it is still another draft than the one they signed.
    actions.change_value(release=release, parameter=STANDARD, value="58000", by=raised.drafter)
    assert queries.valid_signatures(again(release)) == []
    assert Signature.objects.filter(release=release, voided_at=None).count() == 0


def test_a_new_run_voids_the_signatures_and_an_old_seal_is_stale(raised: Raised) -> None:
    release = raised.signed(raised.draft())
    old = queries.current_simulation(release).seal
    raised.tried(release)
    assert again(release).state == "simulated"
    with pytest.raises(Stale):
        actions.sign(release=release, seen=old, by=raised.first)
    with pytest.raises(Refused):
        actions.publish(release=release, by=raised.drafter)


def test_a_draft_changed_while_it_is_tried_is_not_simulated(raised: Raised) -> None:
    release = raised.draft()
    asked = actions.simulate(release=release, by=raised.drafter)
    actions.change_value(release=release, parameter=STANDARD, value="60000", by=raised.drafter)
    simulating.run(asked.pk)
    found = Simulation.objects.get(pk=asked.pk)
    assert (found.state, again(release).state) == ("failed", "draft")
    assert "修改" in found.failure


def test_values_changed_by_others_since_the_run_stop_it(raised: Raised) -> None:
    release = raised.signed(raised.draft())
    set_parameter(
        parameter="topup.rate.elder", path=raised.path, from_on=date(2022, 1, 1), value="0.20", unit="ratio",
        source="另一份文件", confidence="law", by=system("test"),
    )  # fmt: skip
    for act in (
        lambda: actions.publish(release=release, by=raised.drafter),
        lambda: actions.sign(release=release, seen="", by=staff("standards_signer", at=raised.path)),
    ):
        with pytest.raises(Refused) as error:
            act()
        assert code(error) in ("simulation_outdated", "release_state")


def test_profiles_renewed_since_the_run_are_warned_of_and_stop_nothing(raised: Raised) -> None:
    release = raised.signed(raised.draft())
    assert queries.warnings(release) == []
    with clock.frozen(date(2022, 10, 11)):
        keep_facts(raised.homes["甲"], members=1, yearly=100, as_of=date(2022, 9, 1))
    (told,) = queries.warnings(release)
    assert "档案更新过" in told
    actions.publish(release=release, by=raised.drafter)
    assert Entry.objects.get(verb="releases.publish").after["warnings"] == [told]


def test_only_what_the_rules_read_can_be_set_and_only_to_what_it_can_be(raised: Raised) -> None:
    release = raised.draft()
    for parameter, value, path, told in (
        ("sampling.rectify", "1", "", "parameter_not_released"),
        (STANDARD, "580.00", "", "parameter_value"),
        ("dibao.mode", "lottery", "", "parameter_code"),
        (STANDARD, "58000", NEXT_COUNTY.county, "release_value_place"),
        (STANDARD, "58000", raised.who.seat.township, "release_value_place"),
    ):
        with pytest.raises(Refused) as error:
            actions.change_value(
                release=release, parameter=parameter, value=value, path=path, by=raised.drafter
            )
        assert code(error) == told
    offered = {one.key: one for one in queries.offered(release)}
    assert offered["dibao.mode"].options == ("difference", "tier")
    assert offered[STANDARD].now.value == 54600


def test_a_value_that_would_overlap_is_refused_in_the_draft(raised: Raised) -> None:
    set_parameter(
        parameter=STANDARD, path=raised.path, from_on=date(2023, 1, 1), value="60000", unit="fen_per_month",
        source="已发布的下一年标准", confidence="law", by=system("test"),
    )  # fmt: skip
    with pytest.raises(Refused) as error:
        raised.draft()
    assert code(error) == "parameter_overlap"
    release = actions.draft(
        domain="assistance", title="t", source="s", kind="standard", path=raised.path, from_month=JULY,
        by=raised.drafter,
    )  # fmt: skip
    actions.change_value(
        release=release, parameter=STANDARD, value="58000", until_on=date(2023, 1, 1), by=raised.drafter
    )
    assert raised.published(again(release)).state == "published"


def test_a_withdrawn_release_stays_and_nothing_more_is_done_with_it(raised: Raised) -> None:
    release = raised.signed(raised.draft())
    with pytest.raises(Refused):
        actions.withdraw(release=release, reason=" ", by=raised.drafter)
    actions.withdraw(release=release, reason="文件未通过", by=raised.drafter)
    for act in (
        lambda: actions.publish(release=release, by=raised.drafter),
        lambda: actions.simulate(release=release, by=raised.drafter),
        lambda: actions.change_value(release=release, parameter=STANDARD, value="1", by=raised.drafter),
        lambda: actions.back_out(release=release, reason="r", by=raised.first),
    ):
        with pytest.raises(Refused) as error:
            act()
        assert code(error) == "release_state"


def test_what_the_platform_does_itself_nobody_does_for_it(raised: Raised) -> None:
    release = raised.signed(raised.draft())
    for act in (applying.apply, applying.restore):
        with pytest.raises(NotAllowed):
            act(release=release, by=raised.first)
    with pytest.raises(NotAllowed):
        simulating.fail(simulation=queries.current_simulation(release), reason="r", by=raised.first)


def test_the_buttons_say_what_the_verbs_say(raised: Raised) -> None:
    release = raised.draft()
    assert queries.may(release, raised.drafter) == {"change_value", "withdraw", "simulate"}
    assert queries.may(release, raised.first) == {"simulate"}
    release = raised.signed(release)
    assert "publish" in queries.may(release, raised.drafter)
    assert "sign" not in queries.may(release, raised.first)
    release = raised.published(release)
    assert queries.may(release, raised.first) == {"back_out"}
    assert queries.may(release, raised.who.clerk) == frozenset()


def test_who_sees_a_release(raised: Raised) -> None:
    release = raised.signed(raised.draft())
    province = staff("provincial_officer", at="22/")
    for by in (raised.drafter, raised.who.county_approver, province):
        assert queries.release(release.pk, by) == release
    for by in (raised.who.clerk, raised.who.resident, staff("standards_signer", at=NEXT_COUNTY.county)):
        with pytest.raises(NotFound):
            queries.release(release.pk, by)


def test_the_province_releases_for_its_counties(raised: Raised) -> None:
    officer = staff("provincial_officer", at="22/")
    signers = [staff("provincial_signer", at="22/") for _ in range(2)]
    release = actions.draft(
        domain="assistance", title="t", source="s", kind="standard", path="22/", from_month=JULY, by=officer
    )
    actions.change_value(release=release, parameter=STANDARD, value="56000", by=officer)
    actions.change_value(release=release, parameter=STANDARD, value="58000", path=raised.path, by=officer)
    asked = actions.simulate(release=release, by=officer)
    simulating.run(asked.pk)
    seal = Simulation.objects.get(pk=asked.pk).seal
    for by in signers:
        actions.sign(release=release, seen=seal, by=by)
    with pytest.raises(NotAllowed):
        actions.publish(release=release, by=raised.first)
    actions.publish(release=release, by=officer)
    known = catalogue.current().parameters()
    for path, day, value in (
        (raised.path, JULY.first, 58000), (NEXT_COUNTY.county, JULY.first, 56000),
        (NEXT_COUNTY.county, Month(2022, 6).first, 54600),
    ):  # fmt: skip
        assert known.get(STANDARD, path=path, on=day).value == value
