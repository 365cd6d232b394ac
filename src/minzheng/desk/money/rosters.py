"""What is taken away of a batch: the roster and the public extract, as a workbook or as a letter."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from minzheng.desk.frame import staff
from minzheng.desk.registers.picking import offered
from minzheng.desk.releases.workbook import Sheet, workbook
from minzheng.desk.sheets import fresh_key
from minzheng.kernel import clock
from minzheng.kernel.areas.queries import names
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.letters import HOTLINE
from minzheng.kernel.clock import Month
from minzheng.kernel.documents.marking import marked
from minzheng.kernel.documents.models import Document
from minzheng.kernel.documents.store import open_file
from minzheng.kernel.errors import NotFound, Refused
from minzheng.kernel.ledger import actions, rostering
from minzheng.kernel.ledger.models import Batch
from minzheng.ui.tables import Head

from .reach import batch_for, reader, scheme_label

__all__ = ["offers", "take"]

_ROSTER = (
    Head("序号", "number"), Head("领取人"), Head("户号"), Head("地区", "place"), Head("保障人数", "number"),
    Head("当月待遇（元）", "money"), Head("补发（元）", "money"), Head("扣回（元）", "money"),
    Head("实发（元）", "money"), Head("银行账号"), Head("户名"),
)  # fmt: skip
_PUBLIC = (Head("地区", "place"), Head("姓名"), Head("保障人数", "number"), Head("当月金额（元）", "money"))
_KINDS = ("roster_xlsx", "roster_pdf", "public_xlsx", "public_pdf")
_CHUNK = 2000


def offers(batch: Batch, by: Actor) -> dict[str, Any]:
    """What the page of a batch offers: for which places, and why nothing is published if so."""
    scope = tuple(place for place in by.scope if place.startswith(batch.path)) or (batch.path,)
    return {"places": offered(scope, batch.path), "unpublished": rostering.publishable(batch)}


@require_POST
def take(request: HttpRequest, batch_id: int) -> HttpResponseBase:
    """One of the four, for the whole batch or a place in it."""
    by = staff(request)
    batch, looker = batch_for(batch_id, by), reader(by)
    kind, under = request.POST.get("as", ""), request.POST.get("under", "")
    if kind not in _KINDS or (under and not under.startswith(batch.path)):
        raise NotFound("roster_unknown", "没有这种名册，或不是本批次的地区。请返回批次页面重新选择。")
    try:
        return _file(request, batch, kind, under, looker)
    except Refused as error:
        messages.error(request, error.message)
        return redirect(f"/desk/money/{batch.pk}/#rosters")


def _file(request: HttpRequest, batch: Batch, kind: str, under: str, by: Actor) -> HttpResponseBase:
    month, label = Month.of(batch.month), scheme_label(batch.scheme)
    if kind == "roster_xlsx":
        sheet = Sheet("发放花名册", _ROSTER, _roster(rostering.lines(batch, by=by, under=under), batch))
        return workbook(f"{month}{label}发放花名册", [sheet], by=by, about=batch, path=batch.path)
    if kind == "public_xlsx":
        found = list(rostering.villages(batch, by=by, under=under))
        sheet = Sheet("发放公示名单", _PUBLIC, _public(found))
        return workbook(f"{month}{label}公示名单", [sheet], by=by, about=batch, path=batch.path)
    key = f"{kind[:6]}-{fresh_key(request)}"[:64]
    if kind == "roster_pdf":
        return _letter(actions.print_roster(batch=batch, under=under, by=by, key=key), by)
    return _letter(actions.print_publicity(batch=batch, under=under, hotline=HOTLINE, by=by, key=key))


def _roster(found: Iterable[rostering.Line], batch: Batch) -> Iterator[tuple[Any, ...]]:
    """Rows as they are written; the names of places are asked once for each place."""
    known: dict[str, str] = {}
    rows, number = iter(found), 0
    while chunk := list(islice(rows, _CHUNK)):
        known |= names({one.path for one in chunk} - known.keys())
        for one in chunk:
            number += 1
            yield (
                number, one.name, one.household, known[one.path], one.members, one.regular, one.makeup or None,
                one.withheld or None, one.amount, one.account, one.owner,
            )  # fmt: skip


def _public(found: list[tuple[str, list[tuple[str, int, int]]]]) -> Iterator[tuple[Any, ...]]:
    known = names({path for path, _ in found})
    for path, rows in found:
        for name, members, amount in rows:
            yield known[path], name, members, amount


def _letter(made: Document, by: Actor | None = None) -> HttpResponse | FileResponse:
    """The paper; what was counted when it was made bears who takes it along, what hangs in the village does not."""
    with open_file(made) as kept:
        content = kept.read()
    if by is not None:
        content = marked(content, f"{by.name}（{by.id}）{clock.now():%Y-%m-%d %H:%M} 带出　{made.number}")
    response = FileResponse(io.BytesIO(content), content_type=made.content_type)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(made.filename)}"
    response["Cache-Control"] = "private, no-store"
    return response
