"""抽查 at the desk: draw at random, check each file, have the faulty put right, close; draw again to prove it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from minzheng.desk import frame
from minzheng.desk.lights import Lights
from minzheng.desk.paging import latest_first
from minzheng.desk.sheets import NOTHING, Sent, Sheet, handled, limited, receive
from minzheng.kernel import catalogue, declare
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.areas.queries import names
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework import sampling
from minzheng.kernel.casework.models import Case, Sample, SampledCase
from minzheng.kernel.casework.queries import visible
from minzheng.kernel.declare.forms import Choice, Form, Number, Text
from minzheng.kernel.errors import NotFound, Refused
from minzheng.kernel.people.masks import mask_name
from minzheng.ui.shown import badge, cn_date
from minzheng.ui.tables import Head, Row

from . import dossier
from .words import service_label

__all__ = ["file_page", "sample_page", "samples"]

SAMPLE_COLUMNS = (
    Head("抽查事项"), Head("地区"), Head("名单", "number"), Head("抽取", "number"), Head("已检查", "number"),
    Head("待整改", "number"), Head("抽取时间", "instant"),
)  # fmt: skip
FILE_COLUMNS = (
    Head("申请人"),
    Head("事项"),
    Head("决定"),
    Head("状态"),
    Head("整改期限"),
    Head("地区", secondary=True),
    Head("办件编号"),
)
SOUND = "_sound"
RECTIFY = Form("rectify", "整改情况", (Text("text", "整改情况", longest=1000, lines=4),))
_KINDS = {"drawn": "info", "sound": "good", "faulty": "bad", "rectified": "warn", "closed": "neutral"}
Declared = catalogue.Declared[declare.Sampling]


def _files(by: Actor) -> QuerySet[SampledCase]:
    return SampledCase.objects.filter(case__in=visible(by)).select_related("case__applicant", "sample")


def samples(request: HttpRequest) -> HttpResponse:
    """Draws of the actor's level, and files the actor's office must put right."""
    by = frame.staff(request)
    mine = [one for one in catalogue.current().samplings.values() if one.role(one.item.by) in by.roles]
    drawn: list[Sample] = []
    sheets = [_draw(one, by, drawn) for one in mine]
    status = 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path=by.scope[0])
        if done:
            return redirect(f"/desk/sampling/{drawn[0].pk}/" if drawn else "/desk/sampling/")
    rows = in_scope(Sample.objects.all(), by)
    page = latest_first(
        rows.annotate(checked=_count(~Q(cases__state="drawn")), faulty=_count(Q(cases__state="faulty"))),
        request,
    )
    places, known = names(one.path for one in page.rows), catalogue.current().samplings
    waiting = list(_files(by).filter(state=SampledCase.State.FAULTY).order_by("rectify_by", "id")[:50])
    return render(
        request,
        "desk/sampling/samples.html",
        frame.header("抽查", lead="随机抽取已办结的档案；种子和名单摘要留存，可以复核。")
        | {
            "sheets": sheets,
            "columns": SAMPLE_COLUMNS,
            "page": page,
            "file_columns": FILE_COLUMNS,
            "waiting": file_rows(waiting),
            "rows": [
                Row(
                    [
                        known[one.sampling].item.label if one.sampling in known else one.sampling,
                        places[one.path],
                        one.pool_size,
                        one.size,
                        one.checked,
                        one.faulty,
                        one.drawn_at,
                    ],
                    url=f"/desk/sampling/{one.pk}/",
                )  # type: ignore[attr-defined]
                for one in page.rows
            ],
        },
        status=status,
    )


def _count(of: Q) -> Count:
    return Count("cases", filter=of)


def _draw(one: Declared, by: Actor, drawn: list[Sample]) -> Sheet:
    places = names(post.path for post in by.posts if post.role == one.role(one.item.by))
    form = Form(
        "draw", one.item.label,
        (
            Choice("path", "抽查范围", options=places),
            Number("size", "抽取数量", least=1, most=1000, help="从范围内全部已决定的办件中随机抽取。"),
        ),
    )  # fmt: skip

    def do(sent: Sent) -> str:
        clean = form.clean(sent.answers).plain
        drawn.append(sampling.draw(one.code, path=clean["path"], size=clean["size"], by=by, key=sent.key))
        return f"已随机抽取 {clean['size']} 件。"

    values = {"path": next(iter(places))} if len(places) == 1 else {}
    return Sheet(f"draw-{one.code}", form, do, submit="随机抽取", title=one.item.label, values=values)


def sample_page(request: HttpRequest, sample_id: int) -> HttpResponse:
    """One draw: its files, and the proof that the kept seed draws the same again."""
    by = frame.staff(request)
    sample = in_scope(Sample.objects.all(), by).filter(pk=sample_id).first()
    if sample is None:
        raise NotFound("sample_not_found", "没有这次抽查，或不在您的管辖范围内。")
    if request.method == "POST":
        _replayed(request, sample)
        return redirect(f"/desk/sampling/{sample.pk}/")
    files = list(_files(by).filter(sample=sample).order_by("id"))
    known = catalogue.current().samplings
    label = known[sample.sampling].item.label if sample.sampling in known else sample.sampling
    facts = [
        ("抽查范围", names([sample.path])[sample.path]), ("抽取时间", cn_date(sample.drawn_at)),
        ("名单数量", f"{sample.pool_size} 件"), ("抽取数量", f"{sample.size} 件"), ("随机种子", sample.seed),
        ("名单摘要", sample.pool_sha[:16]),
    ]  # fmt: skip
    return render(request, "desk/sampling/sample.html", frame.header(label, crumbs=[("抽查", "/desk/sampling/")]) | {
        "facts": facts, "columns": FILE_COLUMNS, "rows": file_rows(files),
    })  # fmt: skip


def _replayed(request: HttpRequest, sample: Sample) -> None:
    """Draw again from the list as it was on that day: cases decided by then, in the order of their numbers."""
    declared = catalogue.current().samplings[sample.sampling]
    service = f"{declared.domain.code}.{declared.item.service}"
    decided = Case.objects.filter(service=service, path__startswith=sample.path, state__in=sampling.DECIDED)
    before = decided.filter(decisions__on__lte=sample.drawn_at).distinct()
    try:
        again = sampling.replay(sample, list(before.order_by("id").values_list("id", flat=True)))
    except Refused as error:
        messages.warning(request, f"{error.message}（抽取之后又有新的决定时，须用当时的名单复核。）")
        return
    same = sorted(again) == sorted(sample.cases.values_list("case_id", flat=True))
    said = (
        "按留存的种子重新抽取，结果与原抽取一致。"
        if same
        else "按留存的种子重新抽取，结果与原抽取不一致，请核查。"
    )
    (messages.success if same else messages.error)(request, said)


def file_rows(files: list[SampledCase]) -> list[Row]:
    """Drawn files as they stand on a list."""
    lights, places = Lights(), names(one.case.path for one in files)
    return [
        Row([
            mask_name(one.case.applicant.name), service_label(one.case.service), one.case.get_state_display(),
            badge(one.get_state_display(), _KINDS[one.state]),
            lights.of(one.rectify_by, one.sample.drawn_at, one.case.path).badge()
            if one.state == SampledCase.State.FAULTY else cn_date(one.rectify_by) if one.rectify_by else "—",
            places[one.case.path], one.case.number,
        ], url=f"/desk/sampling/files/{one.pk}/")
        for one in files
    ]  # fmt: skip


@limited
def file_page(request: HttpRequest, sampled_id: int) -> HttpResponse:
    """One drawn file: what was found, put right, closed."""
    by = frame.staff(request)
    sampled = _files(by).filter(pk=sampled_id).first()
    if sampled is None:
        raise NotFound("sampled_not_found", "没有这件抽查办件，或不在您的管辖范围内。")
    declared = catalogue.current().samplings[sampled.sample.sampling]
    case, sheets = sampled.case, _deeds(sampled, declared, by)
    done, status = handled(
        request, sheets, by=by, about=sampled, path=case.path, case_id=case.pk, read="casework.read_sampled"
    )
    if done:
        return redirect(f"/desk/sampling/files/{sampled.pk}/")
    state = badge(sampled.get_state_display(), _KINDS[sampled.state])
    crumbs = [("抽查", "/desk/sampling/")]
    if by.covers(sampled.sample.path):
        crumbs.append((declared.item.label, f"/desk/sampling/{sampled.sample_id}/"))
    head = frame.header(f"{case.applicant.name} · {service_label(case.service)}", crumbs=crumbs, badge=state)
    return render(request, "desk/sampling/file.html", head | {
        "case": case, "sampled": sampled, "sheets": sheets, "waiting": _waiting(sampled, declared),
        "items": dossier.answers(declared.item.form, sampled.findings, {}), "papers": dossier.papers(case, by),
    }, status=status)  # fmt: skip


def _waiting(sampled: SampledCase, declared: Declared) -> str:
    """Who is next, for whoever is not."""
    label = catalogue.current().role_label
    return {
        SampledCase.State.DRAWN: f"由{label(declared.role(declared.item.by))}检查。",
        SampledCase.State.FAULTY: f"由{label(declared.role(declared.item.answered_by))}整改。",
        SampledCase.State.RECTIFIED: f"由{label(declared.role(declared.item.by))}复查销号。",
    }.get(SampledCase.State(sampled.state), "已办结。")


def _deeds(sampled: SampledCase, declared: Declared, by: Actor) -> list[Sheet]:
    """Check or close for the level that drew it, put right for the office that answers for it."""
    path, states = sampled.case.path, SampledCase.State
    draws = by.post_for(declared.role(declared.item.by), path=path) is not None
    answers = by.post_for(declared.role(declared.item.answered_by), path=path) is not None
    if draws and sampled.state == states.DRAWN:
        return [_check(sampled, declared, by)]
    if answers and sampled.state == states.FAULTY:
        return [_rectify(sampled, by)]
    return [_close(sampled, by)] if draws and sampled.state == states.RECTIFIED else []


def _check(sampled: SampledCase, declared: Declared, by: Actor) -> Sheet:
    verdict = Choice(SOUND, "抽查结论", options={"yes": "合格", "no": "有问题，限期整改"})
    form = Form("check", declared.item.form.label, (*declared.item.form.fields, verdict))

    def do(sent: Sent) -> str:
        chosen = sent.answers.get(SOUND)
        if chosen not in ("yes", "no"):
            raise Refused("verdict_needed", "请选择抽查结论。", field=SOUND)
        found: dict[str, Any] = {code: value for code, value in sent.answers.items() if code != SOUND}
        sampling.check_sampled(sampled.pk, findings=found, sound=chosen == "yes", by=by, key=sent.key)
        return "抽查结果已登记。"

    return Sheet("check", form, do, submit="登记抽查结果")


def _rectify(sampled: SampledCase, by: Actor) -> Sheet:
    def do(sent: Sent) -> str:
        sampling.rectify(sampled.pk, text=str(sent.answers.get("text", "")), by=by, key=sent.key)
        return "整改情况已提交，等待复查。"

    return Sheet("rectify", RECTIFY, do, submit="提交整改情况")


def _close(sampled: SampledCase, by: Actor) -> Sheet:
    def do(sent: Sent) -> str:
        sampling.close_sampled(sampled.pk, by=by, key=sent.key)
        return "已销号。"

    return Sheet("close", NOTHING, do, submit="整改合格，销号")
