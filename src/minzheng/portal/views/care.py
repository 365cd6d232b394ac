"""Services at my home: what I need, who could come and why, what came, and what I say of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from minzheng.kernel import audit, catalogue, clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare import Matching
from minzheng.kernel.declare.forms import Choice, Day, Form, Number, Text, YesNo
from minzheng.kernel.errors import NotFound, Refused
from minzheng.kernel.matching import actions
from minzheng.kernel.matching.asking import voucher_for
from minzheng.kernel.matching.duties import market_of, need_of, order_of
from minzheng.kernel.matching.models import Need, Order
from minzheng.kernel.matching.weighing import best
from minzheng.kernel.people.models import Person
from minzheng.portal.pages import key_of, page, resident_page
from minzheng.ui import posted

__all__ = ["care", "choose", "confirm"]

_MOST = 20


@resident_page
def care(request: HttpRequest, by: Actor) -> HttpResponseBase:
    """My needs and orders, and a new need."""
    code, declared = next(iter(catalogue.current().matchings.items()), ("", None))
    if declared is None:
        raise NotFound("matching_unknown", "本地还没有开通居家服务。")
    form = _form(declared.item)
    typed: dict[str, Any] = {}
    errors: dict[str, str] = {}
    if request.method == "POST":
        typed = posted.read_form(form, request.POST, "")
        try:
            made = _tell(code, form, typed, by, key_of(request))
            return redirect(f"/my/care/needs/{made.pk}/")
        except Refused as error:
            errors = error.errors or {"": error.message}
    person = Person.objects.get(pk=by.person_id)
    audit.read("portal.care", by=by, about=person, path=person.path)
    needs = Need.objects.filter(person_id=by.person_id, matching=code).order_by("-id")[:_MOST]
    orders = Order.objects.filter(person_id=by.person_id, provider__matching=code).select_related(
        "provider", "offer"
    )
    voucher = voucher_for(code, person.pk, clock.today())
    context = {
        "form": form, "typed": typed, "errors": errors, "voucher": voucher,
        "left": voucher and voucher.amount - voucher.spent,
        "needs": [(one, declared.item.services[one.service]) for one in needs],
        "orders": [(one, declared.item.services[one.offer.service]) for one in orders.order_by("-id")[:_MOST]],
    }  # fmt: skip
    return page(request, "my/care.html", context, at="my", status=400 if errors else 200)


def _form(item: Matching) -> Form:
    """What is asked of somebody who needs something."""
    return Form("need", "我需要", (
        Choice("service", "需要什么服务", options=item.services), Number("units", "数量", least=1, most=99),
        Day("on", "哪一天", future=True), Choice("slot", "什么时候", options=item.slots),
        YesNo("pays_rest", "服务券不够的部分，愿意自己付"),
        Text("words", "还有什么要说的", required=False, longest=300),
    ))  # fmt: skip


def _tell(code: str, form: Form, typed: dict[str, Any], by: Actor, key: str | None) -> Need:
    given = form.clean(typed).plain
    wanted = actions.Wanted(
        service=given["service"], units=given["units"], on=date.fromisoformat(given["on"]), slot=given["slot"],
        pays_rest=given["pays_rest"], words=given.get("words") or "",
    )  # fmt: skip
    person = Person.objects.get(pk=by.person_id)
    return actions.tell(matching=code, person=person, wanted=wanted, by=by, key=key)


@resident_page
def choose(request: HttpRequest, by: Actor, pk: int) -> HttpResponseBase:
    """Who could come, the best first, with the reasons; I choose."""
    one = need_of(pk, by)
    if request.method == "POST":
        chosen = request.POST.get("provider", "")
        made = actions.choose(
            need=one, provider=int(chosen) if chosen.isdigit() else 0, by=by, key=key_of(request)
        )
        messages.success(request, f"已下单，等{made.provider.name}接单。")
        return redirect("/my/care/")
    audit.read("matching.read_need", by=by, about=one, path=one.path)
    offered = best(one) if one.state == Need.State.OPEN else []
    context = {
        "one": one, "label": market_of(one.matching).item.services[one.service],
        "offered": [(each, each.kept()) for each in offered],
    }  # fmt: skip
    return page(request, "my/care_choose.html", context, at="my")


@resident_page
def confirm(request: HttpRequest, by: Actor, pk: int) -> HttpResponseBase:
    """What came and when; I confirm it, or say that it was not so."""
    one = order_of(pk, by)
    problem = ""
    if request.method == "POST":
        stars = request.POST.get("stars", "")
        heard = actions.Heard(
            stars=int(stars) if stars in set("12345") else 0,
            complaint=request.POST.get("complaint", "")[:300],
        )
        try:
            actions.confirm(order=one, heard=heard, by=by, key=key_of(request))
            messages.success(
                request, "投诉已收到，由县级核实。" if heard.complaint.strip() else "谢谢您的确认。"
            )
            return redirect("/my/care/")
        except Refused as error:
            problem = error.message
    else:
        audit.read("matching.read_order", by=by, about=one, path=one.path)
    context = {
        "one": one, "label": market_of(one.provider.matching).item.services[one.offer.service], "problem": problem,
        "complaint": request.POST.get("complaint", ""),
    }  # fmt: skip
    return page(request, "my/care_confirm.html", context, at="my", status=400 if problem else 200)
