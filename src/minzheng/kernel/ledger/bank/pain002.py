"""The bank's status report of ISO 20022 (pain.002.001.10), read line by line: paid, given back, or not known yet.

Only a settled payment (ACSC, ACCC) is paid: accepted, checked or under way is no answer yet and changes nothing.
The bank repeats the amount of each decided payment (``OrgnlTxRef/Amt/InstdAmt``), so that a wrong one is seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, NamedTuple

from minzheng.kernel.errors import Refused

from .amounts import fen
from .elements import Kind, elements, local, text_of, within

__all__ = ["NAMESPACE", "REASONS", "Said", "read_report"]

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"
_REPORT = Kind(NAMESPACE, "answer_xml", "银行回执")
PAID = frozenset({"ACSC", "ACCC"})
# ExternalPaymentTransactionStatus1Code: received, checked, accepted, under way, pending.
UNDECIDED = frozenset({"PDNG", "RCVD", "ACTC", "ACCP", "ACSP", "ACWC", "ACFC", "PART", "PATC"})
# ExternalStatusReason1Code, those that come back from paying wages and benefits.
REASONS: Mapping[str, str] = {
    "AC01": "账号不存在或有误",
    "AC03": "收款账号无效",
    "AC04": "账户已销户",
    "AC06": "账户已冻结",
    "AC07": "账户已销户",
    "AG01": "该账户不能收款",
    "AM02": "超过账户限额",
    "AM05": "重复付款",
    "BE01": "户名与账号不符",
    "MD07": "收款人已死亡",
    "MS03": "银行未说明原因",
    "FF01": "文件格式不符",
    "DUPL": "重复付款",
}


class Said(NamedTuple):
    """One word of the bank: about a payment, or (without a reference) about the file as a whole."""

    reference: str
    state: str
    amount: int
    reason: str


def read_report(source: bytes | BinaryIO) -> Iterator[tuple[str, Said | str]]:
    """What the report says, as it is read: its number, the number of the file, then each payment."""
    at = 0
    names = ("MsgId", "OrgnlMsgId", "GrpSts", "PmtInfSts", "TxInfAndSts")
    for element in elements(source, _REPORT, names):
        match local(element):
            case "MsgId":
                yield "report", element.text or ""
            case "OrgnlMsgId":
                yield "file", element.text or ""
            case "TxInfAndSts":
                at += 1
                yield "payment", _payment(element, at)
            case _ if (element.text or "").strip() == "RJCT":
                yield "refused", _reason(element.getparent())


def _payment(element: Any, at: int) -> Said:
    reference, status = text_of(element, "OrgnlEndToEndId"), text_of(element, "TxSts")
    if not reference or len(reference) > 60:
        raise Refused("answer_reference", f"银行回执第 {at} 笔没有付款编号。请向银行索取正确的回执。", at=at)
    if status in UNDECIDED:
        return Said(reference, "pending", 0, "")
    if status not in PAID and status != "RJCT":
        raise Refused(
            "answer_state",
            f"银行回执第 {at} 笔的状态“{status[:4]}”无法识别，应为 ACSC、ACCC、RJCT 或 PDNG。请向银行索取正确的回执。",
            at=at,
        )
    amount = _amount(element, at)
    return Said(
        reference, *(("paid", amount, "") if status in PAID else ("failed", amount, _reason(element)))
    )


def _amount(element: Any, at: int) -> int:
    told = within(element, "OrgnlTxRef")
    found = None if told is None else within(told, "InstdAmt")
    if found is None or found.get("Ccy") != "CNY":
        raise Refused(
            "answer_amount",
            f"银行回执第 {at} 笔没有原付款金额（人民币）。请向银行索取带有 OrgnlTxRef/Amt/InstdAmt 的回执。",
            at=at,
        )
    return fen(found.text or "", at=at, what="笔")


def _reason(element: Any) -> str:
    """The bank's own words if it gives any, else ours for its code; the code beside them."""
    told = within(element, "StsRsnInf")
    if told is None:
        return ""
    code = text_of(told, "Cd") or text_of(told, "Prtry")
    said = "".join(one.text or "" for one in told.iter(f"{{{NAMESPACE}}}AddtlInf")).strip()
    words = said or REASONS.get(code, "")
    if not code:
        return words[:200]
    return f"{words[:180]}（{code[:16]}）" if words else f"银行原因代码 {code[:35]}"
