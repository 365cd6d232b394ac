"""The bank when it goes wrong: late, partial, doubled, wrong or lost answers, and kills; nothing is paid twice."""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from minzheng.kernel.errors import Refused
from minzheng.kernel.ledger.bank import read
from minzheng.kernel.ledger.bank.channel import (
    Acknowledged,
    Unacknowledged,
    collect_folder,
    collect_http,
    deliver_folder,
)
from tests.factories.bank import Bank, until
from tests.factories.sent import SECRET, Sent, of, paid_once

# ---- what goes wrong with answers ----


def test_an_answer_may_come_late(bank: Bank) -> None:
    bank.fault("late", seconds=1.5, times=1)
    late, prompt = Sent(), Sent()
    late.deliver(bank)
    prompt.deliver(bank)
    (first,) = prompt.answered(bank)
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
        sent.deliver(bank, timeout=1 if kind == "hang" else 30)
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
