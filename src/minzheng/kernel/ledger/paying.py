"""The office's own account that a bank file names as the payer: registered by one reviewer, confirmed by another."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from minzheng.kernel import clock
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.errors import NotAllowed, Refused

from .duties import require_scheme_reviewer
from .models import Batch, Fund, PayingAccount

__all__ = [
    "Payer",
    "confirm_account",
    "paying_account",
    "paying_accounts",
    "register_account",
    "withdraw_account",
]

State = PayingAccount.State
_NUMBER = re.compile(r"[0-9]{6,34}")


@dataclass(frozen=True, kw_only=True)
class Payer:
    """What the contract with the bank says: the bank, the name of the account and its number."""

    bank: str
    owner: str
    number: str


@verb("ledger.register_account", label="登记发放专户")
def register_account(
    *, scheme: str, path: str, fund: Fund, payer: Payer, from_on: date, by: Actor
) -> PayingAccount:
    """A reviewer registers out of which account a scheme and fund of the place are paid from a day on.

    It counts once another reviewer has confirmed it.  Refused: ``account_number`` (not 6 to 34 digits),
    ``account_words`` (no bank or name), ``account_waiting`` (another one waits to be confirmed).
    """
    require_scheme_reviewer(scheme, path=path, by=by)
    number = re.sub(r"[ \-]", "", payer.number)
    if not _NUMBER.fullmatch(number):
        raise Refused(
            "account_number", "专户账号应为 6 至 34 位数字。请对照开户许可或银行协议填写。", field="number"
        )
    bank, owner = payer.bank.strip(), payer.owner.strip()
    for value, name in ((bank, "bank"), (owner, "owner")):
        if not 0 < len(value) <= 100:
            raise Refused("account_words", "请填写开户银行和户名（各不超过 100 字）。", field=name)
    same = {"scheme": scheme, "path": path, "fund": fund}
    if PayingAccount.objects.filter(**same, state=State.WAITING).exists():
        raise Refused("account_waiting", "已有一个专户等待确认。请先由另一位复核人员确认或作废。")
    row = PayingAccount.objects.create(
        **same, bank=bank, owner=owner, number=number, from_on=from_on, registered_by=by.id,
        registered_at=clock.now(),
    )  # fmt: skip
    note(about=row, path=path, after={"number": number, "from": str(from_on)})
    return row


@verb("ledger.confirm_account", label="确认发放专户")
def confirm_account(*, account: PayingAccount, by: Actor) -> PayingAccount:
    """Another reviewer has compared it with the contract: files name it from its day on."""
    row = _waiting(account, by)
    if by.id == row.registered_by:
        raise NotAllowed("registrar_confirms", "登记人不能确认自己登记的专户。请由另一位资金复核人员确认。")
    try:
        with transaction.atomic():
            return _decided(row, State.CONFIRMED, by)
    except IntegrityError as taken:
        raise Refused(
            "account_same_day",
            f"同一天（{row.from_on}）启用的专户已有一个。请作废本条，改一个启用日期重新登记。",
        ) from taken


@verb("ledger.withdraw_account", label="作废待确认的发放专户")
def withdraw_account(*, account: PayingAccount, reason: str, by: Actor) -> PayingAccount:
    """One that was typed wrongly is put aside before it counts; the row stays."""
    row = _waiting(account, by)
    if not reason.strip():
        raise Refused("reason_missing", "请写明作废的原因。", field="reason")
    return _decided(row, State.WITHDRAWN, by, reason)


def _waiting(account: PayingAccount, by: Actor) -> PayingAccount:
    row = PayingAccount.objects.select_for_update().get(pk=account.pk)
    require_scheme_reviewer(row.scheme, path=row.path, by=by)
    if row.state != State.WAITING:
        raise Refused("account_decided", f"该专户{row.get_state_display()}，不能再改。需要更换的请另行登记。")
    return row


def _decided(row: PayingAccount, state: PayingAccount.State, by: Actor, reason: str = "") -> PayingAccount:
    row.state, row.decided_by, row.decided_at = state, by.id, clock.now()
    row.save(update_fields=["state", "decided_by", "decided_at"])
    note(about=row, path=row.path, reason=reason, after={"state": str(state)})
    return row


def paying_account(batch: Batch, *, on: date) -> PayingAccount | None:
    """The confirmed account out of which a batch is paid on a day, the one that began last."""
    same = {"path": batch.path, "scheme": batch.scheme, "fund": batch.fund, "state": State.CONFIRMED}
    return PayingAccount.objects.filter(**same, from_on__lte=on).order_by("-from_on").first()


def paying_accounts(by: Actor) -> QuerySet[PayingAccount]:
    """Those of the reader's place, by place, scheme and fund, the latest first."""
    return in_scope(PayingAccount.objects.order_by("path", "scheme", "fund", "-from_on", "-id"), by)
