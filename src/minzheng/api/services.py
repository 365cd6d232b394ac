"""The catalogue for programs: what may be applied for, what each form asks, who does which step."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from minzheng.kernel import catalogue, declare

__all__ = ["router"]

router = Router(tags=["事项"])
Service = catalogue.Declared[declare.Service]


@router.get("", auth=None, summary="事项目录")
def list_services(request: HttpRequest) -> dict[str, Any]:
    """Every service, by life situation."""
    return {"items": [_line(one) for one in catalogue.current().services.values()]}


def _line(one: Service) -> dict[str, Any]:
    item = one.item
    return {
        "code": one.code, "label": item.label, "domain": one.domain.code, "situation": item.situation.label,
        "offered": item.offered, "version": item.version, "summary": item.guide.summary,
    }  # fmt: skip


@router.get("/{code}", auth=None, summary="事项")
def read_service(request: HttpRequest, code: str) -> dict[str, Any]:
    """One service: its guide, its forms as JSON schema, its materials and steps."""
    one = catalogue.current().service(code)
    item, guide = one.item, one.item.guide
    return _line(one) | {
        "basis": [str(article) for article in item.basis], "form_version": item.form.version,
        "guide": {"who": guide.who, "get": guide.get, "how_long": guide.how_long, "where": guide.where},
        "form": item.form.schema(), "member_form": item.member_form.schema(),
        "materials": [
            {"code": m.code, "label": m.label, "source": m.source, "required": m.required} for m in item.materials
        ],
        "steps": [
            {
                "code": step.code, "label": step.label, "role": one.role(step.by), "together": step.together,
                "basis": str(step.basis or ""), "evidence": step.evidence.schema() if step.evidence else None,
                "outcomes": [{"code": o.code, "label": o.label, "needs_reason": o.needs_reason} for o in step.outcomes],
            }
            for step in item.steps
        ],
    }  # fmt: skip
