"""What may be done with a batch now, and by whom: one sheet for each deed, none for whoever may not."""

from __future__ import annotations

from django.conf import settings

from minzheng.desk.sheets import NOTHING, Do, Sent, Sheet
from minzheng.kernel.audit import Actor
from minzheng.kernel.clock import Month
from minzheng.kernel.declare.forms import Choice, Form, Text, YesNo
from minzheng.kernel.errors import Stale
from minzheng.kernel.ledger import actions, bank
from minzheng.kernel.ledger.models import BankFile, Batch, Fund
from minzheng.kernel.ledger.queries import Progress
from minzheng.kernel.ledger.sending import bank_file
from minzheng.ui.shown import yuan

__all__ = ["demo", "sheets"]

State = Batch.State
_REVIEW = Form(
    "review", "复核",
    (YesNo("checked", "我已核对笔数、金额、与上月的变化和提示，内容属实", must=True),),
)  # fmt: skip
_REDRAFT = Form(
    "redraft", "重新编制", (Choice("fund", "资金来源", options=dict(Fund.choices), required=False),)
)
_BACK = Form("back", "退回", (Text("reason", "退回理由", lines=2, longest=200),))
_STUB = Form(
    "stub", "演示银行",
    (Choice("answer", "银行的答复", options={"all": "全部发放成功", "one": "第一笔退回（账户已销户），其余成功"}),),
)  # fmt: skip


def demo() -> bool:
    """Whether the stand-in for the bank may be offered; only a demonstration says so in its settings."""
    return bool(getattr(settings, "MINZHENG_DEMO", False))


def sheets(batch: Batch, progress: Progress, by: Actor) -> list[Sheet]:
    """The deeds open to this actor in this state."""
    pays = by.post_for(batch.payer_role, path=batch.path) is not None
    reviews = by.post_for(batch.reviewer_role, path=batch.path) is not None
    found: list[Sheet] = []
    if pays:
        found += _payer(batch, progress, by)
    if reviews:
        found += _reviewer(batch, progress, by)
    for sheet in found:
        sheet.version = batch.version
    return found


def _payer(batch: Batch, progress: Progress, by: Actor) -> list[Sheet]:
    found: list[Sheet] = []
    if batch.state == State.DRAFT:
        again = Sheet("redraft", _REDRAFT, _redraft(batch, by), submit="按最新待遇重新编制", quiet=True)
        again.values = {"fund": batch.fund}
        found.append(again)
    if batch.state == State.APPROVED:
        words = f"将 {batch.count} 笔、{yuan(batch.total)} 元送银行，送出后不能撤回。"
        found.append(Sheet("send", NOTHING, _send(batch, by), submit="送银行", confirm=words))
    if batch.state == State.SENT and demo() and progress.sent:
        found.append(
            Sheet(
                "stub",
                _STUB,
                _answer(batch, by),
                title="演示银行回单",
                submit="生成并读入演示回单",
                quiet=True,
            )
        )
    if batch.state in {State.SENT, State.RECONCILED}:
        waiting = bool(progress.sent or progress.pending)
        found.append(Sheet("reconcile", NOTHING, _reconcile(batch, by), submit="对账", quiet=waiting))
    if batch.state == State.RECONCILED:
        words = "关账后本批次不再变动，以后的更正计入以后月份。"
        found.append(Sheet("close", NOTHING, _close(batch, by), submit="关账", confirm=words))
    return found


def _reviewer(batch: Batch, progress: Progress, by: Actor) -> list[Sheet]:
    found: list[Sheet] = []
    if batch.count and batch.state in {State.DRAFT, State.FIRST_REVIEWED}:
        if by.id not in {batch.prepared_by, batch.first_by}:
            label = "初核通过" if batch.state == State.DRAFT else "复核通过，批准发放"
            found.append(Sheet("review", _REVIEW, _review(batch, by), submit=label, title="复核"))
        found.append(
            Sheet("back", _BACK, _send_back(batch, by), submit="退回经办人", title="退回", danger=True)
        )
    if batch.state in {State.SENT, State.RECONCILED} and progress.pending:
        words = f"将 {progress.pending} 笔修正后的付款送银行。"
        found.append(Sheet("resend", NOTHING, _resend(batch, by), submit="放行修正后的付款", confirm=words))
    return found


def _seen(batch: Batch, sent: Sent) -> None:
    """The deed is about the batch as it stood on the page."""
    if sent.version is not None and sent.version != batch.version:
        raise Stale("batch_changed", "批次在您打开之后有变化。请返回批次页面，重新核对后再办理。")


def _redraft(batch: Batch, by: Actor) -> Do:
    def do(sent: Sent) -> str:
        fund = Fund(_REDRAFT.clean(sent.answers).plain.get("fund") or batch.fund)
        actions.draft_batch(
            scheme=batch.scheme, path=batch.path, month=Month.of(batch.month), prepared_by=batch.payer_role,
            reviewed_by=batch.reviewer_role, fund=fund, by=by, key=sent.key,
        )  # fmt: skip
        return f"已按最新待遇重新编制，从{fund.label}支出。"

    return do


def _review(batch: Batch, by: Actor) -> Do:
    def do(sent: Sent) -> str:
        _REVIEW.clean(sent.answers)
        _seen(batch, sent)
        actions.review(batch=batch, seen=batch.content_sha, by=by, key=sent.key)
        return "已复核。" if batch.state == State.FIRST_REVIEWED else "已初核，等待另一位复核人员复核。"

    return do


def _send_back(batch: Batch, by: Actor) -> Do:
    def do(sent: Sent) -> str:
        answers = _BACK.clean(sent.answers).plain
        _seen(batch, sent)
        actions.send_back(batch=batch, reason=answers["reason"], by=by, key=sent.key)
        return "已退回经办人。"

    return do


def _send(batch: Batch, by: Actor) -> Do:
    def do(sent: Sent) -> str:
        actions.send(batch=batch, by=by, key=sent.key)
        return "已送银行。请下载银行文件交代发银行，等回单返回后读入。"

    return do


def _resend(batch: Batch, by: Actor) -> Do:
    def do(sent: Sent) -> str:
        actions.resend(batch=batch, by=by, key=sent.key)
        return "修正后的付款已放行。请下载新的银行文件交代发银行。"

    return do


def _reconcile(batch: Batch, by: Actor) -> Do:
    def do(sent: Sent) -> str:
        actions.reconcile(batch=batch, by=by, key=sent.key)
        return "对账完成：批次、银行回单与账簿三方一致，差额为 0。"

    return do


def _close(batch: Batch, by: Actor) -> Do:
    def do(sent: Sent) -> str:
        actions.close(batch=batch, by=by, key=sent.key)
        return "已关账。"

    return do


def _answer(batch: Batch, by: Actor) -> Do:
    """The stand-in bank answers the latest file, for demonstrations only."""

    def do(sent: Sent) -> str:
        answers = _STUB.clean(sent.answers).plain
        record = BankFile.objects.filter(batch=batch).order_by("-number").first()
        if record is None or not demo():
            raise Stale("batch_changed", "没有可以答复的银行文件。请刷新页面。")
        content = bank_file(record=record, by=by).content
        first = record.instructions.order_by("payment_id").values_list("account", flat=True).first()
        closed = frozenset({str(first)}) if answers["answer"] == "one" else frozenset()
        rows = bank.read_answer(bank.run_local_bank(content, closed=closed))
        got = actions.read_returns(batch=batch, rows=rows, by=by, key=sent.key)
        return f"演示银行已答复：成功 {got.paid} 笔，退回 {got.failed} 笔。" if got else ""

    return do
