"""The bank as a process: what it takes, what it pays, what it answers, and whom it lets in."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from minzheng.kernel.errors import Mistake, Refused
from minzheng.kernel.ledger.bank import BankLine, read
from minzheng.kernel.ledger.bank.channel import (
    Acknowledged,
    Unacknowledged,
    collect_folder,
    collect_http,
    deliver_folder,
    deliver_http,
    put_aside,
)
from minzheng.kernel.signing import sign
from tests.factories.apart import SRC
from tests.factories.bank import KEY, Bank, until
from tests.factories.bank_files import a_file, some_lines
from tests.factories.sent import SECRET, Sent, of, paid_once

# ---- what it takes and answers ----


@pytest.mark.parametrize("code", ["pain001", "standard_csv", "xlsx", "rural_credit_csv"])
def test_a_file_over_http_is_acknowledged_paid_and_answered_in_its_own_form(shared: Bank, code: str) -> None:
    sent = Sent(code=code)
    assert sent.deliver(shared) == Acknowledged(sent.message, 3, sent.total)
    (answer,) = sent.answered(shared)
    assert answer.name.rpartition(".")[2] == sent.name.rpartition(".")[2]
    assert read(answer.content).returns == sent.paid
    assert {line.reference: line.amount for line in sent.lines}.items() <= shared.books.payments().items()


@pytest.mark.parametrize("code", ["pain001", "standard_csv", "xlsx", "rural_credit_csv"])
def test_a_file_in_the_drop_folder_is_answered_in_the_drop_folder(shared: Bank, code: str) -> None:
    sent = Sent(code=code)
    assert deliver_folder(shared.folder, sent.name, sent.content).message_id == sent.message
    answers = until(lambda: sent.mine(list(collect_folder(shared.folder))), lambda got: bool(got))
    assert read(answers[0].content).returns == sent.paid
    until(lambda: (shared.folder / "taken" / sent.name).exists(), lambda there: there)
    put_aside(shared.folder, answers[0].name)
    put_aside(shared.folder, answers[0].name)
    assert sent.mine(list(collect_folder(shared.folder))) == []


def test_a_file_that_is_not_finished_is_not_taken(shared: Bank) -> None:
    half, whole = Sent(), Sent()
    (shared.folder / "in" / f"{half.name}.part").write_bytes(half.content[:100])
    deliver_folder(shared.folder, whole.name, whole.content)
    until(lambda: sent_names(shared), lambda names: whole.name in names)
    assert (shared.folder / "in" / f"{half.name}.part").exists()
    assert half.name not in sent_names(shared)
    os.replace(shared.folder / "in" / f"{half.name}.part", shared.folder / "in" / f"{half.name}.part2.part")


def sent_names(bank: Bank) -> list[str]:
    return sorted(file.name for file in (bank.folder / "taken").iterdir())


def test_the_same_file_again_is_acknowledged_again_and_paid_once(bank: Bank) -> None:
    sent = Sent()
    assert sent.deliver(bank).repeated is False
    sent.answered(bank)
    assert sent.deliver(bank) == Acknowledged(sent.message, 3, sent.total, repeated=True)
    deliver_folder(bank.folder, sent.name, sent.content)
    until(lambda: sent_names(bank), lambda names: sent.name in names)
    assert len(sent.answered(bank)) == 1
    assert sent.mine(list(collect_folder(bank.folder))) == []
    paid_once(bank, sent)


def test_another_file_under_the_same_number_is_refused(bank: Bank) -> None:
    sent = Sent()
    sent.deliver(bank)
    other = a_file(some_lines(2, prefix="other"), message_id=sent.message)
    with pytest.raises(Refused) as met:
        deliver_http(bank.address, SECRET, sent.message, sent.name, other)
    assert met.value.code == "bank_refused_file"
    deliver_folder(bank.folder, sent.name, other)
    (refused,) = until(lambda: sent.mine(list(collect_folder(bank.folder))), lambda got: bool(got))
    assert "内容不同" in read(refused.content).refused
    sent.answered(bank)
    paid_once(bank, sent)


def test_a_payment_in_two_files_is_paid_once(bank: Bank) -> None:
    sent, again = Sent(), Sent()
    sent.deliver(bank)
    sent.answered(bank)
    again.lines = [*sent.lines, BankLine("b", f"{again.message}-9-1", "测立秋", "1", 5)]
    again.content = a_file(again.lines, message_id=again.message)
    again.deliver(bank)
    returns = read(again.answered(bank)[0].content).returns
    assert [(one.paid, one.reason) for one in returns] == [(False, "重复付款（AM05）")] * 3 + [(True, "")]
    assert sum(of(bank, sent, again).values()) == sent.total + 5


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: content[: len(content) // 2],
        lambda content: content.replace(b'Ccy="CNY"', b'Ccy="USD"'),
        lambda content: content.replace(b"<NbOfTxs>3<", b"<NbOfTxs>4<"),
        lambda content: content.replace(b"<MsgId>MZ", b"<MsgId>NZ"),
        lambda content: b"",
        lambda content: b"a,b\r\n1,2\r\n",
        lambda content: "付款编号,户名,账号,金额（元）\r\nM1,测,1,一元\r\n".encode(),
        lambda content: "付款编号,户名,账号,金额（元）\r\nM1,测,1,1e999999\r\n".encode(),
        lambda content: "付款编号,户名,账号,金额（分）\r\nM1,测,1\r\n".encode(),
        lambda content: f"付款编号,户名,账号,金额（元）\r\nM1,{'测' * 200_000},1,1\r\n".encode(),
        lambda content: b"PK\x03\x04 no workbook",
    ],
)
def test_a_file_the_bank_cannot_read_is_refused_and_nothing_of_it_paid(
    shared: Bank, spoil: Callable[[bytes], bytes]
) -> None:
    sent = Sent()
    with pytest.raises(Refused) as met:
        deliver_http(shared.address, SECRET, sent.message, sent.name, spoil(sent.content))
    assert met.value.code == "bank_refused_file"
    assert not {line.reference for line in sent.lines} & shared.books.payments().keys()
    assert sent.deliver(shared).repeated is False


def test_an_unreadable_file_in_the_folder_is_put_aside_and_answered(shared: Bank) -> None:
    sent = Sent()
    deliver_folder(shared.folder, sent.name, sent.content[:-50])
    (refused,) = until(lambda: sent.mine(list(collect_folder(shared.folder))), lambda got: bool(got))
    answer = read(refused.content)
    assert (answer.returns, answer.original) == ([], sent.message)
    assert "FF01" in answer.refused
    assert (shared.folder / "refused" / sent.name).exists()


def test_accounts_closed_missing_or_under_another_name_give_the_money_back(bank: Bank) -> None:
    sent = Sent(4)
    closed, missing, other, fine = (line.account for line in sent.lines)
    before = bank.books.summary()["rejected"]
    bank.account(closed, "closed")
    bank.account(missing, "missing")
    bank.account(other, owner="测立冬")
    bank.account(fine, owner="测立秋")
    sent.deliver(bank)
    returns = read(sent.answered(bank)[0].content).returns
    assert [one.reason for one in returns] == [
        "账户已销户（AC04）",
        "账号不存在（AC01）",
        "户名与账号不符（BE01）",
        "",
    ]
    assert of(bank, sent) == {sent.lines[3].reference: sent.lines[3].amount}
    assert bank.books.summary()["rejected"] == before + 3
    for line in sent.lines:
        bank.account(line.account)


def test_who_does_not_hold_the_key_is_not_let_in(bank: Bank) -> None:
    sent = Sent()
    with pytest.raises(Unacknowledged) as met:
        deliver_http(
            bank.address, b"another key, as long as the right one is", sent.message, sent.name, sent.content
        )
    assert met.value.code == "bank_unsigned"
    assert bank.post("/faults", {"kind": "lost"}, headers={}) == (401, {"error": "unsigned"})
    assert bank.request("GET", "/answers?after=0") == (401, {"error": "unsigned"})
    headers = sign(SECRET, what="GET", path="/books", body=b"")
    assert bank.request("GET", "/books", headers=headers)[0] == 200
    assert sent.message not in [one.name for one in collect_http(bank.address, SECRET, 0)]
    assert bank.request("GET", "/books", headers=headers) == (401, {"error": "replayed"})


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/faults", {"kind": "nonsense"}),
        ("/faults", {"kind": "lost", "percent": 101}),
        ("/faults", {"kind": "lost", "seconds": "1"}),
        ("/accounts", {"account": "1", "state": "rich"}),
        ("/accounts", {"state": "open"}),
        ("/faults", b"not json"),
        ("/faults", b"[]"),
    ],
)
def test_an_order_the_rehearsal_does_not_know_is_refused(shared: Bank, path: str, said: object) -> None:
    assert shared.post(path, said)[0] == 400


def test_no_bank_at_the_address_is_said_and_a_wrong_address_is_our_mistake(tmp_path: Path) -> None:
    with pytest.raises(Unacknowledged) as met:
        deliver_http("http://127.0.0.1:1", SECRET, "M1", "M1.xml", b"x", timeout=1)
    assert "再试" in met.value.message
    with pytest.raises(Mistake):
        list(collect_http("nowhere", SECRET, 0))
    assert list(collect_folder(tmp_path / "none")) == []
    for name in ("../out/x.csv", "x.part", ".x", "a/b"):
        with pytest.raises(Mistake):
            deliver_folder(tmp_path, name, b"x")
    (tmp_path / "in").write_text("a file where a folder should be")
    with pytest.raises(Unacknowledged):
        deliver_folder(tmp_path, "x.csv", b"x")


def test_it_ends_when_asked_and_tells_of_an_occupied_port(fresh: Bank) -> None:
    command = [sys.executable, "-m", "django", "bank", "--port", str(fresh.port)]
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "minzheng.config.settings", "PYTHONPATH": str(SRC), "MINZHENG_BANK_KEY": KEY,
        "MINZHENG_VAR": str(fresh.home), "PYTHONIOENCODING": "utf-8",
    }  # fmt: skip
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=60, encoding="utf-8"
    )
    assert done.returncode != 0
    assert "请换一个" in done.stderr
    assert "Traceback" not in done.stderr
    assert fresh.stop() == 0
    assert "Traceback" not in fresh.log
