"""A demonstration: one county's raise in force, and another that waits for its two signatures."""

from __future__ import annotations

from collections.abc import Mapping

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.clock import Month
from minzheng.kernel.people.models import Household
from minzheng.kernel.releases import actions, applying, simulating
from minzheng.kernel.releases.models import Release, Simulation

__all__ = ["raises"]

FEWEST = 20
"""Of fewer households a trial tells nothing."""


def raises(actors: Mapping[str, Actor]) -> None:
    """The province raises the standard of a county it runs itself; a county drafts its own for next year."""
    month = Month.of(clock.today())
    directly, own = actors["meihekou"].posts[0].path, actors["standards"].posts[0].path
    if _many(directly):
        release = _drafted(
            "梅河口市提高城乡低保标准（演示）", directly, month.previous, urban=570_00, rural=4600_00,
            by=actors["province"],
        )  # fmt: skip
        seal = _tried(release, actors["province"]).seal
        for name in ("province_signer", "province_signer2"):
            actions.sign(release=release, seen=seal, by=actors[name])
        actions.publish(release=release, by=actors["province"])
        applying.carry_out(release.pk)
    if _many(own):
        year = month.year + 1
        release = _drafted(
            f"{year}年提高城乡低保标准（演示）", own, Month(year, 1), urban=600_00, rural=5000_00,
            by=actors["standards"],
        )  # fmt: skip
        _tried(release, actors["standards"])


def _many(path: str) -> bool:
    return Household.objects.filter(path__startswith=path)[:FEWEST].count() == FEWEST


def _drafted(title: str, path: str, month: Month, *, urban: int, rural: int, by: Actor) -> Release:
    release = actions.draft(
        domain="assistance", title=title, source="关于调整城乡低保标准的通知（演示文件）", kind="standard", path=path,
        from_month=month, by=by,
    )  # fmt: skip
    for key, value in (("dibao.standard.urban", urban), ("dibao.standard.rural", rural)):
        actions.change_value(release=release, parameter=key, value=str(value), by=by)
    return release


def _tried(release: Release, by: Actor) -> Simulation:
    """Asked for and run at once; the worker later finds it done."""
    asked = actions.simulate(release=release, by=by)
    simulating.run(asked.pk)
    return Simulation.objects.get(pk=asked.pk)
