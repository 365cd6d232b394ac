"""A paper filled from the file of a case, at the click of whoever needs it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from minzheng.desk.frame import staff
from minzheng.desk.sheets import fresh_key
from minzheng.kernel.casework import filing

from .rooms import ROOM

__all__ = ["fill"]


@require_POST
def fill(request: HttpRequest, case_id: int) -> HttpResponse:
    """Written, kept, and shown."""
    made = filing.print_form(
        case_id=case_id, kind=request.POST.get("kind", ""), by=staff(request), key=fresh_key(request)
    )
    return redirect(f"{ROOM[1]}{made.pk}/")
