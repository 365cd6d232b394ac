"""The storeys of the house: the import contracts hold, and each sees what breaks it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.sources import ROOT

PROGRAM = Path(sys.executable).with_name("lint-imports")
KERNEL = (
    "boards", "fieldwork", "monitoring", "linkage", "events", "feedback", "counter", "casework", "monthly",
    "plans", "matching", "courses", "publicity", "exchange", "indicators", "visits", "facilities", "inspections",
    "releases", "subsidies", "funds", "notices", "ledger", "documents", "registers", "signin", "reveals", "catalogue",
    "declare", "profiles", "standards", "people", "access", "audit", "areas", "law", "clock", "signing", "errors",
)  # fmt: skip
ROOMS = {
    "config": "", "portal": "", "desk": "", "api": "", "ui": "", "domains/assistance/domain": "from . import rules",
    "domains/assistance/rules": "", "domains/eldercare/domain": "", "domains/eldercare/models": "",
    **{f"kernel/{name}": "" for name in KERNEL},
}  # fmt: skip


def broken(folder: Path, *, path: Path) -> list[str]:
    """The contracts that do not hold in a tree, by name."""
    words = [str(PROGRAM), "--config", str(ROOT / "pyproject.toml"), "--no-cache"]
    done = subprocess.run(
        words, cwd=folder, env={**os.environ, "PYTHONPATH": str(path)}, capture_output=True, text=True,
        encoding="utf-8",
    )  # fmt: skip
    assert "Contracts:" in done.stdout, done.stdout + done.stderr
    names = re.findall(r"^(.+?) BROKEN", done.stdout, re.MULTILINE)
    assert bool(names) == (done.returncode != 0), done.stdout
    return [re.sub(r" +\(.*$", "", name) for name in names]


def test_the_house_keeps_its_storeys() -> None:
    assert broken(ROOT, path=ROOT / "src") == []


def a_toy_house(folder: Path, **changes: str) -> Path:
    for name, text in {**ROOMS, **{key.replace("__", "/"): text for key, text in changes.items()}}.items():
        file = folder / "minzheng" / f"{name}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text + "\n", encoding="utf-8")
    for inner in (folder / "minzheng").rglob("*"):
        if inner.is_dir() and inner.name != "__pycache__":
            (inner / "__init__.py").touch()
    (folder / "minzheng" / "__init__.py").touch()
    return folder


def test_a_house_in_order_breaks_nothing(tmp_path: Path) -> None:
    assert broken(tmp_path, path=a_toy_house(tmp_path)) == []


@pytest.mark.parametrize(
    ("room", "text", "contract"),
    [
        (
            "ui",
            "import minzheng.portal",
            "The house: config over front doors over pages over domains over kernel",
        ),
        ("desk", "import minzheng.domains.assistance.rules", "Only config knows the domains"),
        ("kernel__audit", "import minzheng.kernel.access", "Kernel storeys"),
        ("kernel__utils", "", "Kernel storeys"),
        (
            "domains__assistance__rules",
            "import minzheng.domains.assistance.domain",
            "Every domain has the same rooms, stacked the same way",
        ),
        ("domains__assistance__helpers", "", "Every domain has the same rooms, stacked the same way"),
        (
            "domains__assistance__domain",
            "import minzheng.domains.eldercare.models",
            "Domains meet only at the facade",
        ),
        (
            "domains__assistance__rules",
            "import django",
            "Law, clock and the rules of a domain are pure Python",
        ),
        ("kernel__clock", "import django", "Law, clock and the rules of a domain are pure Python"),
    ],
)
def test_a_seeded_violation_breaks_its_own_contract(
    tmp_path: Path, room: str, text: str, contract: str
) -> None:
    assert broken(tmp_path, path=a_toy_house(tmp_path, **{room: text})) == [contract]


def test_two_domains_may_not_lean_on_each_other(tmp_path: Path) -> None:
    house = a_toy_house(
        tmp_path,
        domains__assistance__contracts="",
        domains__assistance__domain="import minzheng.domains.eldercare.contracts",
        domains__eldercare__contracts="",
        domains__eldercare__domain="import minzheng.domains.assistance.contracts",
    )
    assert broken(tmp_path, path=house) == ["No two domains lean on each other"]
