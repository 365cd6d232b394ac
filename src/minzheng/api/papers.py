"""Papers sent ahead of the form that names them: a deed, a step or a visit with pictures asks for their numbers."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import File, Form, Router, Status
from ninja.files import UploadedFile

from minzheng.kernel.audit import Actor
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.casework.queries import case_for
from minzheng.kernel.documents.actions import store_upload
from minzheng.kernel.errors import Refused
from minzheng.kernel.signin import counting

from . import shapes, shown
from .door import actor, key_of

__all__ = ["router"]

router = Router(tags=["材料"])


@router.post("/documents", response={201: dict[str, Any]}, summary="上传材料")
def hand_in(
    request: HttpRequest, told: Form[shapes.HandedIn], file: File[UploadedFile]
) -> Status[dict[str, Any]]:
    """Keep a picture or a PDF for a case or for a place; the answer's number is what a form asks for."""
    by = actor(request)
    counting.knock("upload", by.id)
    own = by.person_id if by.kind is Kind.RESIDENT else None
    kept = store_upload(
        file=file, label=told.label, path=_place(told, by), case_id=told.case, person_id=own, by=by,
        key=key_of(request),
    )  # fmt: skip
    return Status(201, shown.document(kept))


def _place(told: shapes.HandedIn, by: Actor) -> str:
    """Where the paper belongs: with its case, else the place that is named; a resident's belong with a case."""
    if (told.case is None) == (not told.path) or (told.path and by.kind is Kind.RESIDENT):
        message = "请写明材料属于哪个办件（case），或者哪个地区（path，可用区划查询得到），二者选一。"
        raise Refused("paper_place", message, field="case")
    return case_for(told.case, by).path if told.case is not None else told.path
