"""What may be done in a register: a page for a new entry, the sheets beside one entry, and its lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.sheets import Sent, Sheet, limited, receive
from minzheng.kernel import declare
from minzheng.kernel.audit import Actor
from minzheng.kernel.counter.models import Intake
from minzheng.kernel.counter.queries import intake_of
from minzheng.kernel.errors import NotAllowed, NotFound
from minzheng.kernel.people.models import Person
from minzheng.kernel.registers import deeding, queries
from minzheng.kernel.registers.reach import Declared
from minzheng.ui.shown import article
from minzheng.ui.tables import Row

__all__ = ["line_tables", "new", "opening_links", "sheets_of"]


def opening_links(declared: Declared, by: Actor) -> list[dict[str, str]]:
    """A button for each way in which the actor may make an entry."""
    return [
        {"url": f"/desk/registers/{declared.code}/new/{deed.code}/", "label": deed.label, "icon": "plus",
         "kind": "primary"}
        for deed in deeding.openings(declared, by)
    ]  # fmt: skip


def sheets_of(declared: Declared, entry: Any, by: Actor) -> list[Sheet]:
    """One form for each thing that the actor may do with the entry now."""
    return [
        _sheet(deed, entry, by, _carry(declared.code, entry.pk, deed.code, by))
        for deed in deeding.offered(declared, entry, by)
    ]


def _sheet(deed: declare.Deed, entry: Any, by: Actor, do: Callable[[Sent], str]) -> Sheet:
    return Sheet(
        deed.code, deed.asks(entry, by), do, submit=deed.label, title=deed.label, quiet=deed.quiet,
        danger=deed.danger, confirm=f"确认{deed.label}？" if deed.danger else "",
    )  # fmt: skip


def _carry(code: str, row_id: int, deed: str, by: Actor) -> Callable[[Sent], str]:
    return lambda sent: deeding.carry_out(code, row_id, deed, sent.answers, by=by, key=sent.key)


@limited
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, code: str, deed: str) -> HttpResponse:
    """The page on which an entry is made."""
    by = staff(request)
    declared = queries.find(code, by=by)
    chosen = next((one for one in declared.item.opens if one.code == deed), None)
    if chosen is None:
        raise NotFound("deed_unknown", "这本台账没有这项办理。请从台账页面进入。")
    if chosen not in deeding.openings(declared, by):
        labels = "、".join(role.label for role in chosen.by)
        raise NotAllowed("deed_role", f"“{chosen.label}”由{labels}办理，您没有这个岗位。")
    here = f"/desk/registers/{code}/"
    sheet = _sheet(
        chosen, None, by, lambda sent: deeding.open_one(code, deed, sent.answers, by=by, key=sent.key)
    )
    visitor = _visitor(request, by)
    sheet = _about(sheet, visitor.person) if visitor is not None else sheet
    sheet.title, status = "", 200
    if request.method == "POST":
        done, status = receive(request, [sheet], by=by, path=by.scope[0])
        if done:
            return redirect(f"/desk/counter/{visitor.pk}/" if visitor is not None else here)
    crumbs = [("台账", "/desk/registers/"), (declared.item.label, here)]
    basis = article(declared.item.basis)
    lead = chosen.lead or (f"依据 {basis}" if basis else "")
    if visitor is not None:
        lead = f"来访人：{visitor.person.name}（回执 {visitor.number}）。{lead}"
    head = header(chosen.label, crumbs=crumbs, lead=lead)
    return render(
        request, "desk/registers/new.html", head | {"sheet": sheet, "law": declared.item.basis}, status=status
    )


def _visitor(request: HttpRequest, by: Actor) -> Intake | None:
    """The receipt from whose page somebody came here: its visitor is not asked for their number again."""
    receipt = request.GET.get("receipt", "")
    return intake_of(int(receipt), by) if receipt.isdigit() and len(receipt) < 18 else None


def _about(sheet: Sheet, person: Person) -> Sheet:
    """The same form about the visitor: the number stays with the file and is not shown."""
    numbers = [one.code for one in sheet.form.fields if one.kind == "id_number"]
    if len(numbers) != 1 or not person.id_number:
        return sheet
    rest = tuple(one for one in sheet.form.fields if one.code != numbers[0])
    do = sheet.do
    return replace(
        sheet, form=replace(sheet.form, fields=rest),
        do=lambda sent: do(replace(sent, answers={**sent.answers, numbers[0]: person.id_number})),
    )  # fmt: skip


def line_tables(declared: Declared, entry: Any) -> list[dict[str, Any]]:
    """What belongs to the entry, ready to be drawn."""
    return [
        {"label": one.label, "columns": one.columns, "rows": [Row(list(cells)) for cells in rows]}
        for one, rows in deeding.lines(declared, entry)
    ]
