"""What may be said against a notice, a report or a decision, and the files a higher level draws."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.areas.queries import at
from minzheng.kernel.casework import appealing, queries, sampling
from minzheng.kernel.casework import posting as publicity
from minzheng.kernel.casework.models import Sample, SampledCase
from minzheng.kernel.errors import NotFound
from minzheng.kernel.exchange import actions as exchange
from minzheng.kernel.exchange.queries import discrepancies, latest_verification

from . import shapes, shown
from .door import actor, key_of
from .shapes import Id

__all__ = ["router"]

router = Router(tags=["异议、复议与抽查"])


@router.post("/notices/{notice_id}/objections", response={201: dict[str, Any]}, summary="提出公示异议")
def object_to_notice(request: HttpRequest, notice_id: Id, told: shapes.Objected) -> Status[dict[str, Any]]:
    """Anyone may object while the notice is up."""
    found = publicity.object_to(
        notice_id, name=told.name, text=told.text, by=actor(request), key=key_of(request)
    )
    return Status(201, {"id": found.pk, "state": found.state})


@router.post("/objections/{objection_id}/answer", summary="答复公示异议")
def answer_objection(request: HttpRequest, objection_id: Id, told: shapes.Answered) -> dict[str, Any]:
    """Say what was found when the objection was looked into."""
    return shown.objection(
        publicity.answer_objection(
            objection_id, upheld=told.upheld, answer=told.answer, by=actor(request), key=key_of(request)
        )
    )


@router.get("/cases/{case_id}/verification", summary="核对结果")
def read_verification(request: HttpRequest, case_id: Id) -> dict[str, Any]:
    """The newest check of the case and its differences; a resident sees those of the own family."""
    by = actor(request)
    case = queries.case_for(case_id, by)
    found = latest_verification(case.pk, by=by)
    if found is None:
        raise NotFound("no_verification", "这件办件还没有核对。")
    return {
        "id": found.pk, "state": found.state, "conclusion": found.conclusion, "valid_until": found.valid_until,
        "differences": [
            {
                "id": one.pk, "item": one.item, "declared": one.declared, "found": one.found, "state": one.state,
                "explain_due": one.explain_due, "explanation": one.explanation,
            }
            for one in discrepancies(found, by=by)
        ],
    }  # fmt: skip


@router.post("/cases/{case_id}/differences/{difference_id}/explanation", summary="说明核对差异")
def explain_difference(
    request: HttpRequest, case_id: Id, difference_id: Id, told: shapes.Explained
) -> dict[str, Any]:
    """The family says why a figure differs."""
    by = actor(request)
    found = latest_verification(queries.case_for(case_id, by).pk, by=by)
    difference = discrepancies(found, by=by).filter(pk=difference_id).first() if found else None
    if difference is None:
        raise NotFound("discrepancy_not_found", "没有这项差异，或不在您的管辖范围内。")
    said = exchange.explain(
        discrepancy=difference, text=told.text, by=by, document_id=told.document, key=key_of(request)
    )
    return {"id": said.pk, "state": said.state}


@router.post("/decisions/{decision_id}/appeals", response={201: dict[str, Any]}, summary="申请行政复议")
def file_appeal(request: HttpRequest, decision_id: Id, told: shapes.Appealed) -> Status[dict[str, Any]]:
    """The applicant asks for a decision to be reviewed."""
    found = appealing.file_appeal(decision_id, reasons=told.reasons, by=actor(request), key=key_of(request))
    return Status(201, shown.appeal(found))


@router.post("/appeals/{appeal_id}/examine", summary="审查行政复议申请")
def examine_appeal(request: HttpRequest, appeal_id: Id, told: shapes.Examined) -> dict[str, Any]:
    """The reviewing body accepts the application, or says why not."""
    return shown.appeal(
        appealing.accept_appeal(
            appeal_id, accepted=told.accepted, opinion=told.opinion, by=actor(request), key=key_of(request)
        )
    )


@router.post("/appeals/{appeal_id}/decide", summary="作出行政复议决定")
def decide_appeal(request: HttpRequest, appeal_id: Id, told: shapes.Decided) -> dict[str, Any]:
    """Uphold, change, revoke or order."""
    return shown.appeal(
        appealing.decide_appeal(
            appeal_id, result=told.result, opinion=told.opinion, by=actor(request), key=key_of(request)
        )
    )


@router.post("/samples", response={201: dict[str, Any]}, summary="随机抽取")
def draw_sample(request: HttpRequest, told: shapes.Drawn) -> Status[dict[str, Any]]:
    """Draw decided files of a place at random."""
    by = actor(request)
    if not by.covers(told.path):
        raise NotFound("division_unknown", "没有这个地区，或不在您的管辖范围内。")
    path = at(told.path).path
    sample = sampling.draw(told.sampling, path=path, size=told.size, by=by, key=key_of(request))
    return Status(201, _sample(sample))


@router.get("/samples/{sample_id}", summary="抽查")
def read_sample(request: HttpRequest, sample_id: Id) -> dict[str, Any]:
    """A draw within scope and the files drawn."""
    found = in_scope(Sample.objects.filter(pk=sample_id), actor(request)).first()
    if found is None:
        raise NotFound("sample_not_found", "没有这次抽查，或不在您的管辖范围内。")
    return _sample(found)


def _sample(one: Sample) -> dict[str, Any]:
    return {
        "id": one.pk, "sampling": one.sampling, "path": one.path, "pool": one.pool_size, "size": one.size,
        "seed": one.seed, "cases": [_sampled(each) for each in one.cases.order_by("id")],
    }  # fmt: skip


def _sampled(one: SampledCase) -> dict[str, Any]:
    return {
        "id": one.pk, "case": one.case_id, "state": one.state, "state_label": one.get_state_display(),
        "rectify_by": one.rectify_by,
    }  # fmt: skip


@router.post("/sampled/{sampled_id}/check", summary="抽查检查")
def check_sampled(request: HttpRequest, sampled_id: Id, told: shapes.Checked) -> dict[str, Any]:
    """Record what a drawn file shows."""
    return _sampled(
        sampling.check_sampled(
            sampled_id, findings=told.findings, sound=told.sound, by=actor(request), key=key_of(request)
        )
    )


@router.post("/sampled/{sampled_id}/rectify", summary="整改")
def rectify_sampled(request: HttpRequest, sampled_id: Id, told: shapes.Rectified) -> dict[str, Any]:
    """Say what has been put right."""
    return _sampled(sampling.rectify(sampled_id, text=told.text, by=actor(request), key=key_of(request)))


@router.post("/sampled/{sampled_id}/close", summary="整改销号")
def close_sampled(request: HttpRequest, sampled_id: Id) -> dict[str, Any]:
    """Accept what was put right."""
    return _sampled(sampling.close_sampled(sampled_id, by=actor(request), key=key_of(request)))
