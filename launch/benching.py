"""`run.py bench` law, run, exchange, indicators and web: have what is measured beside, then measure."""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Callable, Sequence

from launch import beside, places, setup

Run = Callable[..., int]


def law(words: Sequence[str], run: Run) -> int:
    """Environments only for what is asked for; the database only where it is measured."""
    wanted = _wanted(words)
    setup.parts(dev=True)
    if wanted({"openfisca", "openfisca_frugal"}):
        beside.ready("bench")
    if wanted({"spark"}) and shutil.which("java"):
        beside.ready("spark")
    command = [str(places.venv_program("python")), "-m", "bench.law", *words]
    if not wanted({"postgres"}):
        return run(command)
    with setup.address() as url:
        setup.fill(url, demo=False)
        return run(command, url)


def _wanted(words: Sequence[str]) -> Callable[[set[str]], bool]:
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--only", default="")
    parser.add_argument("-h", "--help", action="store_true")
    options, _ = parser.parse_known_args(words)
    named = set(filter(None, options.only.split(",")))
    return lambda names: not options.help and (not named or bool(names & named))


def month(words: Sequence[str], run: Run) -> int:
    """The monthly run, in databases of its own beside the platform's."""
    setup.parts(dev=True)
    with setup.address() as url:
        return run([str(places.venv_program("python")), "-m", "bench.run", *words], url)


def exchange(words: Sequence[str], run: Run) -> int:
    """The yearly re-check and one household's, in a database and with departments of their own."""
    setup.parts(dev=True)
    with setup.address() as url:
        return run([str(places.venv_program("python")), "-m", "bench.exchange", *words], url)


def indicators(words: Sequence[str], run: Run) -> int:
    """All measures of all divisions and months, over registers of their own."""
    setup.parts(dev=True)
    with setup.address() as url:
        return run([str(places.venv_program("python")), "-m", "bench.indicators", *words], url)


def web(words: Sequence[str], run: Run) -> int:
    """The pages under load: the site as it is served, over a province of its own."""
    setup.parts(dev=True)
    with setup.address() as url:
        return run([str(places.venv_program("python")), "-m", "bench.web", *words], url)
