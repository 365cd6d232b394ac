"""What I may ask for beside the services with a case of their own, and what has become of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import Refused
from minzheng.kernel.registers import owning
from minzheng.portal.pages import key_of, page, resident_page
from minzheng.ui import posted

__all__ = ["new", "requests"]


@resident_page
def requests(request: HttpRequest, by: Actor) -> HttpResponseBase:
    """My entries, and what I may ask for."""
    offered = [
        {"label": declared.item.label, "lead": deed.lead, "url": f"/my/requests/{declared.code}/{deed.code}/"}
        for declared, deed in owning.openings()
    ]
    return page(request, "my/requests.html", {"mine": owning.own_entries(by), "offered": offered}, at="my")


@resident_page
def new(request: HttpRequest, by: Actor, code: str, deed: str) -> HttpResponseBase:
    """One form; sent once however often the button is pressed."""
    declared, chosen, form = owning.one_opening(code, deed, by)
    typed: dict[str, Any] = {}
    errors: dict[str, str] = {}
    if request.method == "POST":
        typed = posted.read_form(form, request.POST, "")
        try:
            messages.success(request, owning.open_own(code, deed, typed, by=by, key=key_of(request) or ""))
            return redirect("/my/requests/")
        except Refused as error:
            errors = _told(error, {one.code for one in form.fields})
    context = {
        "form": form, "typed": typed, "errors": errors, "label": declared.item.label, "lead": chosen.lead,
    }  # fmt: skip
    return page(request, "my/request_new.html", context, at="my", status=400 if errors else 200)


def _told(error: Refused, asked: set[str]) -> dict[str, str]:
    """Beside its question where the form asks it, else above the form."""
    errors = error.errors or {str(error.fields.get("field", "")): error.message}
    return {field if field in asked else "": words for field, words in errors.items()}
