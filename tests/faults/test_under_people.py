"""The database server is killed and started anew under people at pages: what was acknowledged stands, all are told."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from launch import serving
from launch.database import SERVING
from tests.factories.bank import until

from .conftest import ROOT, Server

CLERKS, KILLS, AFTERWARDS = 5, 2, 2
TOKEN = "c" * 32


@pytest.fixture
def environment(server: Server, tmp_path: Path) -> dict[str, str]:
    return os.environ | {
        "DATABASE_URL": server.url, "MINZHENG_APP_ROLE": SERVING, "MINZHENG_VAR": str(tmp_path),
        "MINZHENG_SECRET": settings.SECRET_KEY,
        "DJANGO_SETTINGS_MODULE": "minzheng.config.settings", "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
    }  # fmt: skip


@contextmanager
def served(environment: dict[str, str], folder: Path) -> Iterator[int]:
    """The site as ``run.py`` serves it, with fewer hands."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    words = serving.site(port)
    for name, fewer in (("--workers", "1"), ("--blocking-threads", str(CLERKS))):
        words[words.index(name) + 1] = fewer
    with (
        (folder / "site.log").open("w") as log,
        subprocess.Popen(
            words, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
        ) as site,
    ):
        try:
            yield port
        finally:
            site.terminate()
            # One that is told to end while it still begins its worker waits for it without end.
            with suppress(subprocess.TimeoutExpired):
                site.wait(timeout=10)
            with suppress(ProcessLookupError):
                os.killpg(site.pid, signal.SIGKILL)


@contextmanager
def clerks(environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """Who prepares the drafts and reads the books."""
    words = [sys.executable, "-m", "tests.faults.clerks", str(CLERKS)]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(words, cwd=ROOT, env=environment, **pipes) as process:
        yield process


class Hand:
    """One page in front of somebody: types, looks, and remembers what it was told."""

    def __init__(self, port: int, session: str, case: int) -> None:
        self.port, self.session, self.case = port, session, case
        self.told: Counter[int] = Counter()
        self.last, self.saved = -1, 0
        self.odd: list[Any] = []

    def typed(self, n: int) -> int:
        """A draft is saved."""
        status, said = self._ask("PATCH", f"/api/cases/{self.case}", {"answers": {"need": f"第{n}次"}})
        if status == 200:
            self.last, self.saved = n, self.saved + 1
        elif status != 503 or "核对" not in json.loads(said)["message"]:
            self.odd.append((status, said[:300]))
        return status

    def looked(self) -> int:
        """A page is opened."""
        status, said = self._ask("GET", "/desk/")
        if status != 200 and (status != 503 or "刷新" not in said):
            self.odd.append((status, said[:300]))
        return status

    def _ask(self, method: str, path: str, body: Any = None) -> tuple[int, str]:
        door = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        cookies = f"{settings.SESSION_COOKIE_NAME}={self.session}; csrftoken={TOKEN}"
        headers = {"Cookie": cookies, "X-CSRFToken": TOKEN, "Content-Type": "application/json"}
        door.request(method, path, None if body is None else json.dumps(body), headers)
        answer = door.getresponse()
        said = answer.read().decode()
        door.close()
        self.told[answer.status] += 1
        return answer.status, said


def ready(hand: Hand) -> bool:
    with suppress(OSError):
        return hand.looked() == 200
    return False


def test_the_server_killed_under_people_loses_nothing_and_everybody_is_told(
    server: Server, environment: dict[str, str], tmp_path: Path, told: Any
) -> None:
    with clerks(environment) as books, served(environment, tmp_path) as port:
        assert books.stdout is not None
        assert books.stdin is not None
        begun = json.loads(books.stdout.readline())
        hands = [Hand(port, begun["session"], case) for case in begun["cases"]]
        until(lambda: ready(hands[0]), bool, patience=60)
        over = threading.Event()

        def work(hand: Hand) -> None:
            n = after = 0
            while after < AFTERWARDS:
                status = hand.typed(n) if n % 3 else hand.looked()
                after += over.is_set() and status == 200
                n += 1

        threads = [threading.Thread(target=work, args=(hand,)) for hand in hands]
        for one in threads:
            one.start()
        for _ in range(KILLS):
            time.sleep(0.7)
            server.kill()
            time.sleep(0.3)
            server.start()
        over.set()
        for one in threads:
            one.join(timeout=60)
        books.stdin.write("again\n")
        books.stdin.flush()
        kept = json.loads(books.stdout.readline())
    every = sum((hand.told for hand in hands), Counter())
    told(answered=every[200], told_to_look=every[503], kills=KILLS)
    assert not any(one.is_alive() for one in threads)
    assert [hand.odd for hand in hands if hand.odd] == []
    assert every.keys() == {200, 503}
    for hand in hands:
        version, words, rows = kept[str(hand.case)]
        assert hand.last >= 0
        # What was acknowledged stands, or something later that was kept though its answer was lost.
        assert int(words.strip("第次")) >= hand.last
        first_version, _, first_rows = begun["kept"][str(hand.case)]
        assert version - first_version == rows - first_rows >= hand.saved, "one audit row for each deed"
