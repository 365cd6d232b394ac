"""The other departments' process at its door: who is let in, what is answered, how it stops and starts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from minzheng.config.departments import records
from minzheng.kernel.errors import Mistake, Refused
from minzheng.kernel.exchange import answers, keys
from minzheng.kernel.exchange.sources import SOURCES
from minzheng.kernel.people.models import Person
from minzheng.kernel.people.population import populate
from minzheng.kernel.signing import NONCE, SIGNATURE, TIME, WINDOW_SECONDS, Guard, is_signed, sign, sm3
from tests.factories.apart import SRC
from tests.factories.departments import KEY, Departments, running
from tests.factories.people import a_number
from tests.factories.places import place

A_VEHICLE = {"type": "小型轿车", "first_registered": "2016-03-01", "plate": "吉A·***21", "use": "private"}


@pytest.fixture(scope="module")
def departments(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Departments]:
    with running(tmp_path_factory.mktemp("departments")) as process:
        yield process


def _asked(number: str = "", **changes: Any) -> dict[str, Any]:
    question = {
        "number": number or a_number(), "purpose": "dibao", "reference_date": "2022-01-20", "request_id": "1",
    }  # fmt: skip
    return question | changes


def test_sm3_is_the_hash_of_the_standard() -> None:
    assert sm3(b"abc") == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def test_a_person_nobody_knows_is_answered_with_a_reason(departments: Departments) -> None:
    number = a_number()
    for code in SOURCES:
        status, said = departments.post(f"/query/{code}", _asked(number))
        assert status == 200
        assert said["found"] is False
        assert "没有此人的记录" in said["reason"]
        assert answers.fault_in(said, of=code, number=number, request_id="1") == ""


def test_what_is_put_on_file_while_it_runs_is_answered(departments: Departments) -> None:
    number = a_number()
    departments.put("vehicles", number, [A_VEHICLE])
    status, said = departments.post("/query/vehicles", _asked(number))
    assert (status, said["record"]) == (200, {"rows": [A_VEHICLE]})


def test_an_unsigned_request_is_refused(departments: Departments) -> None:
    assert departments.post("/query/bank", _asked(), headers={}) == (401, {"error": "unsigned"})
    assert departments.post("/faults", {"source": "*", "kind": "down"}, headers={})[0] == 401
    assert departments.post("/query/bank", _asked())[0] == 200


def test_a_request_signed_with_another_key_or_changed_on_the_way_is_refused(departments: Departments) -> None:
    body = json.dumps(_asked()).encode()
    other = sign(b"another key" * 4, what="POST", path="/query/bank", body=body)
    assert departments.post("/query/bank", body, headers=other) == (401, {"error": "unsigned"})
    ours = sign(KEY.encode(), what="POST", path="/query/bank", body=body)
    changed = body.replace(b"dibao", b"gossip")
    assert departments.post("/query/bank", changed, headers=ours) == (401, {"error": "unsigned"})
    assert departments.post("/query/police", body, headers=ours) == (401, {"error": "unsigned"})
    assert departments.post("/query/bank", body, headers=ours | {TIME: "nan"})[0] == 401


def test_the_same_request_is_let_in_only_once(departments: Departments) -> None:
    body = json.dumps(_asked()).encode()
    headers = sign(KEY.encode(), what="POST", path="/query/bank", body=body)
    assert departments.post("/query/bank", body, headers=headers)[0] == 200
    assert departments.post("/query/bank", body, headers=headers) == (401, {"error": "replayed"})


def test_of_many_equal_requests_at_once_one_is_let_in(departments: Departments) -> None:
    body = json.dumps(_asked()).encode()
    headers = sign(KEY.encode(), what="POST", path="/query/bank", body=body)
    with ThreadPoolExecutor(8) as threads:
        statuses = list(
            threads.map(lambda _: departments.post("/query/bank", body, headers=headers)[0], range(8))
        )
    assert sorted(statuses) == [200] + [401] * 7


@pytest.mark.parametrize("away", [-WINDOW_SECONDS - 5, WINDOW_SECONDS + 5])
def test_a_request_from_another_hour_is_stale(
    departments: Departments, monkeypatch: pytest.MonkeyPatch, away: int
) -> None:
    body, then = json.dumps(_asked()).encode(), time.time() + away
    with monkeypatch.context() as patched:
        patched.setattr(time, "time", lambda: then)
        headers = sign(KEY.encode(), what="POST", path="/query/bank", body=body)
    assert departments.post("/query/bank", body, headers=headers) == (401, {"error": "stale"})


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"purpose": " "}, 403, "purpose_missing"),
        ({"purpose": None}, 403, "purpose_missing"),
        ({"number": ""}, 400, "question_malformed"),
        ({"number": ["1"]}, 400, "question_malformed"),
        ({"number": "1" * 5000}, 400, "question_malformed"),
        ({"reference_date": "yesterday"}, 400, "question_malformed"),
    ],
)
def test_a_question_without_purpose_or_sense_is_refused(
    departments: Departments, changes: dict[str, Any], status: int, error: str
) -> None:
    assert departments.post("/query/bank", _asked() | changes) == (status, {"error": error})


def test_nonsense_and_floods_are_turned_away(departments: Departments) -> None:
    assert departments.post("/query/bank", b"\xff{")[0] == 400
    assert departments.post("/query/bank", b"[" * 60_000)[0] == 400
    assert departments.post("/query/secrets", _asked())[0] == 404
    assert departments.post("/query/../healthz", _asked())[0] == 404
    assert departments.request("POST", "/query/bank", headers={"Content-Length": "9999999"})[0] == 413
    assert departments.request("GET", "/query/bank")[0] == 404
    status, said = departments.request("GET", "/healthz")
    assert (status, said["state"]) == (200, "ok")


def test_no_number_is_written_to_the_log(departments: Departments) -> None:
    number = a_number()
    departments.post("/query/bank", _asked(number))
    log = departments.log
    assert "/query/bank" in log
    assert number not in log


def test_what_is_signed_in_the_very_moment_of_the_start_comes_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Times are told in thousandths of a second: what is rounded down is not from before the start."""
    monkeypatch.setattr(time, "time", lambda: 1_700_000_000.1234)
    guard, said = Guard(KEY.encode(), began=time.time()), {"what": "POST", "path": "/query/bank", "body": b""}
    assert guard.refuse(sign(KEY.encode(), **said), **said) == ""


