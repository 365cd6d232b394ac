"""The run is killed at random instants, worker, database, bank or several at once: each is paid exactly once."""

from __future__ import annotations

import os
import random
import signal
import time

from tests.factories.bank import Bank

from .conftest import Office, Server, each_was_paid_once

KILLS = int(os.environ.get("MINZHENG_KILLS", "100"))


def badly(bank: Bank) -> None:
    """Late, in parts, twice, with rejects and strangers, and now and then deaf after it has heard."""
    bank.fault("partly", percent=40)
    bank.fault("rejects", percent=8)
    for kind, percent in (
        ("late", 20),
        ("twice", 30),
        ("stranger", 30),
        ("malformed", 15),
        ("lost", 25),
        ("cut", 15),
    ):
        bank.fault(kind, percent=percent, seconds=0.2)


def test_each_is_paid_exactly_once_whatever_is_killed(server: Server, bank: Bank, office: Office) -> None:
    dice, months = random.Random(20221001), office.folder / "months"
    months.write_text("30")
    badly(bank)
    killed = {"worker": 0, "database": 0, "both": 0, "bank": 0}
    while sum(killed.values()) < KILLS:
        pid = office.ask("work")
        time.sleep(dice.uniform(0.02, 0.6))
        what = dice.choices(tuple(killed), weights=(6, 3, 3, 1))[0]
        killed[what] += 1
        if what == "bank":
            bank.stop(kill=True)
            bank.start()
        if what in ("database", "both"):
            server.kill()
        if what != "database":
            os.kill(pid, signal.SIGKILL)
        # Done, killed, or stopped because the database was gone: a worker ends in no other way.
        assert office.ask(f"wait {pid}") in (0, 3, -signal.SIGKILL), office.log
        if what in ("database", "both"):
            server.start()
    # Nothing more is killed: the months begun are brought to their end, with a bank that answers.
    for kind in ("partly", "rejects", "late", "twice", "stranger", "malformed", "lost", "cut"):
        bank.fault(kind, percent=0)
    assert office.do("proof") == 0, office.log
    begun = max(office.told("proof")["batches"], 1)
    months.write_text(str(begun))
    assert office.do("work") == 0, office.log
    each_was_paid_once(office, bank, months=begun)
