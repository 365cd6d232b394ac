"""Cases chosen from a list, to be printed together."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods

from minzheng.desk.cases.search import KINDS, found
from minzheng.desk.cases.words import service_label
from minzheng.desk.frame import header, staff
from minzheng.desk.sheets import fresh_key
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.models import Case
from minzheng.kernel.casework.queries import visible
from minzheng.kernel.documents import bundling
from minzheng.kernel.documents.letters import LETTERS
from minzheng.kernel.errors import Refused
from minzheng.kernel.people.masks import mask_name
from minzheng.ui.shown import badge
from minzheng.ui.tables import Head, Row

from .rooms import PRINTS, ROOM

__all__ = ["choose"]

_COLUMNS = (Head("申请人"), Head("事项"), Head("状态"), Head("办件编号", secondary=True), Head("选择"))
_MOST = 200
_ASKED = ("q", "state", "service", "place")
_LEAD = "勾选要打印的办件，选择文书种类。后台合成一个 PDF，逐件另起一张纸，适合双面打印。"


@require_http_methods(["GET", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """The cases of the list that led here, each with its box."""
    by, problem = staff(request), ""
    if request.method == "POST":
        try:
            made = bundling.ask(
                cases=_chosen(request, by), letter=_kind(request), by=by, key=fresh_key(request)
            )
        except Refused as refused:
            problem = refused.message
        else:
            return redirect(f"{PRINTS[1]}{made.pk}/")
    asked = {name: request.GET.get(name, "").strip()[:64] for name in _ASKED}
    rows = (
        found(visible(by).exclude(state=Case.State.DRAFT), asked).select_related("applicant").order_by("-pk")
    )
    cases = list(rows[: _MOST + 1])
    return render(request, "desk/papers/choose.html", {
        **header("选择办件", crumbs=[ROOM, PRINTS], lead=_LEAD), "problem": problem, "columns": _COLUMNS,
        "more": len(cases) > _MOST, "key": fresh_key(request), "rows": [_row(one) for one in cases[:_MOST]],
        "letters": [(one.code, one.label) for one in LETTERS.values()],
    }, status=400 if problem else 200)  # fmt: skip


def _row(one: Case) -> Row:
    state = badge(one.get_state_display(), KINDS.get(one.state, "neutral"))
    cells = [mask_name(one.applicant.name), service_label(one.service), state, one.number, _tick(one)]
    return Row(cells, url=f"/desk/cases/{one.pk}/")


def _tick(one: Case) -> SafeString:
    return format_html(
        '<input class="mz-tick" type="checkbox" name="case" value="{}" form="print" checked'
        ' aria-label="选择{}" data-pick>',
        one.pk, f"{mask_name(one.applicant.name)}的办件",
    )  # fmt: skip


def _chosen(request: HttpRequest, by: Actor) -> list[int]:
    """What was ticked, as far as the reader sees it, in the order of the list."""
    numbers = [int(one) for one in request.POST.getlist("case") if one.isdigit() and len(one) < 19]
    return list(
        visible(by).filter(pk__in=numbers[: bundling.MOST]).order_by("-pk").values_list("pk", flat=True)
    )


def _kind(request: HttpRequest) -> str:
    asked = request.POST.get("letter", "")
    return asked if asked in LETTERS else ""
