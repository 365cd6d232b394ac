"""The bank as a process: what it takes, what it pays, what it answers, and what stays true when it goes wrong."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pytest

from minzheng.config.bank.faults import KINDS, Fault
from minzheng.kernel.errors import Mistake, Refused
from minzheng.kernel.ledger.bank import BankLine, Return, read
from minzheng.kernel.ledger.bank.channel import (
    Acknowledged,
    Collected,
    Unacknowledged,
    collect_folder,
    collect_http,
    deliver_folder,
    deliver_http,
    put_aside,
)
from minzheng.kernel.signing import sign
from tests.factories.apart import SRC
from tests.factories.bank import KEY, Bank, running, until
from tests.factories.bank_files import a_file, some_lines

SECRET = KEY.encode()
_numbers = count(1)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    """One bank for all who look only at their own files."""
    with running(tmp_path_factory.mktemp("bank")) as process:
        yield process


@pytest.fixture
def bank(shared: Bank) -> Iterator[Bank]:
    """The same, for who makes it go wrong: afterwards it is in order again."""
    yield shared
    for kind in KINDS:
        shared.books.set_fault(Fault(kind, percent=0))


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Bank]:
    """A bank of one's own."""
    with running(tmp_path) as process:
        yield process


class Sent:
    """A file of so many lines under a number of its own."""

    def __init__(self, number: int = 3, *, code: str = "pain001") -> None:
        self.message = f"MZ{next(_numbers)}F01"
        self.lines = some_lines(number, prefix=self.message)
        self.content = a_file(self.lines, code=code, message_id=self.message)
        self.name = self.message + {"pain001": ".xml", "xlsx": ".xlsx"}.get(code, ".csv")

    @property
    def total(self) -> int:
        return sum(line.amount for line in self.lines)

    @property
    def paid(self) -> list[Return]:
        return [Return(line.reference, True, line.amount) for line in self.lines]

    def deliver(self, bank: Bank, *, timeout: float = 10) -> Acknowledged:
        return deliver_http(bank.address, SECRET, self.message, self.name, self.content, timeout=timeout)

    def mine(self, answers: list[Collected]) -> list[Collected]:
        return [one for one in answers if one.name.startswith(self.message)]

    def answered(self, bank: Bank, number: int = 1) -> list[Collected]:
        """The answers to this file, once there are so many."""
        return until(
            lambda: self.mine(list(collect_http(bank.address, SECRET, 0))), lambda got: len(got) >= number
        )


def paid_once(bank: Bank, *sent: Sent) -> None:
    """The bank's own books: every line of these files paid once, and nothing else of them."""
    assert of(bank, *sent) == {line.reference: line.amount for one in sent for line in one.lines}


def of(bank: Bank, *sent: Sent) -> dict[str, int]:
    """What the bank paid of these files."""
    begin = tuple(one.message for one in sent)
    return {key: amount for key, amount in bank.books.payments().items() if key.startswith(begin)}


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


# ---- what goes wrong with answers ----


def test_an_answer_may_come_late(bank: Bank) -> None:
    bank.fault("late", seconds=1.5, times=1)
    late, prompt = Sent(), Sent()
    late.deliver(bank)
    prompt.deliver(bank)
    (first,) = prompt.answered(bank)
    assert late.mine(list(collect_http(bank.address, SECRET, 0))) == []
    (second,) = late.answered(bank)
    # Whoever went on from the first cursor must not miss what became ready later.
    assert second.cursor > first.cursor
    assert read(second.content).returns == late.paid
    paid_once(bank, late, prompt)


def test_an_answer_may_come_in_parts_and_what_is_missing_is_pending(bank: Bank) -> None:
    bank.fault("partly", percent=40, seconds=0.5)
    sent = Sent(10)
    sent.deliver(bank)
    first, rest = (read(one.content) for one in sent.answered(bank, 2))
    assert first.returns == sent.paid[:4]
    assert first.pending == [line.reference for line in sent.lines[4:]]
    assert (rest.returns, rest.pending) == (sent.paid[4:], [])
    paid_once(bank, sent)


def test_an_answer_may_come_twice(bank: Bank) -> None:
    bank.fault("twice", seconds=0.3)
    sent = Sent()
    sent.deliver(bank)
    once, again = sent.answered(bank, 2)
    assert once.content != again.content
    assert read(once.content).returns == read(again.content).returns == sent.paid
    paid_once(bank, sent)


def test_some_payments_may_be_given_back(bank: Bank) -> None:
    bank.fault("rejects", percent=30)
    sent = Sent(100)
    sent.deliver(bank)
    returns = read(sent.answered(bank)[0].content).returns
    assert 10 < sum(not one.paid for one in returns) < 50
    assert of(bank, sent) == {one.reference: one.amount for one in returns if one.paid}


