"""At the window: a resident who cannot sign in gets a first password, shown once."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from minzheng.desk.accounts.reach import once
from minzheng.desk.frame import header, staff
from minzheng.desk.sheets import Sent, Sheet, receive
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Choice, Form
from minzheng.kernel.errors import NotAllowed
from minzheng.kernel.people import masks
from minzheng.kernel.people.models import Person
from minzheng.kernel.signin import residents

from .starting import person_for

__all__ = ["window_account"]

_FORM = Form(
    "window",
    "设密码",
    (
        Choice(
            "seen", "核验了哪种证件原件", options=residents.SEEN, help="须本人到场。委托他人来办的，不能设密码。"
        ),
    ),
)  # fmt: skip


@never_cache
@require_http_methods(["GET", "POST"])
def window_account(request: HttpRequest, person_id: int) -> HttpResponse:
    """The person's account and the one deed; the password stands on a page that is never shown again."""
    by = staff(request)
    person = person_for(person_id, by)
    if not residents.may_at_window(by, person):
        raise NotAllowed("not_at_window", "居民密码由受理申请的窗口办理，您没有这个岗位。")
    request.confirmed()  # type: ignore[attr-defined]
    user, told = residents.account_of(person), list[str]()
    sheets, status = [_sheet(request, person, by, told, fresh=user is None)], 200
    crumbs = [("受理申请", "/desk/cases/new/"), (person.name, f"/desk/cases/new/{person.pk}/")]
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path=person.path)
        if done and told:
            return _told(request, person, crumbs, told[0])
        if done:
            return redirect(f"/desk/cases/new/{person.pk}/account/")
    number = masks.mask_id_number(person.id_number) if person.id_number else person.internal_number or ""
    facts = [("姓名", person.name), ("身份证号码", number), ("账号", user.username if user else "还没有账号")]
    return render(request, "desk/cases/window_account.html", {
        **header("居民账号", crumbs=crumbs, lead="本人忘记密码或没有账号时，核验证件原件后办理。"),
        "facts": facts, "sheets": sheets,
    }, status=status)  # fmt: skip


def _sheet(request: HttpRequest, person: Person, by: Actor, told: list[str], *, fresh: bool) -> Sheet:
    def do(sent: Sent) -> str:
        seen = _FORM.clean(sent.answers).plain["seen"]
        with once(request, sent.key):
            told.append(residents.at_window(person=person, seen=seen, by=by))
        return ""

    label = "开立账号并设密码" if fresh else "重置密码"
    warning = "" if fresh else "原密码立即作废，登录中的地方全部退出。"
    return Sheet("window", _FORM, do, submit=label, title=label, confirm=warning)


def _told(request: HttpRequest, person: Person, crumbs: list[tuple[str, str]], secret: str) -> HttpResponse:
    user = residents.account_of(person)
    page = render(request, "desk/accounts/secret.html", {
        **header("密码已设好", crumbs=crumbs), "label": "初始密码", "secret": secret,
        "facts": [("姓名", person.name), ("账号名", user.username if user else "")],
        "advice": "请当面告知本人。首次登录时须改成自己的密码。", "back": crumbs[-1],
    })  # fmt: skip
    page["Cache-Control"] = "no-store"
    return page
