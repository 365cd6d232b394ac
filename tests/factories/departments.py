"""The other departments as they really run: a process of their own."""

from __future__ import annotations

from contextlib import closing
from typing import Any

from minzheng.config.departments import records
from minzheng.kernel.exchange.client import Line
from tests.factories.apart import Apart

KEY = "a key that only the tests and their departments share"


class Departments(Apart):
    """The process, its data file, and the line to it."""

    command, key_name, key = "departments", "MINZHENG_EXCHANGE_KEY", KEY

    def line(self, *, timeout: float = 5.0) -> Line:
        """How the platform reaches it."""
        return Line(self.address, KEY.encode(), timeout)

    def put(self, source: str, number: str | None, record: Any) -> None:
        """Put a record on file, as a department would."""
        records.put(source, str(number), record, data=self.data)

    def fault(self, source: str, kind: str, *, seconds: float = 0) -> None:
        """Make something go wrong at a source, or lift it with an empty kind."""
        status, said = self.post("/faults", {"source": source, "kind": kind, "seconds": seconds})
        assert status == 200, said

    def put_right(self) -> None:
        """As it was before the test: it runs, nothing goes wrong, and nobody and nothing is on file.

        Numbers of persons and cases come round again, so what stayed would be known of another test's family.
        """
        if self.process is None:
            self.start()
        self.data.with_name(f"{self.data.name}.faults.json").unlink(missing_ok=True)
        with closing(records.opened(self.data)) as file, file:
            tables = file.execute(
                "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'"
            )
            for (name,) in tables.fetchall():
                file.execute(f"delete from {name}")


running = Departments.running