def test_a_request_kept_from_before_a_restart_is_refused(tmp_path: Path) -> None:
    with running(tmp_path) as process:
        body = json.dumps(_asked()).encode()
        headers = sign(KEY.encode(), what="POST", path="/query/bank", body=body)
        assert process.post("/query/bank", body, headers=headers)[0] == 200
        process.put("bank", "x", {"balance": 1, "securities": 0, "inflow": 2})
        process.stop(kill=True)
        process.start()
        assert process.post("/query/bank", body, headers=headers) == (401, {"error": "stale"})
        assert process.post("/query/bank", _asked("x"))[1]["record"] == {
            "balance": 1,
            "securities": 0,
            "inflow": 2,
        }
        assert process.stop() == 0


def test_a_port_that_is_taken_is_said_in_one_sentence(departments: Departments, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "django", "departments", "--port", str(departments.port)]
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "minzheng.config.settings", "PYTHONPATH": str(SRC),
        "MINZHENG_VAR": str(tmp_path), "MINZHENG_EXCHANGE_KEY": KEY, "PYTHONIOENCODING": "utf-8",
    }  # fmt: skip
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert "不能使用" in ended.stderr
    assert "Traceback" not in ended.stderr


def _on_file(data: Path) -> dict[str, int]:
    with closing(records.opened(data)) as connection:
        return dict(connection.execute("select source, count(*) from generated group by source").fetchall())


@pytest.mark.django_db
def test_the_population_reaches_the_departments_and_a_hand_made_record_wins(tmp_path: Path) -> None:
    data, seat = tmp_path / "d.sqlite", place("220122101210")
    load = populate(households=40, sinks=[partial(records.sink, data=data)])
    on_file = _on_file(data)
    assert on_file["police"] == load.persons
    assert set(on_file) == set(SOURCES) - {"business"}
    people = Person.objects.filter(path=seat)
    assert people.count() == load.persons
    for number in people.values_list("id_number", flat=True):
        for code, one in SOURCES.items():
            found = records.find(code, number, data=data)
            assert found is None or answers.record_fits(one, found)
    number = str(people[0].id_number)
    records.put("vehicles", number, [A_VEHICLE], data=data)
    records.clear(data=data)
    assert records.find("police", number, data=data) is None
    assert records.find("vehicles", number, data=data) == {"rows": [A_VEHICLE]}
    records.remove("vehicles", number, data=data)
    assert records.find("vehicles", number, data=data) is None


@pytest.mark.django_db
def test_the_file_of_the_departments_has_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINZHENG_DEPARTMENTS_PERSONS", "7")
    place("220122101210")
    data = tmp_path / "d.sqlite"
    assert populate(households=40, sinks=[partial(records.sink, data=data)]).persons > 7
    assert _on_file(data)["police"] == 7


@pytest.mark.parametrize(
    "record",
    [
        {"balance": 1},
        {"balance": 1.5, "securities": 0, "inflow": 0},
        {"balance": -1, "securities": 0, "inflow": 0},
        {"balance": True, "securities": 0, "inflow": 0},
        {"balance": 10**16, "securities": 0, "inflow": 0},
        {"balance": 1, "securities": 0, "inflow": 0, "more": 1},
        {"rows": []},
    ],
)
def test_a_record_that_does_not_fit_the_agreement_is_not_put(tmp_path: Path, record: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="银行存款"):
        records.put("bank", "1", record, data=tmp_path / "d.sqlite")


def test_two_processes_that_start_at_once_share_one_key(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MINZHENG_EXCHANGE_KEY", raising=False)
    settings.VAR = tmp_path / "var"
    with ThreadPoolExecutor(8) as threads:
        made = set(threads.map(lambda _: keys.exchange_key(), range(16)))
    assert len(made) == 1
    assert [file.name for file in settings.VAR.iterdir()] == ["exchange.key"]
    assert (settings.VAR / "exchange.key").stat().st_mode & 0o077 == 0


def test_a_short_key_is_refused(settings: Any) -> None:
    settings.MINZHENG_EXCHANGE_KEY = "secret"
    with pytest.raises(Mistake, match="太短"):
        keys.exchange_key()


def test_a_reply_is_believed_only_with_the_key_the_status_and_the_words_it_was_signed_with() -> None:
    headers = sign(KEY.encode(), what="200", path="/query/bank", body=b"{}", nonce="n" * 16)
    good = {"what": "200", "path": "/query/bank", "body": b"{}"}
    assert is_signed(KEY.encode(), headers, **good)
    for changed in ({"what": "403"}, {"path": "/query/police"}, {"body": b"{ }"}):
        assert not is_signed(KEY.encode(), headers, **(good | changed))
    assert not is_signed(KEY.encode(), headers | {NONCE: "m" * 16}, **good)
    assert not is_signed(KEY.encode(), headers | {SIGNATURE: "zz"}, **good)
