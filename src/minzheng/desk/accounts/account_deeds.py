"""What an administrator may do with an account, each as one sheet with its reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import HttpRequest

from minzheng.desk.sheets import NOTHING, Do, Sent, Sheet
from minzheng.kernel import catalogue, clock
from minzheng.kernel.access.models import Posting, User
from minzheng.kernel.access.queries import CHARGES
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Choice, Day, Form, Text
from minzheng.kernel.signin import administering, codes, queries, sessions
from minzheng.kernel.signin.duties import ADMINISTRATOR, SECURITY, charges

from .reach import office_named, once, roles

__all__ = ["sheets"]

_REASON = Form("reason", "原因", (Text("reason", "原因", longest=200),))
_NUMBER = Form(
    "number", "工号", (Text("staff_number", "工号", longest=40, required=False, help="留空表示取消关联。"),)
)


def sheets(request: HttpRequest, user: User, by: Actor, told: list[str]) -> list[Sheet]:
    """The deeds that make sense now: rights are given by one administrator, all else is done by another."""
    found = _posting(user, by) if user.is_active and charges(by, SECURITY) else []
    return found + (_keeping(request, user, by, told) if charges(by, ADMINISTRATOR) else [])


def _keeping(request: HttpRequest, user: User, by: Actor, told: list[str]) -> list[Sheet]:
    """What whoever opens accounts does with one."""
    found = []
    if queries.locked_until([user]):
        found.append(_reasoned("unlock", "解锁", administering.unlock_account, "账号已解锁。", user, by))
    if user.is_active:
        found.append(Sheet("reset", _REASON, _reset(request, user, by, told), submit="重置密码", title="重置密码",
                           confirm="原密码立即作废，登录中的地方全部退出。"))  # fmt: skip
        if codes.enrolled(user):
            found.append(
                _reasoned(
                    "factor", "重置动态口令", administering.reset_second_factor, "动态口令已重置，请本人重新绑定。",
                    user, by,
                )
            )  # fmt: skip
        found.append(Sheet("number", _NUMBER, _link(user, by), submit="保存工号", title="统一身份认证工号", quiet=True,
                           values={"staff_number": user.staff_number or ""}))  # fmt: skip
        if sessions.live(user).exists():
            found.append(
                Sheet("out", NOTHING, _out(user, by), submit="全部退出登录", title="登录中的地方", quiet=True)
            )
        found.append(
            _reasoned("close", "停用账号", administering.close_account, "账号已停用。", user, by, danger=True)
        )
    else:
        found.append(_reasoned("reopen", "启用账号", administering.reopen_account, "账号已启用。", user, by))
    return found


def _posting(user: User, by: Actor) -> list[Sheet]:
    """A post begins; one that is held ends."""
    today = clock.today().isoformat()
    found = [
        Sheet(
            "post", _post_form(), _give(user, by), submit="登记任职", title="任职", values={"from_on": today}
        )
    ]
    if held := _held(user):
        end = Sheet("end", _end_form(held), _end(user, by), submit="登记离任", title="离任", quiet=True)
        end.values = {"until_on": today}
        found.append(end)
    return found


def _reasoned(
    code: str,
    label: str,
    verb: Callable[..., Any],
    words: str,
    user: User,
    by: Actor,
    *,
    danger: bool = False,
) -> Sheet:
    """A deed that needs nothing but a reason."""

    def do(sent: Sent) -> str:
        verb(user=user, reason=_REASON.clean(sent.answers).plain["reason"], by=by, key=sent.key)
        return words

    return Sheet(code, _REASON, do, submit=label, title=label, danger=danger)


def _reset(request: HttpRequest, user: User, by: Actor, told: list[str]) -> Do:
    def do(sent: Sent) -> str:
        reason = _REASON.clean(sent.answers).plain["reason"]
        with once(request, sent.key):
            told.append(administering.reset_password(user=user, reason=reason, by=by))
        return ""

    return do


def _post_form() -> Form:
    return Form(
        "post", "任职",
        (
            Choice("role", "岗位", options=roles()), Text("office", "机构", longest=80, help="机构全称或编码。"),
            Day("from_on", "任职日期", future=True),
        ),
    )  # fmt: skip


def _give(user: User, by: Actor) -> Do:
    def do(sent: Sent) -> str:
        given = _post_form().clean(sent.answers).plain
        administering.give_post(
            user=user, office=office_named(given["office"], by), role=given["role"],
            from_on=date.fromisoformat(given["from_on"]), by=by, key=sent.key,
        )  # fmt: skip
        return "任职已登记。"

    return do


def _held(user: User) -> dict[str, str]:
    book = catalogue.current()
    held = Posting.objects.filter(user=user, until_on=None).select_related("office")
    return {
        str(one.pk): f"{CHARGES.get(one.role) or book.role_label(one.role)}　{one.office.name}"
        for one in held
    }


def _end_form(held: dict[str, str]) -> Form:
    return Form(
        "end", "离任", (Choice("posting", "岗位", options=held), Day("until_on", "离任日期", future=True))
    )


def _end(user: User, by: Actor) -> Do:
    def do(sent: Sent) -> str:
        given = _end_form(_held(user)).clean(sent.answers).plain
        administering.end_post(
            user=user, posting_id=int(given["posting"]), until_on=date.fromisoformat(given["until_on"]), by=by,
            key=sent.key,
        )  # fmt: skip
        return "离任已登记。"

    return do


def _link(user: User, by: Actor) -> Do:
    def do(sent: Sent) -> str:
        number = _NUMBER.clean(sent.answers).plain.get("staff_number") or ""
        administering.link_staff_number(user=user, staff_number=number, by=by, key=sent.key)
        return "工号已保存，下次统一身份认证登录时关联。" if number else "工号已取消。"

    return do


def _out(user: User, by: Actor) -> Do:
    def do(sent: Sent) -> str:
        ended = administering.sign_out_everywhere(user=user, by=by, key=sent.key)
        return f"已退出 {ended or 0} 处登录。"

    return do
