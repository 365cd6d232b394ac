"""The payment file of ISO 20022 (pain.001.001.09), written as it runs: a million lines take no more room than one.

Elements and their order are those of ``pain.001.001.09.minzheng.xsd``.  Number and sum of the payments stand
before the payments, so they are given, and held to what was written at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from xml.sax.saxutils import escape

from minzheng.kernel import clock
from minzheng.kernel.errors import Mistake, Refused

from .lines import Row, check_text, in_batches, plain, yuan

__all__ = ["FOOT", "NAMESPACE", "Heading", "write"]

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
LONGEST_ID, LONGEST_ACCOUNT, LONGEST_NAME = 35, 34, 140
_LARGEST = 10**16
_AT_ONCE = 2000

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="{namespace}"><CstmrCdtTrfInitn>
<GrpHdr><MsgId>{message}</MsgId><CreDtTm>{created}</CreDtTm><NbOfTxs>{count}</NbOfTxs><CtrlSum>{total}</CtrlSum>\
<InitgPty><Nm>{debtor}</Nm></InitgPty></GrpHdr>
<PmtInf><PmtInfId>{message}</PmtInfId><PmtMtd>TRF</PmtMtd><BtchBookg>false</BtchBookg><NbOfTxs>{count}</NbOfTxs>\
<CtrlSum>{total}</CtrlSum><ReqdExctnDt><Dt>{on}</Dt></ReqdExctnDt><Dbtr><Nm>{debtor}</Nm></Dbtr>\
<DbtrAcct><Id><Othr><Id>{account}</Id></Othr></Id></DbtrAcct><DbtrAgt><FinInstnId>{agent}</FinInstnId></DbtrAgt>
"""
FOOT = b"</PmtInf></CstmrCdtTrfInitn></Document>\n"


@dataclass(frozen=True, kw_only=True)
class Heading:
    """What stands above the payments: under which number, from whose account, on which day, how many and how much."""

    message_id: str
    created: datetime
    debtor: str
    debtor_account: str
    on: date
    count: int
    total: int
    bank: str = ""


def write(lines: Iterable[Row], *, heading: Heading) -> Iterator[bytes]:
    """The file piece by piece, the same bytes for the same lines and heading."""
    yield _head(heading)
    count = total = 0
    for rows in in_batches(lines, _AT_ONCE):
        yield "".join(_transactions(rows, after=count)).encode()
        count += len(rows)
        total += sum(row[4] for row in rows)
    if (count, total) != (heading.count, heading.total):
        raise Mistake(
            "bank_file_total",
            f"银行文件写出 {count} 笔 {yuan(total)} 元，与抬头所列 {heading.count} 笔 {yuan(heading.total)} 元不符，"
            "文件作废。请报告资金主管核查批次。",
        )
    yield FOOT


def _head(heading: Heading) -> bytes:
    def text(value: str, what: str, longest: int) -> str:
        return escape(check_text(value, longest=longest, what=what, at=0))

    if heading.count < 1:
        raise Refused("bank_file_empty", "没有要付的款项，不生成银行文件。请先核对批次。")
    bank = f"<Nm>{text(heading.bank, '付款行', LONGEST_NAME)}</Nm>" if heading.bank else ""
    return _HEAD.format(
        namespace=NAMESPACE,
        message=text(heading.message_id, "文件编号", LONGEST_ID),
        created=heading.created.astimezone(clock.SHANGHAI).isoformat(timespec="seconds"),
        count=heading.count,
        total=yuan(heading.total),
        debtor=text(heading.debtor, "付款单位", LONGEST_NAME),
        account=text(heading.debtor_account, "付款账号", LONGEST_ACCOUNT),
        agent=bank or "<Othr><Id>NOTPROVIDED</Id></Othr>",
        on=heading.on.isoformat(),
    ).encode()


def _transactions(rows: Iterable[Row], *, after: int) -> Iterator[str]:
    """One payment on one line of the file; what is plain is written as it stands, the rest looked at twice."""
    number = purpose = ""
    for at, (batch, reference, owner, account, amount) in enumerate(rows, start=after + 1):
        if batch != number:
            number, purpose = batch, escape(check_text(batch, longest=LONGEST_NAME, what="批次号", at=at))
        if not (
            plain(owner)
            and plain(reference)
            and len(reference) <= LONGEST_ID
            and plain(account)
            and len(account) <= LONGEST_ACCOUNT
        ):
            reference = escape(check_text(reference, longest=LONGEST_ID, what="付款编号", at=at))
            account = escape(check_text(account, longest=LONGEST_ACCOUNT, what="账号", at=at))
            owner = escape(check_text(owner, longest=LONGEST_NAME, what="户名", at=at))
        if not 0 < amount < _LARGEST:
            raise Refused("bank_line_amount", f"银行文件第 {at} 笔的金额不在可付范围内。请核对后重新生成。")
        yield (
            f"<CdtTrfTxInf><PmtId><EndToEndId>{reference}</EndToEndId></PmtId>"
            f'<Amt><InstdAmt Ccy="CNY">{amount // 100}.{amount % 100:02d}</InstdAmt></Amt>'
            f"<Cdtr><Nm>{owner}</Nm></Cdtr><CdtrAcct><Id><Othr><Id>{account}</Id></Othr></Id></CdtrAcct>"
            f"<RmtInf><Ustrd>{purpose}</Ustrd></RmtInf></CdtTrfTxInf>\n"
        )
