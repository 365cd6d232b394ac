"""Who may assess: the county's register of certificates."""

from __future__ import annotations

from datetime import date

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.paging import latest_first
from minzheng.desk.sheets import Sent, Sheet, receive
from minzheng.kernel import catalogue, clock
from minzheng.kernel.access.models import Posting
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Choice, Day, Form, Text
from minzheng.kernel.errors import NotAllowed
from minzheng.kernel.visits import certifying
from minzheng.kernel.visits.duties import Scoring
from minzheng.kernel.visits.models import Qualification
from minzheng.ui.tables import Head, Row

from .lists import ROOM

__all__ = ["certificates"]

_COLUMNS = (
    Head("评估员"), Head("评估"), Head("证书"), Head("编号"), Head("所在单位", secondary=True), Head("起", "day"),
    Head("止", "day"),
)  # fmt: skip


@require_http_methods(["GET", "POST"])
def certificates(request: HttpRequest) -> HttpResponse:
    """The register, and one more certificate."""
    by = staff(request)
    held = [
        (one, post.path)
        for one in catalogue.current().scored.values()
        for post in by.posts
        if post.role == one.role(one.item.registered_by) and post.level == one.item.registered_by.at
    ]
    if not held:
        raise NotAllowed("certificate_duty", "评估员资格由县级登记，您没有这一岗位。")
    sheets, status = [_sheet(one, path, by) for one, path in held if one.item.certificates], 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path=by.scope[0])
        if done:
            return redirect(f"{ROOM[1]}certificates/")
    page = latest_first(in_scope(Qualification.objects.all(), by), request)
    return render(request, "desk/assessments/certificates.html", {
        **header("评估员资格", crumbs=[ROOM], lead="评估当天证书有效的，才能签字。"), "columns": _COLUMNS,
        "rows": _rows(page.rows), "page": page, "sheets": sheets,
    }, status=status)  # fmt: skip


def _rows(page: list[Qualification]) -> list[Row]:
    known = catalogue.current().scored
    return [
        Row([one.holder_name, known[one.instrument].item.label,
             known[one.instrument].item.certificates.get(one.kind, one.kind), one.number, one.employer, one.from_on,
             one.until_on])
        for one in page
        if one.instrument in known
    ]  # fmt: skip


def _sheet(declared: Scoring, path: str, by: Actor) -> Sheet:
    today = clock.today()
    posts = Posting.objects.filter(
        Q(until_on=None) | Q(until_on__gt=today), role=declared.role(declared.item.by), office__path__startswith=path
    ).select_related("user")  # fmt: skip
    people = {f"user:{one.user_id}": one.user.name for one in posts}
    form = Form("certify", f"登记{declared.item.label}资格", (
        Choice("holder", "评估员", options=people), Choice("kind", "证书", options=declared.item.certificates),
        Text("number", "证书编号", longest=60), Text("employer", "所在单位", longest=100, required=False),
        Day("from_on", "起"), Day("until_on", "止", required=False, future=True),
    ))  # fmt: skip

    def do(sent: Sent) -> str:
        given = form.clean(sent.answers).plain
        until = given.get("until_on")
        certifying.certify(
            instrument=declared.code, path=path, holder=given["holder"], kind=given["kind"], number=given["number"],
            employer=given.get("employer", ""), from_on=date.fromisoformat(given["from_on"]),
            until_on=date.fromisoformat(until) if until else None, by=by, key=sent.key,
        )  # fmt: skip
        return "证书已登记。"

    return Sheet(f"c-{declared.item.code}", form, do, submit="登记证书")
