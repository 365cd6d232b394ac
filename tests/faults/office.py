"""An office that can be killed: a process that keeps the program loaded and forks a worker for each attempt.

``python -m tests.faults.office HOUSEHOLDS``; it reads one command a line and answers with one line:
``prepare``, ``work`` and ``proof`` fork a worker and tell its number, ``wait N`` tells how it ended.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

MONTHS = [(2024 + at // 12, at % 12 + 1) for at in range(30)]


def main(households: int, folder: Path) -> None:
    """The commands, one after the other; the program is loaded once."""
    import django

    django.setup()
    deeds = {
        "prepare": lambda: prepare(households, folder),
        "work": lambda: work(folder),
        "proof": lambda: proof(folder),
    }
    for line in sys.stdin:
        word, _, rest = line.strip().partition(" ")
        if word == "wait":
            _, status = os.waitpid(int(rest), 0)
            say(str(os.waitstatus_to_exitcode(status)))
        elif (pid := os.fork()) == 0:
            sys.exit(attempt(deeds[word], folder))
        else:
            say(str(pid))


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def attempt(deed, folder: Path) -> int:
    """One worker: a database that went away is written down; anything else is a mistake and shows itself."""
    import psycopg
    from django.db import Error

    try:
        deed()
    except (Error, psycopg.Error) as error:
        with (folder / "stopped.log").open("a") as log:
            log.write(f"{type(error).__name__}: {error}\n")
        return 3
    return 0


def prepare(households: int, folder: Path) -> None:
    """Tables, the cast, so many households entitled since the first month, money for each year."""
    from django.core.management import call_command

    from minzheng.kernel import clock
    from minzheng.kernel.audit import system
    from minzheng.kernel.clock import Month
    from minzheng.kernel.standards.actions import set_parameter
    from tests.factories import cast
    from tests.factories.money import allotted, entitled, paid_from

    call_command("migrate", verbosity=0)
    with clock.frozen(date(2024, 1, 5)):
        people = cast()
        for key, value in (("ledger.bank_channel", "http"), ("ledger.bank_layout", "pain001")):
            set_parameter(
                parameter=key, path=people.seat.county, from_on=date(2020, 1, 1), value=value, unit="code",
                source="协议", confidence="common", by=system("test"),
            )  # fmt: skip
        paid_from(people)
        rows = [
            entitled(people.county_approver, amount=10_000 + at, from_month=Month(*MONTHS[0]))
            for at in range(households)
        ]
        for year in {year for year, _ in MONTHS}:
            allotted(people, year=year)
    names = ("payer", "payment_reviewer", "second_payment_reviewer", "county_approver")
    who = {name: getattr(people, name).id.removeprefix("user:") for name in names}
    (folder / "office.json").write_text(
        json.dumps(
            {"county": people.seat.county, "who": who, "due": {row.household_id: row.amount for row in rows}}
        )
    )


def work(folder: Path) -> None:
    """Whatever the first unfinished month needs next, until all months up to the last asked for are closed."""
    from minzheng.kernel import clock
    from minzheng.kernel.clock import Month

    office = Office(folder)
    for at in MONTHS:
        if int((folder / "months").read_text()) <= MONTHS.index(at):
            return
        month = Month(*at)
        with clock.frozen(month.last + timedelta(days=3)):
            while not office.step(month):
                pass


class Office:
    """One county's payer and reviewers, who look where the month stands and do the next thing."""

    def __init__(self, folder: Path) -> None:
        from minzheng.kernel.access.models import User
        from minzheng.kernel.access.queries import actor_of

        said = json.loads((folder / "office.json").read_text())
        self.county = said["county"]
        self.who = {name: actor_of(User.objects.get(pk=pk)) for name, pk in said["who"].items()}

    def step(self, month) -> bool:
        """Do the next thing; whether the month is over."""
        from minzheng.kernel.ledger import actions as ledger
        from minzheng.kernel.ledger.models import Batch
        from minzheng.kernel.monthly import actions as monthly
        from tests.factories.money import SCHEME

        batch = Batch.objects.filter(scheme=SCHEME, path=self.county, month=month.first).first()
        if batch is None:
            run = monthly.start_run(path=self.county, month=month, by=self.who["payer"])
            monthly.carry_on(run.pk)
        elif batch.state == "draft":
            ledger.review(batch=batch, seen=batch.content_sha, by=self.who["payment_reviewer"])
        elif batch.state == "first_reviewed":
            ledger.review(batch=batch, seen=batch.content_sha, by=self.who["second_payment_reviewer"])
        elif batch.state == "approved":
            ledger.send(batch=batch, by=self.who["payer"])
        elif batch.state == "sent":
            self._settle(batch)
        elif batch.state == "reconciled":
            self._close(batch)
        return batch is not None and batch.state == "closed"

    def _settle(self, batch) -> None:
        """Files go out, answers come in, what came back is repaired and released; time passes."""
        from minzheng.kernel import clock
        from minzheng.kernel.errors import MinzhengError
        from minzheng.kernel.ledger import actions as ledger
        from minzheng.kernel.ledger import delivering
        from minzheng.kernel.ledger.bank.channel import Unacknowledged
        from minzheng.kernel.ledger.models import Delivery, Instruction
        from minzheng.kernel.ledger.queries import instructions

        Delivery.objects.filter(state="waiting").update(next_at=clock.now())
        delivering.deliver_waiting()
        with suppress(Unacknowledged):
            delivering.collect()
        for one in instructions(batch, by=self.who["payer"], state="failed"):
            ledger.repair(
                instruction=one,
                account=_card(one.pk),
                owner=one.account_owner,
                reason="换卡",
                by=self.who["payer"],
            )
        if Instruction.objects.filter(batch=batch, state="pending").exists():
            ledger.resend(batch=batch, by=self.who["payment_reviewer"])
        with suppress(MinzhengError):
            ledger.reconcile(batch=batch, by=self.who["payer"])

    def _close(self, batch) -> None:
        from minzheng.kernel.errors import MinzhengError
        from minzheng.kernel.ledger import actions as ledger

        try:
            ledger.close(batch=batch, by=self.who["payer"])
        except MinzhengError:
            self._settle(batch)


def _card(serial: int) -> str:
    """Another made-up card, whose number passes its check."""
    from minzheng.kernel.people.identity import luhn_passes

    body = f"9997{serial:012d}"
    return next(body + digit for digit in "0123456789" if luhn_passes(body + digit))


def proof(folder: Path) -> None:
    """What the books say in the end, for the one who compares it with the bank's own."""
    from minzheng.kernel.ledger.models import Batch, Instruction, Payment
    from minzheng.kernel.ledger.proof import verify

    paid = Instruction.objects.filter(state="paid").values_list(
        "reference", "payment__household_id", "payment__month", "amount"
    )
    found = {
        "problems": [f"{one.code} {one.subject}" for one in verify()],
        "states": sorted(set(Batch.objects.values_list("state", flat=True))),
        "batches": Batch.objects.count(),
        "payments": Payment.objects.count(),
        "paid": [[reference, home, str(month), amount] for reference, home, month, amount in paid],
    }
    (folder / "proof.json").write_text(json.dumps(found))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
