"""The rules of the house hold in every file, and each rule sees what breaks it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.house.rules import RULES, Rule
from tests.house.sources import ROOT, Source, of_the_house, of_the_tests

by_name = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)


@by_name
def test_the_house_keeps_its_rules(rule: Rule) -> None:
    sources = of_the_house() + (of_the_tests() if rule.tests_too else ())
    found = [complaint for source in sources for complaint in rule.complaints(source)]
    assert not found, "\n" + "\n".join(found)


@by_name
def test_a_rule_sees_what_breaks_it_and_nothing_else(rule: Rule) -> None:
    assert rule.complaints(Source(rule.at, rule.good)) == []
    assert len(rule.complaints(Source(rule.at, rule.bad))) == 1


def test_a_domain_may_name_itself() -> None:
    (rule, *_) = RULES
    own = Source("src/minzheng/domains/assistance/registers.py", 'model = "assistance.Standing"')
    assert rule.complaints(own) == []
    assert rule.complaints(Source("src/minzheng/portal/home.py", own.text)) != []


def commented_out(*words: str, text: str | None = None) -> str:
    """What the linter takes for code that somebody has switched off."""
    command = [
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--isolated",
        "--select",
        "ERA001",
        "--output-format",
        "concise",
    ]
    done = subprocess.run(
        [*command, "-q", *words], cwd=ROOT, input=text, capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


def test_no_code_is_commented_out() -> None:
    folders = [name for name in ("src", "tests", "launch", "scripts") if (ROOT / name).is_dir()]
    assert commented_out(*folders) == ""
    assert commented_out("-", text="# The township sends it back.\n") == ""
    assert "ERA001" in commented_out("-", text="# total = total + 1\n")
