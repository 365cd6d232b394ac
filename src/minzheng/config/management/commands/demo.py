"""manage demo: a believable province to try the platform on; nobody in it is real."""

from __future__ import annotations

import logging
import threading
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from minzheng.config.departments import records
from minzheng.config.departments.server import Departments
from minzheng.kernel.audit import Actor, note, system, verb
from minzheng.kernel.boards.counting import refresh
from minzheng.kernel.errors import MinzhengError
from minzheng.kernel.exchange.keys import exchange_key
from minzheng.kernel.people import population
from minzheng.kernel.people.population import Load, Sink

from . import _cast, _residents

HOUSEHOLDS = 20_000


class Command(BaseCommand):
    """Population, offices, accounts, then each domain's own demonstration."""

    help = "生成演示数据：虚构人口、机构、账号和办件"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--households", type=int, default=HOUSEHOLDS, help=f"户数，默认 {HOUSEHOLDS}")
        parser.add_argument("--seed", type=int, default=1, help="随机种子；相同的种子生成相同的人口")
        parser.add_argument("--if-empty", action="store_true", help="已有演示人口时不再生成")

    def handle(self, *_: Any, **options: Any) -> None:
        """A step that was done before is not done again."""
        by = system("demo")
        try:
            call_command("load_reference", stdout=self.stdout)
            if population.exists() and options["if_empty"]:
                self.stdout.write("已有演示人口，不再生成。")
            else:
                self._populate(options["households"], options["seed"], by)
            offices, staff = _cast.make_offices(by=by), _cast.make_staff(by=by)
            residents = _residents.make_residents(by=by)
            records.write(records.records_of(_Family.given(), first=len(_residents.FAMILY)))
            self.stdout.write(f"机构新增 {offices} 个，账号新增 {staff + residents} 个。")
            self._domains(by)
            refresh()
        except MinzhengError as error:
            raise CommandError(error.message) from error

    def _populate(self, households: int, seed: int, by: Actor) -> None:
        if not population.exists():
            # What the other departments know of the people stays for as long as the people do.
            records.clear()
        sinks: list[Sink] = [records.sink]
        tables: list[str] = []
        for module in demos():
            sinks += getattr(module, "SINKS", ())
            tables += getattr(module, "TABLES", ())
        load = make_population(
            households=households,
            seed=seed,
            sinks=sinks,
            tables=tables,
            progress=self._tell(households),
            by=by,
        )
        self.stdout.write(
            f"虚构人口：{load.households} 户 {load.persons} 人，{load.rows} 行，"
            f"{load.seconds:.1f} 秒，每秒 {load.rows_per_second} 行。"
        )

    def _tell(self, wanted: int) -> Callable[[Load], None]:
        """Say how far a large load has come, each tenth."""
        told = [0]

        def tell(load: Load) -> None:
            tenth = load.households * 10 // wanted
            if wanted >= 10 * HOUSEHOLDS and tenth > told[0]:
                told[0] = tenth
                self.stdout.write(f"  {load.households} 户，每秒 {load.rows_per_second} 行")

        return tell

    def _domains(self, by: Actor) -> None:
        """Each domain adds its own cases, once: ``demo.populate(actors=…, family=…, by=…)``."""
        with _departments_at_hand():
            for module in demos():
                if hasattr(module, "populate"):
                    module.populate(actors=_cast.actors(), family=_residents.family_household(), by=by)


@contextmanager
def _departments_at_hand() -> Iterator[None]:
    """The other departments answer on a port of their own, and quietly, while demonstration cases are verified."""
    log = logging.getLogger("minzheng.departments")
    level, usual = log.level, settings.MINZHENG_DEPARTMENTS
    server = Departments(("127.0.0.1", 0), key=exchange_key(), data=records.data_file())
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    log.setLevel(logging.WARNING)
    settings.MINZHENG_DEPARTMENTS = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield
    finally:
        log.setLevel(level)
        settings.MINZHENG_DEPARTMENTS = usual
        server.shutdown()
        server.server_close()


@verb("demo.population", label="生成演示人口")
def make_population(
    *,
    households: int,
    seed: int,
    sinks: Sequence[Sink],
    progress: Callable[[Load], None],
    by: Actor,
    tables: Sequence[str] = (),
) -> Load:
    """The made-up population as one deed: all of it or nothing."""
    load = population.populate(
        households=households, seed=seed, sinks=sinks, tables=tables, progress=progress
    )
    note(path="22/", after={"households": load.households, "persons": load.persons, "seed": seed})
    return load


def demos() -> list[ModuleType]:
    """The ``demo`` room of every domain that has one."""
    domains = [
        config.name for config in apps.get_app_configs() if config.name.startswith("minzheng.domains.")
    ]
    return [import_module(f"{name}.demo") for name in domains if find_spec(f"{name}.demo")]


@dataclass(frozen=True)
class _Family:
    """The family made by hand, in the shape in which other departments take a piece of the population."""

    numbers: list[str]
    circumstances: dict[str, list[Any]]

    @classmethod
    def given(cls) -> _Family:
        """As the table of the family says."""
        kin = _residents.FAMILY
        names = ("wage", "pension", "deposits", "houses", "vehicles")
        owned = {name: [getattr(one, name) for one in kin] for name in names}
        county = _cast.COUNTY.split("/")[-2]
        return cls([one.number for one in kin], {**owned, "hukou": [county] * len(kin)})
