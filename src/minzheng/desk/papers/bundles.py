"""Letters printed together: how far each file is, what is in it, what is not and why, and those tried again."""

from __future__ import annotations

import io
from collections.abc import Iterator

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from minzheng.desk.cases.words import service_label
from minzheng.desk.frame import header, staff
from minzheng.desk.paging import latest_first
from minzheng.desk.sheets import NOTHING, Sent, Sheet, receive
from minzheng.kernel import clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.queries import visible
from minzheng.kernel.documents import bundling
from minzheng.kernel.documents.letters import LETTERS
from minzheng.kernel.documents.marking import taken
from minzheng.kernel.documents.models import Bundle
from minzheng.kernel.people.masks import mask_name
from minzheng.ui.shown import badge, cn_datetime
from minzheng.ui.tables import Head, Row

from .rooms import PRINTS, ROOM

__all__ = ["bundle", "file", "index", "progress"]

_COLUMNS = (
    Head("文书"), Head("状态"), Head("件数", "number"), Head("未能打印", "number"), Head("申请时间", "instant"),
)  # fmt: skip
_FAILED = (Head("申请人"), Head("事项"), Head("原因"), Head("办件编号", secondary=True))
_KINDS = {"waiting": "info", "running": "info", "done": "good", "failed": "bad", "gone": "neutral"}
_LEAD = "打印文件在后台生成，保留 24 小时。没有打印成的办件逐件说明原因，可以单独再打印。"


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """What I had printed, the latest first."""
    by = staff(request)
    page = latest_first(bundling.bundles_of(by), request)
    rows = [
        Row(
            [_label(one), _state(one), len(one.cases), len(one.failures), one.asked_at],
            url=f"{PRINTS[1]}{one.pk}/",
        )
        for one in page.rows
    ]
    actions = [{"url": f"{PRINTS[1]}choose/", "label": "选择办件", "icon": "printer", "kind": "primary"}]
    return render(request, "desk/papers/bundles.html", {
        **header(PRINTS[0], crumbs=[ROOM], lead=_LEAD, actions=actions), "columns": _COLUMNS, "rows": rows,
        "page": page,
    })  # fmt: skip


@require_http_methods(["GET", "POST"])
def bundle(request: HttpRequest, bundle_id: int) -> HttpResponse:
    """One of them: how far it is, where to fetch it, and what is not in it."""
    by = staff(request)
    one = bundling.bundle_of(bundle_id, by=by)
    made: list[Bundle] = []
    sheets = [_again(one, by, made)] if one.failures and not _at_work(one) else []
    status = 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path=one.path)
        if done:
            return redirect(f"{PRINTS[1]}{made[0].pk}/" if made else PRINTS[1])
    facts = [("文书", _label(one)), ("件数", f"{len(one.cases)} 件"), ("申请时间", cn_datetime(one.asked_at))]
    if one.expires_at:
        facts += [
            ("页数", f"{one.pages} 页"),
            ("失效时间", cn_datetime(one.expires_at)),
            ("下载次数", f"{one.fetched}"),
        ]
    return render(request, "desk/papers/bundle.html", {
        **header(f"打印{_label(one)}", crumbs=[ROOM, PRINTS], badge=_state(one)), "one": one, "facts": facts,
        "at_work": _at_work(one), "columns": _FAILED, "rows": list(_failures(one, by)), "sheets": sheets,
    }, status=status)  # fmt: skip


def _again(one: Bundle, by: Actor, made: list[Bundle]) -> Sheet:
    def do(sent: Sent) -> str:
        made.append(bundling.again(bundle_id=one.pk, by=by, key=sent.key))
        return "没有打印成的办件正在重新打印。"

    return Sheet("again", NOTHING, do, submit=f"重新打印这 {len(one.failures)} 件")


def _failures(one: Bundle, by: Actor) -> Iterator[Row]:
    """Case by case, as far as the reader sees it."""
    cases = visible(by).filter(pk__in=[int(number) for number in one.failures]).select_related("applicant")
    for case in cases.order_by("-pk"):
        cells = [
            mask_name(case.applicant.name),
            service_label(case.service),
            one.failures[str(case.pk)],
            case.number,
        ]
        yield Row(cells, url=f"/desk/cases/{case.pk}/")


@require_GET
def progress(request: HttpRequest, bundle_id: int) -> HttpResponse:
    """How far it is; once it has ended the page is asked for anew."""
    one = bundling.bundle_of(bundle_id, by=staff(request))
    if _at_work(one):
        return render(request, "desk/papers/part_progress.html", {"one": one})
    return HttpResponse(headers={"HX-Refresh": "true"})


@require_POST
def file(request: HttpRequest, bundle_id: int) -> FileResponse:
    """The file itself; that it was taken out leaves a mark."""
    by = staff(request)
    one = bundling.fetch(bundle_id=bundle_id, by=by)
    name = f"批量打印{clock.today():%Y%m%d}-{one.pk}.pdf"
    with bundling.opened(one) as kept:
        content = taken(
            kept.read(), kind="application/pdf", what="批量打印文书", rows=one.done - len(one.failures), path=one.path,
            by=by,
        )  # fmt: skip
    return FileResponse(
        io.BytesIO(content), as_attachment=True, filename=name, content_type="application/pdf"
    )


def _label(one: Bundle) -> str:
    return LETTERS[one.letter].label if one.letter in LETTERS else "最近的文书"


def _state(one: Bundle) -> str:
    return badge(one.get_state_display(), _KINDS[one.state])


def _at_work(one: Bundle) -> bool:
    return one.state in (Bundle.State.WAITING, Bundle.State.RUNNING)
