"""The chain of the audit as its auditor sees it (审计链核验): its length, the files of each day, the last proofs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from minzheng.desk.frame import header
from minzheng.desk.sheets import NOTHING, Sent, Sheet, receive
from minzheng.kernel.audit import proving
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.signin.duties import AUDITOR, charges
from minzheng.kernel.signin.proofs import ask_proof
from minzheng.ui.shown import badge, cn_datetime
from minzheng.ui.tables import Head, Row

from .reach import administrator
from .trail import AUDIT

__all__ = ["chain"]

_PROOFS = (
    Head("核验时间", "instant"), Head("环数", "number"), Head("锚定文件", "number"), Head("结论"), Head("第一处断裂"),
)  # fmt: skip
_ANCHORS = (Head("日期"), Head("位置", "number"), Head("摘要（SM3）", secondary=True), Head("与现在的链"))
_LEAD = (
    "每条审计记录都按 SM3 连成一条链，每天把链头写到数据库以外。记录被改、被删、被插入，核验会指出是哪一环。"
)


@never_cache
@require_http_methods(["GET", "POST"])
def chain(request: HttpRequest) -> HttpResponse:
    """What is known now, and a proof asked for; the worker makes it, and its outcome is a row of the audit."""
    by = administrator(request, AUDITOR)

    def ask(sent: Sent) -> str:
        ask_proof(by=by, key=sent.key)
        return "已安排核验，结果会出现在下面的核验记录中。"

    sheet, status = Sheet("prove", NOTHING, ask, submit="现在核验"), 200
    if request.method == "POST":
        done, status = receive(request, [sheet], by=by, path=charges(by, AUDITOR)[0])
        if done:
            return redirect(f"{AUDIT[1]}chain/")
    now, proofs = proving.standing(), proving.proofs()
    return render(request, "desk/accounts/chain.html", {
        **header("审计链核验", crumbs=[AUDIT], lead=_LEAD), "sheet": sheet, "stats": _stats(now, proofs),
        "proof_columns": _PROOFS, "proofs": [_proof(one) for one in proofs],
        "anchor_columns": _ANCHORS, "anchors": [_anchor(one) for one in proving.days()],
        "broken": next((one.after["breaks"][0] for one in proofs[:1] if one.after["breaks"]), ""),
    }, status=status)  # fmt: skip


def _stats(now: proving.Standing, proofs: list[Entry]) -> list[dict[str, Any]]:
    last = proofs[0] if proofs else None
    said = "还没有核验过" if last is None else "完整" if last.after["whole"] else "有断裂"
    return [
        {"label": "链长", "value": f"{now.links:,}", "unit": "环", "note": f"链头 {now.head[:16]}" if now.head else ""},
        {"label": "等待入链", "value": f"{now.waiting:,}", "unit": "条", "note": "每分钟入链一次"},
        {"label": "最近核验", "value": said, "note": cn_datetime(last.at) if last else "每天凌晨核验一次",
         "kind": "" if last is None or last.after["whole"] else "bad"},
    ]  # fmt: skip


def _proof(one: Entry) -> Row:
    said, breaks = one.after, one.after["breaks"]
    state = badge("完整", "good") if said["whole"] else badge(f"断裂 {said['broken']} 处", "bad")
    return Row([one.at, said["links"], said["anchors"], state, breaks[0] if breaks else ""])


def _anchor(one: proving.Day) -> Row:
    if one.anchor is None:
        return Row([one.name, None, "", badge("文件读不出", "bad")])
    fits = badge("相符", "good") if one.fits else badge("不符", "bad")
    return Row([one.anchor.on, one.anchor.position, one.anchor.hash[:32] + "…", fits])
