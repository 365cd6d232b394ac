"""Every test that is written is run: the check that does it fails when one is missed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.house.sources import ROOT


def run(folder: Path) -> subprocess.CompletedProcess[str]:
    """pytest over a folder, with the check."""
    words = ["-q", "-p", "no:cacheprovider", "-p", "no:django", "-p", "tests.collected", "-c", "/dev/null"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *words, f"--rootdir={folder}", str(folder)], cwd=ROOT, capture_output=True,
        text=True, encoding="utf-8", check=False,
    )  # fmt: skip


def test_a_test_outside_a_test_file_stops_the_run(tmp_path: Path) -> None:
    folder = tmp_path / "tests"
    folder.mkdir()
    (folder / "test_a.py").write_text("def test_one(): pass\n", encoding="utf-8")
    whole = run(folder)
    assert (whole.returncode, "1 passed" in whole.stdout) == (0, True), whole.stdout + whole.stderr
    (folder / "b.py").write_text("def test_two(): pass\n", encoding="utf-8")
    (folder / "test_c.py").write_text("class Walk:\n    def test_three(self): pass\n", encoding="utf-8")
    done = run(folder)
    assert done.returncode != 0
    assert "written but never run: b.py::test_two, test_c.py::test_three" in done.stdout + done.stderr
