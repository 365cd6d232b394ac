"""What may be done in a register: which deeds are the caller's, what each asks, and carrying one out."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from minzheng.kernel import declare
from minzheng.kernel.audit import Actor
from minzheng.kernel.registers import deeding
from minzheng.kernel.registers.queries import find

from . import shapes
from .door import actor, key_of
from .shapes import Id

__all__ = ["router"]

router = Router(tags=["台账办理"])


def _told(deed: declare.Deed, entry: Any, by: Actor) -> dict[str, Any]:
    """One deed with the form as it now is for this caller: what there is to choose from differs by actor."""
    form = deed.asks(entry, by)
    return {
        "code": deed.code,
        "label": deed.label,
        "lead": deed.lead,
        "form": form.schema() | {"title": form.label},
    }


@router.get("/registers/{code}/deeds", summary="可以新建的记录")
def list_openings(request: HttpRequest, code: str) -> dict[str, Any]:
    """The ways in which the caller may make an entry, each with its form."""
    by = actor(request)
    declared = find(code, by=by)
    return {"items": [_told(deed, None, by) for deed in deeding.openings(declared, by)]}


@router.post("/registers/{code}/deeds/{deed}", response={201: dict[str, Any]}, summary="新建台账记录")
def open_entry(request: HttpRequest, code: str, deed: str, told: shapes.Deeded) -> Status[dict[str, Any]]:
    """Make an entry; the answers are those of the deed's form."""
    said = deeding.open_one(code, deed, told.answers, by=actor(request), key=key_of(request) or "")
    return Status(201, {"message": said})


@router.get("/registers/{code}/{entry_id}/deeds", summary="可以办理的事项")
def list_deeds(request: HttpRequest, code: str, entry_id: Id) -> dict[str, Any]:
    """What the caller may do with an entry now, each with its form."""
    by = actor(request)
    declared = find(code, by=by)
    entry = deeding.entry_of(declared, entry_id, by)
    return {"items": [_told(deed, entry, by) for deed in deeding.offered(declared, entry, by)]}


@router.post("/registers/{code}/{entry_id}/deeds/{deed}", summary="办理台账事项")
def carry_out(
    request: HttpRequest, code: str, entry_id: Id, deed: str, told: shapes.Deeded
) -> dict[str, Any]:
    """Do something with an entry, in its turn; pictures are named by the number of a document on file."""
    said = deeding.carry_out(code, entry_id, deed, told.answers, by=actor(request), key=key_of(request) or "")
    return {"message": said}
