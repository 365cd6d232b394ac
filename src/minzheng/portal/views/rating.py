"""好差评: how one contact was, one more word to it, and, once it was answered, whether that settles it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import NotFound, Refused
from minzheng.kernel.feedback import giving
from minzheng.kernel.feedback.models import Rating
from minzheng.kernel.feedback.queries import Contact, contacts
from minzheng.kernel.feedback.words import FAULTS, GRADES, MERITS
from minzheng.portal import drafts
from minzheng.portal.pages import carried_out, key_of, page, resident_page
from minzheng.portal.rated import spoken

from .mine import mine

__all__ = ["graded", "rate", "typed_in"]


@resident_page
def rate(request: HttpRequest, by: Actor, pk: int, task_id: int) -> HttpResponseBase:
    """One contact of my case: rated, added to, called back; each once."""
    case = mine(pk, by)
    contact = next((one for one in contacts(case) if one.task.pk == task_id), None)
    if contact is None:
        raise NotFound("contact_not_found", "没有可以评价的这个环节。请从办件页面进入。")
    error: Refused | None = None
    if request.method == "POST":
        try:
            messages.success(request, _said(request, contact, by))
            return redirect(f"/my/cases/{case.pk}/#rating")
        except Refused as refused:
            error = refused
    context = {
        "case": case, "service": drafts.service_of(case).item, "contact": contact, "grades": GRADES,
        "merits": MERITS.items(), "faults": FAULTS.items(), "typed": typed_in(request), "said": spoken(contact),
        "error": error.message if error else "", "field": next(iter(error.errors), "") if error else "",
    }  # fmt: skip
    return page(request, "my/rate.html", context, at="my", status=400 if error else 200)


def typed_in(request: HttpRequest) -> dict[str, Any]:
    """What was chosen and written, to stand there again after a mistake."""
    return {
        "grade": request.POST.get("grade", ""), "tags": request.POST.getlist("tags"),
        "text": request.POST.get("text", "")[:600], "added": request.POST.get("added", "")[:600],
    }  # fmt: skip


def graded(typed: dict[str, Any]) -> int:
    """The grade that was chosen; nought where none was."""
    return int(typed["grade"]) if typed["grade"] in set("12345") else 0


def _said(request: HttpRequest, contact: Contact, by: Actor) -> str:
    """The deed this form asks for; the answer is what to tell."""
    typed, key, rating = typed_in(request), key_of(request), contact.rating
    grade = graded(typed)
    match request.POST.get("do"):
        case "add" if rating is not None:
            giving.add(rating.pk, text=typed["added"], by=by, key=key)
            return "追加的评价已经收到。"
        case "again" if rating is not None:
            giving.rate_again(rating.pk, grade=grade, by=by, key=key)
            return "谢谢您的回访评价。"
        case "disown" if rating is not None:
            giving.disown(rating.pk, by=by, key=key)
            return "已更正：那条评价不再计入。您可以自己评价。"
    if not carried_out(request, by, "feedback.rate"):
        giving.rate(contact.task.pk, grade=grade, tags=typed["tags"], text=typed["text"], by=by, key=key)
    bad = Rating.objects.filter(task=contact.task, remedy__isnull=False).exists()
    return "评价已经收到，办理单位会核实并答复您。" if bad else "谢谢您的评价。"
