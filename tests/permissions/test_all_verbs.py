"""No verb is left out: each is tried by a deed of the matrix, or named in a list with the reason why not."""

from __future__ import annotations

from pathlib import Path

from tests.permissions.tried import tried, verbs

UNTRIED = Path(__file__).with_name("untried.txt")


def test_each_verb_is_tried_or_named_with_its_reason() -> None:
    lines = UNTRIED.read_text(encoding="utf-8").splitlines()
    named = [line.strip() for line in lines if line.startswith("    ")]
    every, done = set(verbs()), tried()
    assert len(every) > 400
    assert named == list(dict.fromkeys(named)), "a verb is named once"
    assert not (missing := every - done - set(named)), f"try in tests/permissions/deeds: {sorted(missing)}"
    assert not (stale := set(named) & done), f"tried by now, take off untried.txt: {sorted(stale)}"
    assert not (gone := set(named) - every), f"no such verb any more: {sorted(gone)}"
