"""The project speaks of the office and of itself, never of the machines and tools it was made with."""

from __future__ import annotations

import re

import pytest

from tests.house.sources import text_files

# A letter in brackets keeps the list from finding itself.
OUTSIDE = re.compile(
    r"""
    \b[Cc]laud[e]\b | \b[Aa]nthropi[c]\b | \b[Oo]pen[A]I\b | \b[Cc]opilo[t]\b | \b[Cc]hat-?[Gg]P[T]\b | \bL[L]Ms?\b
    | \bA[I]\b | \blanguage\ mode[l]s?\b | \bsub-?agen[t]s?\b | \bassistan[t]s?\b
    | \b(?:a|the|this|our)\ sandbo[x]\b
    | 大模[型] | 人工智[能] | 智能[体] | 会话[助]手
    | (?<![\w.])/(?:wor[k]|roo[t]|home/[a-z]\w*|Users)/ | /tmp/(?:brief|bash|pg[d]ev|house)
    | pypi\.or[g] | pythonhosted\.or[g] | registry\.npmj[s] | npmmirro[r] | tuna\.tsinghu[a]
    """,
    re.VERBOSE,
)


def outside(text: str) -> list[str]:
    """The words that have no place here."""
    return [found.group() for found in OUTSIDE.finditer(text)]


def test_nothing_speaks_of_how_it_was_made() -> None:
    found = [f"{name}: {word}" for name, text in text_files() for word in outside(text)]
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize(
    "text",
    ["asked an " + "A" + "I", "see /wor" + "k/main/x", "https://pypi." + "org/simple", "in a sand" + "box"],
)
def test_a_word_from_outside_is_seen(text: str) -> None:
    assert len(outside(text)) == 1


@pytest.mark.parametrize(
    "text", ["/work-lists/", "social assistance", "MAIN", "a session of the browser", "/desk/work/"]
)
def test_the_words_of_the_office_are_left_alone(text: str) -> None:
    assert outside(text) == []


def test_a_good_part_of_the_project_was_read() -> None:
    names = {name for name, _ in text_files()}
    assert {
        "run.py",
        "pyproject.toml",
        "requirements/base.lock",
        ".ci/run",
        "src/minzheng/config/settings.py",
    } <= names
