"""Files and answers between the office and a real bank: late, twice, partly, refused, unreadable; each counts once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from minzheng.kernel import clock
from minzheng.kernel.audit import system
from minzheng.kernel.errors import NotAllowed
from minzheng.kernel.ledger import actions, delivering
from minzheng.kernel.ledger.bank.channel import Collected
from minzheng.kernel.ledger.models import Delivery, Instruction, Receipt, ReturnRow
from minzheng.kernel.ledger.proof import verify
from minzheng.kernel.standards.actions import set_parameter
from tests.factories import cast
from tests.factories.bank import KEY, Bank, until
from tests.factories.money import approved, entitled, paid_from

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    bank = Bank(tmp_path_factory.mktemp("bank"))
    bank.start()
    yield bank
    bank.stop()


@pytest.fixture
def bank(process, settings):
    settings.MINZHENG_BANK, settings.MINZHENG_BANK_KEY = process.address, KEY
    settings.MINZHENG_BANK_FOLDER = str(process.folder)
    return process


@pytest.fixture
def people():
    with clock.frozen(date(2022, 4, 20)):
        yield cast()


def sent(people, way: str, layout: str = "pain001"):
    for key, value in (("ledger.bank_channel", way), ("ledger.bank_layout", layout)):
        set_parameter(
            parameter=key, path=people.seat.county, from_on=date(2022, 1, 1), value=value, unit="code",
            source="银行协议", confidence="common", by=system("test"),
        )  # fmt: skip
    rows = [entitled(people.county_approver, amount=n) for n in (38400, 12345, 100)]
    paid_from(people)
    batch = approved(people)
    actions.send(batch=batch, by=people.payer)
    return batch, rows


@pytest.mark.parametrize(("way", "layout"), [("http", "pain001"), ("folder", "standard_csv")])
def test_a_batch_goes_out_and_comes_back_by_itself(bank, people, way, layout):
    batch, _ = sent(people, way, layout)
    assert Delivery.objects.get().state == "waiting"
    assert delivering.deliver_waiting() == 1
    until(delivering.collect, lambda _: not Instruction.objects.filter(state="sent").exists())
    assert set(Instruction.objects.values_list("state", flat=True)) == {"paid"}
    assert actions.reconcile(batch=batch, by=people.payer).difference == 0
    assert verify() == ()


def test_an_answer_counts_once_and_strangers_and_rubbish_stay_in_sight(people):
    sent(people, "http")
    lines = [f"{i.reference},成功,{i.amount / 100:.2f}," for i in Instruction.objects.all()]
    content = ("付款编号,状态,金额（元）,说明\n" + "\n".join([*lines, "MZ999999-1-1,成功,1.00,"])).encode()
    by, way = system("bank"), Delivery.Channel.HTTP
    first = delivering.receive(one=Collected(1, "a.csv", content), channel=way, by=by)
    assert delivering.receive(one=Collected(1, "a.csv", content), channel=way, by=by).pk == first.pk
    again = delivering.receive(one=Collected(2, "b.csv", content), channel=way, by=by)
    rubbish = delivering.receive(one=Collected(3, "c.csv", b"\x00rubbish"), channel=way, by=by)
    assert [first.state, again.state, rubbish.state] == ["read", "repeated", "unreadable"]
    assert rubbish.message
    assert ReturnRow.objects.filter(outcome="unknown", batch=None).count() == 1
    assert ReturnRow.objects.filter(outcome="applied").count() == 3
    assert verify() == ()
    for one in (people.payer, people.payment_reviewer, people.resident):
        with pytest.raises(NotAllowed):
            delivering.receive(one=Collected(4, "d", content), channel=way, by=one)
        with pytest.raises(NotAllowed):
            delivering.deliver(delivery=Delivery.objects.get(), by=one)
    assert Receipt.objects.count() == 3


def test_a_bank_that_is_away_is_asked_again_later(people, settings):
    settings.MINZHENG_BANK = "http://127.0.0.1:9"
    settings.MINZHENG_BANK_KEY = KEY
    sent(people, "http")
    assert delivering.deliver_waiting() == 0
    row = Delivery.objects.get()
    assert (row.state, row.attempts) == ("waiting", 1)
    assert row.error
    assert row.next_at > clock.now()
    assert delivering.deliver_waiting() == 0
    assert Delivery.objects.get().attempts == 1


def test_a_file_the_bank_refuses_pays_nothing_and_is_ordered_again(people, monkeypatch):
    from minzheng.kernel.errors import Refused

    batch, _ = sent(people, "http")

    def refuse(*_args, **_words):
        raise Refused("bank_refused_file", "银行拒收文件：格式不符。")

    monkeypatch.setattr(delivering, "deliver_http", refuse)
    delivering.deliver_waiting()
    assert Delivery.objects.get().state == "refused"
    assert set(Instruction.objects.values_list("state", flat=True)) == {"failed"}
    assert verify() == ()
    assert actions.order_again(batch=batch, by=people.payer) == 3
    with pytest.raises(Refused):
        actions.order_again(batch=batch, by=people.payer)
    actions.resend(batch=batch, by=people.payment_reviewer)
    assert Instruction.objects.filter(state="sent", attempt=2).count() == 3
    assert verify() == ()
