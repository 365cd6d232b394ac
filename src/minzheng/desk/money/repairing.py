"""A payment the bank gave back gets another account; another person releases it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.sheets import Sent, Sheet, receive
from minzheng.kernel.audit import Actor
from minzheng.kernel.clock import Month
from minzheng.kernel.declare.forms import Account, Form, Text
from minzheng.kernel.errors import NotFound
from minzheng.kernel.ledger import actions, queries
from minzheng.kernel.ledger.duties import require_payer
from minzheng.kernel.ledger.models import Instruction
from minzheng.kernel.people.masks import mask_bank_account
from minzheng.ui.shown import yuan

from .lists import ROOM
from .reach import batch_for, reader, scheme_label

__all__ = ["repair"]


def _form(*, units: bool) -> Form:
    """A card of a person; where another is paid by agreement, it may be an organisation's account."""
    return Form(
        "repair", "修正收款账户",
        (
            Account("account", "新的银行账号", units=units, help="请对照银行卡或存折输入。"),
            Text("owner", "户名", longest=60, help="须为家庭成员或登记的领取人，按银行卡上的户名填写。"),
            Text("reason", "修正原因", lines=2, longest=200, example="原卡已销户，更换为社保卡"),
        ),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def repair(request: HttpRequest, batch_id: int, instruction_id: int) -> HttpResponse:
    """The form for one failed payment."""
    by = staff(request)
    batch = batch_for(batch_id, by)
    require_payer(batch, by)
    failed = queries.instructions(batch, by=reader(by), state=Instruction.State.FAILED).filter(
        pk=instruction_id
    )
    one = failed.first()
    if one is None:
        raise NotFound("instruction_unknown", "这笔付款不需要修正，可能已经修正过。请返回批次页面查看。")
    form = _form(units=bool(one.payment.entitlement.agreement))
    sheet = Sheet("repair", form, lambda sent: _do(one, form, by, sent), submit="保存，等待放行")
    sheet.values = {"owner": one.account_owner}
    status = 200
    if request.method == "POST":
        done, status = receive(request, [sheet], by=by, path=batch.path)
        if done:
            return redirect(f"/desk/money/{batch.pk}/")
    crumb = (f"{Month.of(batch.month)} {scheme_label(batch.scheme)}", f"/desk/money/{batch.pk}/")
    context = header(
        "修正收款账户", crumbs=[ROOM, crumb], lead="修正后由复核人员放行；修正的人不能自己放行。"
    )
    return render(
        request, "desk/money/repair.html", context | {"sheet": sheet, "facts": _facts(one)}, status=status
    )


def _facts(one: Instruction) -> list[tuple[str, str]]:
    """What was ordered, and why the bank gave it back."""
    payment = one.payment
    return [
        ("领取人", payment.payee_name), ("金额", f"{yuan(payment.amount)} 元"),
        ("退回的账户", f"{mask_bank_account(one.account)}（{one.account_owner}）"),
        ("银行说明", one.failure), ("付款编号", one.reference),
    ]  # fmt: skip


def _do(one: Instruction, form: Form, by: Actor, sent: Sent) -> str:
    answers = form.clean(sent.answers)
    actions.repair(
        instruction=one, account=answers.sealed["account"], owner=answers.plain["owner"],
        reason=answers.plain["reason"], by=by, key=sent.key,
    )  # fmt: skip
    return f"已修正{one.payment.payee_name}的收款账户，等待复核人员放行。"
