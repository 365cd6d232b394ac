"""The other departments of the measured province, as a process of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from minzheng.kernel.exchange.client import line, posted

__all__ = ["departments", "fault"]


@contextmanager
def departments(folder: Path) -> Iterator[None]:
    """Started on a free port; the platform and its workers are told where."""
    words = [sys.executable, "-m", "django", "departments", "--port", "0"]
    words += ["--data", str(folder / "departments.sqlite")]
    apart = os.environ | {"DJANGO_SETTINGS_MODULE": "minzheng.config.settings_apart"}
    with (
        (folder / "departments.log").open("w") as log,
        subprocess.Popen(words, env=apart, stdout=subprocess.PIPE, stderr=log, text=True) as program,
    ):
        try:
            assert program.stdout is not None
            said = program.stdout.readline()
            if "http://" not in said:
                raise SystemExit("the departments did not start: " + (folder / "departments.log").read_text())
            os.environ["MINZHENG_DEPARTMENTS"] = settings.MINZHENG_DEPARTMENTS = said.split()[-1]
            yield
        finally:
            program.terminate()


def fault(source: str, kind: str, *, seconds: float = 0) -> None:
    """Make something go wrong at a source, or lift it with an empty kind."""
    body = json.dumps({"source": source, "kind": kind, "seconds": seconds}).encode()
    told = posted(line(), "/faults", body)
    if isinstance(told, str) or told[0] != 200:
        raise SystemExit(f"the fault was not set: {told}")
