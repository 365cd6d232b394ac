"""The programs that run side by side: started together, watched, and stopped together."""

from __future__ import annotations

import ctypes
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from launch import places, say
from launch.say import Stop

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_POLITE = 10  # seconds a program has to finish what it is doing
_LOOK_EVERY = 0.25
_LOOK_AT_DATABASE_EVERY = 5


class Interrupted(BaseException):
    """Ctrl-C, a closed terminal or a polite kill: the person wants it to end."""


def end_on_signals() -> None:
    """All three ways of asking for the end come out at one place."""

    def ask(_number: int, _frame: FrameType | None) -> None:
        raise Interrupted

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), ask)


def ignore_signals() -> None:
    """While stopping, a second Ctrl-C does not leave half of it behind."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)


def _end_with_parent() -> None:
    """Even a kill that cannot be caught takes the programs along: none is left on its port."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Program:
    """One program and its log; in a session of its own, so that Ctrl-C reaches it only through us."""

    name: str
    words: list[str]
    env: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def log(self) -> Path:
        return places.LOGS / f"{self.name}.log"

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as book:
            self.process = subprocess.Popen(
                self.words, env=dict(self.env), cwd=places.ROOT, stdin=subprocess.DEVNULL,
                stdout=book, stderr=subprocess.STDOUT, start_new_session=not places.WINDOWS,
                preexec_fn=_end_with_parent if sys.platform == "linux" else None,
            )  # fmt: skip

    def ended(self) -> int | None:
        return None if self.process is None else self.process.poll()

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def make_sure(self, until: float) -> None:
        """Wait for the program; what is left of its session at the end is killed."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if not places.WINDOWS:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                return


class Company:
    """The programs of one run: as a block, which leaves none of them behind."""

    def __init__(self, programs: list[Program], *, database_alive: Callable[[], bool] | None = None) -> None:
        self.programs = programs
        self.database_alive = database_alive
        self._looked_at = time.monotonic()

    def __enter__(self) -> Company:
        try:
            for program in self.programs:
                program.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        ignore_signals()
        for program in self.programs:
            program.ask_to_stop()
        until = time.monotonic() + _POLITE
        for program in self.programs:
            program.make_sure(until)

    def look(self) -> None:
        """Stop everything when one of them is gone."""
        for program in self.programs:
            code = program.ended()
            if code is not None:
                raise _gone(program, code)
        if self.database_alive and time.monotonic() - self._looked_at > _LOOK_AT_DATABASE_EVERY:
            self._looked_at = time.monotonic()
            if not self.database_alive():
                raise Stop(
                    "内置数据库意外停止，其余程序已一并停止。"
                    f"请查看 {places.VAR / 'pg' / 'data' / 'server.log'}，再运行一次。",
                    "The embedded database stopped by itself, and everything was stopped with it; "
                    "read its log and run this again.",
                )

    def wait_for(self, port: int, *, patience: float = 60) -> None:
        """Until the server answers."""
        until = time.monotonic() + patience
        while not answers(port):
            self.look()
            if time.monotonic() > until:
                raise Stop(
                    f"网站 {patience:.0f} 秒内没有响应。请查看 {self.programs[0].log}。",
                    f"The site gave no answer for {patience:.0f} s; read {self.programs[0].log}.",
                )
            time.sleep(0.1)

    def watch(self) -> None:
        """Until someone ends it, or one of them ends by itself."""
        while True:
            self.look()
            time.sleep(_LOOK_EVERY)


def answers(port: int, *, path: str = "/healthz") -> bool:
    """Whether an HTTP server answers on this port, whatever it says."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def _gone(program: Program, code: int) -> Stop:
    reason = say.last_line(program.log) or f"code {code}"
    return Stop(
        f"程序 {program.name} 意外退出（{reason}），其余程序已一并停止。请查看 {program.log}，处理后再运行。",
        f"The program {program.name} ended by itself (code {code}), and everything was stopped with it; "
        f"read {program.log}, put it right and run this again.",
    )
