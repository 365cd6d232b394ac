"""What a family may receive: asked by anybody, kept of nobody; and of a household on file, by staff within scope."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from minzheng.kernel import audit, catalogue, clock, declare
from minzheng.kernel.access.queries import within
from minzheng.kernel.areas.queries import name_of
from minzheng.kernel.errors import NotAllowed, NotFound, Refused
from minzheng.kernel.people.models import Household
from minzheng.kernel.profiles.queries import known_by_name
from minzheng.ui.screening import path_of

from . import shapes
from .door import actor
from .shapes import Id

__all__ = ["router"]

router = Router(tags=["待遇测算"])
TOO_OFTEN = {"429": {"description": "请求太频繁，请稍后再试"}}
Screening = catalogue.Declared[declare.Screening]


@router.get("/screenings", auth=None, summary="自测目录")
def list_screenings(request: HttpRequest) -> dict[str, Any]:
    """What anybody may ask."""
    return {"items": [_line(one) for one in catalogue.current().screenings.values()]}


def _line(one: Screening) -> dict[str, Any]:
    return {"code": one.code, "label": one.item.label, "lead": one.item.lead, "domain": one.domain.code}


@router.get("/screenings/{code}", auth=None, summary="自测问题")
def read_screening(request: HttpRequest, code: str) -> dict[str, Any]:
    """The questions, and the answers they take as JSON schema."""
    one = catalogue.current().screening(code)
    asked = [{"title": q.title, "help": q.help, "fields": q.fields} for q in one.item.questions]
    return _line(one) | {"questions": asked, "form": one.item.form.schema()}


@router.post("/screenings/{code}", auth=None, summary="自测", openapi_extra={"responses": TOO_OFTEN})
def answer_screening(request: HttpRequest, code: str, told: shapes.Screened) -> dict[str, Any]:
    """What the family described may receive in that county today; nothing is stored."""
    one = catalogue.current().screening(code)
    path = path_of(told.place)
    if path is None:
        raise Refused("place_unknown", "没有这个县（市、区）。请填写县级区划的编号。", field="place")
    answers = one.item.form.clean(told.answers).plain
    today = clock.today()
    return _told(one, one.item.facts(answers, today), path)


@router.get("/households/{household_id}/screenings/{code}", summary="一户家庭可享受的待遇")
def screen_household(request: HttpRequest, household_id: Id, code: str) -> dict[str, Any]:
    """From what is on file of a household within scope; looking at it leaves a mark."""
    by = actor(request)
    if not by.posts:
        raise NotAllowed("not_staff", "家庭档案供有岗位的工作人员查询。")
    one = catalogue.current().screening(code)
    home = Household.objects.filter(within(by), pk=household_id).first()
    if home is None:
        raise NotFound("household_not_found", "没有这户家庭，或不在您的管辖范围内。")
    audit.read("people.read_receivable", by=by, about=home, path=home.path)
    profiles = catalogue.current().profiles.get(one.domain.code)
    kept = known_by_name(profiles, home.pk) if profiles else None
    if kept is None:
        raise NotFound("profile_missing", "这户家庭还没有经济状况档案。受理并核对过申请后才有。")
    facts, profile = kept
    return _told(one, facts, home.path) | {"source": profile.source, "as_of": profile.as_of}


def _told(one: Screening, facts: Any, path: str) -> dict[str, Any]:
    found = one.item.answer(facts, catalogue.current().parameters(), path=path, on=clock.today())
    return {"code": one.code, "place": name_of(path)} | found.to_json()
