"""The resident's own journey on a phone."""

from __future__ import annotations

from tests.browser.looking import Eyes
from tests.journeys import resident
from tests.journeys.stage import Stage


def test_a_resident_applies_on_a_phone(stage: Stage, eyes: Eyes) -> None:
    for step in resident.STEPS:
        step(stage)
    assert eyes.wrong == []
