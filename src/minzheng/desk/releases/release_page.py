"""One release: its values beside those they replace, its trials, who stands for it, and what is next."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.sheets import Sheet, receive
from minzheng.kernel import catalogue, clock
from minzheng.kernel.areas.queries import name_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.releases import queries
from minzheng.kernel.releases.models import Release, Simulation
from minzheng.ui.shown import badge, cn_datetime, yuan
from minzheng.ui.tables import Head, Row

from . import deeds, drafted, floors
from .figures import Totals, totals
from .reach import RELEASES, ROOM, SIMULATIONS, release_badge, simulation_badge

__all__ = ["release"]

_RUNS = (
    Head("试算"), Head("发起人", secondary=True), Head("户数", "number"), Head("每月支出增减（元）", "money"),
    Head("状态"),
)  # fmt: skip
_LISTED = 10


@require_http_methods(["GET", "POST"])
def release(request: HttpRequest, release_id: int) -> HttpResponse:
    """The page of a release and every deed on it."""
    by = staff(request)
    of = queries.release(release_id, by)
    may, tried = queries.may(of, by), queries.current_simulation(of)
    asked = {name: request.GET.get(name, "") for name in ("place", "parameter")}
    acting = deeds.sheets(of, tried, by)
    writing = drafted.sheet(of, by, asked) if "change_value" in may else None
    hidden = deeds.removing(of, by, request.POST.get("value", ""))
    status = 200
    if request.method == "POST":
        known = [*acting, *([writing, hidden] if writing else [])]
        done, status = receive(request, known, by=by, path=of.path)
        if done:
            return redirect(_next(request, of))
    shown = _page(of, tried, acting, by) | {"writing": writing, "hidden": hidden}
    if writing is not None:
        shown |= {"pickers": drafted.picker(of, asked)}
    return render(request, "desk/releases/release.html", shown, status=status)


def _next(request: HttpRequest, of: Release) -> str:
    """After a deed the page again; a run just asked for has a page of its own."""
    run = of.simulations.order_by("-id").first() if request.POST.get("deed") == "simulate" else None
    return f"{SIMULATIONS}{run.pk}/" if run is not None else request.get_full_path()


def _page(of: Release, tried: Simulation | None, acting: list[Sheet], by: Actor) -> dict[str, Any]:
    found = list(of.values.order_by("path", "-key"))
    removes = "change_value" in queries.may(of, by)
    runs = list(queries.simulations(of, by)[:_LISTED])
    running = next(
        (one for one in runs if one.voided_at is None and one.state in ("waiting", "running")), None
    )
    sums = totals(runs, by)
    valid = queries.valid_signatures(of)
    published = of.state in ("published", "backed_out")
    open_ = of.state in ("draft", "simulated", "signed")
    month = clock.Month.of(of.from_month)
    return {
        **header(of.title, crumbs=[ROOM, RELEASES], badge=release_badge(of),
                 lead=f"{name_of(of.path)}，{month.year}年{month.month}月起执行，{of.number}"),
        "release": of, "running": running, "steps": deeds.steps(of, len(valid)), "facts": _facts(of), "sheets": acting,
        "waiting": deeds.waiting(of, acting, by, running=running is not None), "general": floors.general(of),
        "warnings": queries.warnings(of) if tried and open_ else [],
        "columns": drafted.columns(checked=open_, removes=removes),
        "values": drafted.rows(found, floors.doubts(of, found) if open_ else None, removes=removes),
        "run_columns": _RUNS, "runs": [_run(one, sums) for one in runs], "tried": tried,
        "summary": _summary(of, tried, sums.get(tried.pk)) if tried else [],
        "signatures": deeds.signatures(of), "published": published,
        "owed": queries.owed(of, by) if published else None,
        "left": queries.attentions(of, by, open_only=True).count() if published else 0,
        "changed": queries.amount_changes(of, by).count() if published else 0,
    }  # fmt: skip


def _facts(of: Release) -> list[tuple[str, Any]]:
    domain = catalogue.current().simulated.get(of.domain)
    facts: list[tuple[str, Any]] = [
        ("业务", domain.domain.label if domain else of.domain), ("类别", of.get_kind_display()),
        ("依据文件", of.source), ("拟订人", f"{of.drafted_by_name} {cn_datetime(of.drafted_at)}"),
    ]  # fmt: skip
    if of.alternative:
        others = domain.item.alternatives if domain else ()
        facts.append(
            ("备选规则", next((x.label for x in others if x.code == of.alternative), of.alternative))
        )
    if of.ended_at is not None:
        facts.append((f"{of.get_state_display()}理由", of.end_reason))
    if of.restored_at is not None:
        facts.append(("待遇恢复", cn_datetime(of.restored_at)))
    return facts


def _run(one: Simulation, sums: dict[int, Totals]) -> Row:
    found = sums.get(one.pk)
    return Row([
        cn_datetime(one.asked_at), one.by_name, one.total or None, found.difference if found else None,
        simulation_badge(one),
    ], url=f"{SIMULATIONS}{one.pk}/")  # fmt: skip


def _summary(of: Release, tried: Simulation, found: Totals | None) -> list[tuple[str, Any]]:
    """What is signed: the values by their digest, the run by its seal, and its main figures."""
    facts: list[tuple[str, Any]] = [
        ("试算完成", cn_datetime(tried.finished_at)),
        ("试算户数", f"{tried.total:,} 户"),
    ]
    if found is not None:
        facts += [
            ("每月支出", f"{yuan(found.before)} 元 → {yuan(found.after)} 元"),
            ("每月增减", f"{yuan(found.difference)} 元"),
            ("金额增加", _homes(found.winners)), ("金额减少", _homes(found.losers, "bad")),
            ("新符合", _homes(found.newly)), ("不再符合", _homes(found.no_longer, "bad")),
            ("资料不全", _homes(found.unknown, "unknown")),
        ]  # fmt: skip
    return [*facts, ("内容摘要", of.payload_sha[:16]), ("结果摘要", tried.seal[:16])]


def _homes(number: int, kind: str = "") -> str:
    """So many households; marked where there should be none."""
    said = f"{number:,} 户"
    return badge(said, kind) if kind and number else said
