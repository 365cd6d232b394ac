"""Registers, measures, divisions and papers, for reading; visits and leads."""

from __future__ import annotations

import io
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponseBase
from ninja import Router, Status

from minzheng.kernel import audit, catalogue, clock
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.areas import queries as areas
from minzheng.kernel.casework import queries as casework
from minzheng.kernel.documents import queries as documents
from minzheng.kernel.documents.marking import taken
from minzheng.kernel.errors import NotFound
from minzheng.kernel.indicators import queries as indicators
from minzheng.kernel.people.masks import mask_text
from minzheng.kernel.people.models import Household
from minzheng.kernel.registers import queries as registers
from minzheng.kernel.registers.actions import export
from minzheng.kernel.visits import actions as visits
from minzheng.kernel.visits.queries import open_leads

from . import shapes, shown
from .door import actor, key_of
from .shapes import After, Id, Limit

__all__ = ["router"]

router = Router(tags=["查阅"])
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/registers", summary="台账目录")
def list_registers(request: HttpRequest) -> dict[str, Any]:
    """The registers that the caller's posts may read."""
    return {
        "items": [
            {
                "code": one.code, "label": one.item.label,
                "columns": [{"code": c.code, "label": c.label, "kind": c.kind} for c in one.item.columns],
            }
            for one in registers.readable(actor(request))
        ]
    }  # fmt: skip


@router.get("/registers/{code}", summary="台账")
def list_register(
    request: HttpRequest, code: str, after: str = "", limit: Limit = 30, search: str = ""
) -> dict[str, Any]:
    """One page of a register within scope; other query parameters filter by column."""
    found = registers.listing(
        code, by=actor(request), filters=_filters(request), search=search, after=after[:500], size=limit
    )
    columns = [column.code for column in found.columns]
    return {
        "items": [{"id": one.id} | dict(zip(columns, one.cells, strict=True)) for one in found.lines],
        "count": found.count_words, "next": found.next or None,
    }  # fmt: skip


def _filters(request: HttpRequest) -> dict[str, str]:
    return {
        name: value
        for name, value in request.GET.items()
        if name not in ("after", "limit", "search") and value
    }


@router.get("/registers/{code}/export", summary="导出台账")
def export_register(request: HttpRequest, code: str, search: str = "") -> HttpResponseBase:
    """The register within scope as a workbook; taking it out leaves a mark."""
    out = export(code, by=actor(request), filters=_filters(request), search=search)
    return FileResponse(out, as_attachment=True, filename="register.xlsx", content_type=WORKBOOK)


@router.get("/registers/{code}/{entry_id}", summary="台账记录")
def read_entry(request: HttpRequest, code: str, entry_id: Id) -> dict[str, Any]:
    """One entry in words."""
    found = registers.entry(code, entry_id, by=actor(request))
    facts = [{"label": label, "value": value} for label, value in found.facts]
    return {"id": found.id, "place": found.place, "case": found.case_id, "facts": facts}


@router.get("/indicators", summary="指标目录")
def list_indicators(request: HttpRequest) -> dict[str, Any]:
    """Every declared measure."""
    listed = catalogue.current().indicators.values()
    return {"items": [{"code": one.code, "label": one.item.label, "unit": one.item.unit} for one in listed]}


@router.get("/indicators/{code}", summary="指标")
def read_indicator(request: HttpRequest, code: str, month: str = "", under: str = "") -> dict[str, Any]:
    """The counties within scope for a month, and their total as sum over sum."""
    by = actor(request)
    if code not in catalogue.current().indicators:
        raise NotFound("indicator_unknown", "没有这项指标。")
    wanted = clock.Month.parse(month) if month else clock.Month.of(clock.today())
    counties = indicators.by_county(code, wanted, by, under=under)
    places = areas.names({one.path for one in counties})
    return {
        "month": str(wanted), "total": _measured(indicators.total(code, wanted, by, under=under)),
        "items": [_measured(one) | {"place": places[one.path]} for one in counties],
    }  # fmt: skip


def _measured(one: indicators.Measured) -> dict[str, Any]:
    return {"path": one.path, "numerator": one.numerator, "denominator": one.denominator}


@router.get("/divisions", auth=None, summary="行政区划")
def search_divisions(request: HttpRequest, q: str, limit: Limit = 20) -> dict[str, Any]:
    """Divisions by name, spelling or code, nearest first."""
    found = areas.search(q[:60], limit=limit)
    places = areas.names({one.path for one in found})
    return {
        "items": [
            {
                "code": one.code,
                "name": one.name,
                "path": one.path,
                "level": one.level,
                "place": places[one.path],
            }
            for one in found
        ]
    }


@router.get("/cases/{case_id}/documents", summary="办件材料")
def list_documents(request: HttpRequest, case_id: Id) -> dict[str, Any]:
    """The papers of a case that the caller may see."""
    by = actor(request)
    case = casework.case_for(case_id, by)
    return {"items": [shown.document(one) for one in documents.of_case(case.pk, by)]}


@router.get("/documents/{document_id}", summary="文件信息")
def read_document(request: HttpRequest, document_id: Id) -> dict[str, Any]:
    """What is known of a paper."""
    return shown.document(documents.get(document_id, actor(request)))


@router.get("/documents/{document_id}/content", summary="下载文件")
def download_document(request: HttpRequest, document_id: Id) -> HttpResponseBase:
    """The paper itself; fetching it leaves a mark."""
    by = actor(request)
    found = documents.get(document_id, by)
    content = documents.open_file(found)
    audit.read("documents.content", by=by, about=found, path=found.path)
    if by.posts:
        with content as kept:
            whole = taken(kept.read(), kind=found.content_type, what=found.label, path=found.path, by=by)
        content = io.BytesIO(whole)
    return FileResponse(content, as_attachment=True, filename=found.filename, content_type=found.content_type)


@router.post("/visits", response={201: dict[str, Any]}, summary="登记走访")
def record_visit(request: HttpRequest, told: shapes.Visited) -> Status[dict[str, Any]]:
    """Keep a visit; where it shows need, it opens or joins a lead."""
    by = actor(request)
    home = in_scope(Household.objects.filter(pk=told.household), by).first()
    if home is None:
        raise NotFound("household_not_found", "没有这户家庭，或不在您的管辖范围内。")
    found = visits.record(told.kind, household=home, answers=told.answers, by=by, key=key_of(request))
    return Status(201, {"id": found.pk, "lead": found.lead_id, "at": found.at})


@router.get("/leads", summary="线索")
def list_leads(request: HttpRequest, after: After | None = None, limit: Limit = 30) -> dict[str, Any]:
    """Households waiting for someone to follow up."""
    found = open_leads(actor(request)).order_by("id")
    rows = list((found.filter(pk__gt=after) if after else found)[: limit + 1])
    places = areas.names({one.path for one in rows})
    listed = [
        {
            "id": one.pk, "household": one.household.number, "place": places[one.path], "opened_at": one.opened_at,
            "signs": [{"source": s.source, "text": mask_text(s.text), "at": s.at} for s in one.signs.all()],
        }
        for one in rows[:limit]
    ]  # fmt: skip
    return shown.page(rows, limit, listed)


@router.post("/leads/{lead_id}/close", summary="了结线索")
def close_lead(request: HttpRequest, lead_id: Id, told: shapes.Closed) -> dict[str, Any]:
    """Nothing is needed, or help came another way."""
    found = visits.close_lead(lead_id, reason=told.reason, by=actor(request), key=key_of(request))
    return {"id": found.pk, "state": found.state}
