"""Scenario 1 in a real browser: the same ten steps, and every page looked at on the way."""

from __future__ import annotations

from minzheng.kernel.ledger import proof
from tests.browser.looking import Eyes
from tests.journeys.scenario_1 import STEPS
from tests.journeys.stage import Stage


def test_scenario_1_in_a_browser(stage: Stage, eyes: Eyes) -> None:
    for step in STEPS:
        step(stage)
    assert proof.verify() == ()
    assert len(eyes.seen) > 40
    assert eyes.wrong == []