def test_an_answer_may_name_a_payment_nobody_ordered(bank: Bank) -> None:
    bank.fault("stranger")
    sent = Sent()
    sent.deliver(bank)
    returns = read(sent.answered(bank)[0].content).returns
    assert returns[:3] == sent.paid
    assert returns[3].reference.startswith("STRANGER")
    paid_once(bank, sent)


@pytest.mark.parametrize("code", ["pain001", "standard_csv"])
def test_an_answer_may_bear_a_wrong_amount_and_is_put_right_later(bank: Bank, code: str) -> None:
    bank.fault("amount", seconds=0.3)
    sent = Sent(code=code)
    sent.deliver(bank)
    wrong, right = (read(one.content).returns for one in sent.answered(bank, 2))
    assert wrong[0].amount == sent.lines[0].amount + 1
    assert right == sent.paid
    paid_once(bank, sent)


def test_an_answer_may_be_broken_and_comes_whole_later(bank: Bank) -> None:
    bank.fault("malformed", seconds=0.3)
    sent = Sent(20)
    sent.deliver(bank)
    broken, whole = sent.answered(bank, 2)
    with pytest.raises(Refused):
        read(broken.content)
    assert read(whole.content).returns == sent.paid
    paid_once(bank, sent)


# ---- what goes wrong on the line ----


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("lost", "bank_unsigned"),
        ("hang", "bank_timeout"),
        ("forged", "bank_unsigned"),
        ("cut", "bank_unreachable"),
        ("down", "bank_unreachable"),
    ],
)
def test_an_acknowledgement_that_did_not_come_is_asked_for_again_and_nothing_is_paid_twice(
    bank: Bank, kind: str, code: str
) -> None:
    bank.fault(kind, seconds=2, times=1)
    sent = Sent(2000)
    with pytest.raises(Unacknowledged) as met:
        sent.deliver(bank, timeout=1)
    assert met.value.code == code
    taken_before = kind in ("lost", "hang", "forged")
    assert sent.deliver(bank) == Acknowledged(sent.message, 2000, sent.total, repeated=taken_before)
    sent.answered(bank)
    paid_once(bank, sent)


@pytest.mark.parametrize("kind", ["cut", "down", "forged"])
def test_an_answer_lost_on_the_way_is_collected_again_from_where_it_stopped(bank: Bank, kind: str) -> None:
    one, two = Sent(), Sent()
    one.deliver(bank)
    (first,) = one.answered(bank)
    two.deliver(bank)
    two.answered(bank)
    bank.fault(kind, times=1)
    with pytest.raises(Unacknowledged):
        list(collect_http(bank.address, SECRET, first.cursor))
    (second,) = collect_http(bank.address, SECRET, first.cursor)
    assert read(second.content).returns == two.paid
    assert list(collect_http(bank.address, SECRET, second.cursor)) == []


def test_more_answers_than_fit_on_one_page_all_come(fresh: Bank) -> None:
    for _ in range(105):
        Sent(1).deliver(fresh)
    got = fresh.collected(at_least=105)
    assert [one.cursor for one in got] == sorted({one.cursor for one in got})
    assert len(got) == 105


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


# ---- kills ----


def test_killed_at_any_instant_the_bank_pays_each_payment_once_and_answers_all(fresh: Bank) -> None:
    """Eight times: deliver over both ways, kill in the midst of it, start again, deliver again."""
    over_http, by_folder = [Sent(2000) for _ in range(8)], [Sent(2000, code="standard_csv") for _ in range(8)]
    for one, two in zip(over_http, by_folder, strict=True):
        deliver_folder(fresh.folder, two.name, two.content)
        with ThreadPoolExecutor(1) as sender:
            asked = sender.submit(one.deliver, fresh)
            time.sleep(random.uniform(0, 0.6))
            assert fresh.stop(kill=True) != 0
        acknowledged = asked.exception() is None
        fresh.start()
        # What was acknowledged is there; what was not may be there or not.
        again = one.deliver(fresh)
        assert again.count == 2000
        assert again.repeated or not acknowledged
    for one in over_http:
        assert read(one.answered(fresh)[0].content).returns == one.paid
    answers = until(lambda: list(collect_folder(fresh.folder)), lambda got: len(got) >= len(by_folder))
    assert sorted(name.name[: name.name.index("_")] for name in answers) == sorted(
        x.message for x in by_folder
    )
    assert len(fresh.collected()) == len(over_http)
    paid_once(fresh, *over_http, *by_folder)


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
