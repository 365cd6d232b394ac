"""Managing ledgers: who goes to whom, what an officer knows of a person, who is away; and extra rounds of a place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Q

from minzheng.kernel import clock
from minzheng.kernel.access.models import Posting
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.catalogue.terms import number
from minzheng.kernel.errors import Refused, Stale

from .duties import Going, own, require, rounds_of
from .escalating import settle_found
from .models import ExtraRound, Reached, Watched
from .planning import due_again

__all__ = ["assign", "back", "call_extra", "forget_door", "leave", "lift_extra", "state_groups"]


@verb("visits.assign", label="指定巡访员")
def assign(*, watched: Sequence[Watched], visitor: str, by: Actor) -> int:
    """These people are somebody's to visit: someone who holds the post over their place."""
    rows = [own(one, by) for one in watched]
    user = visitor.removeprefix("user:")
    today, done = clock.today(), 0
    for row, declared in rows:
        require(declared, (declared.item.managed_by,), by, path=row.path)
        held = Posting.objects.filter(
            Q(until_on=None) | Q(until_on__gt=today), user_id=int(user) if user.isdigit() else 0,
            role=declared.role(declared.item.by), from_on__lte=today,
        )  # fmt: skip
        post = next(
            (one for one in held.select_related("office", "user") if row.path.startswith(one.office.path)),
            None,
        )
        if post is None:
            raise Refused("visitor_unknown", "所选人员在该地区没有巡访岗位。请重新选择。", field="visitor")
        row.visitor, row.visitor_name, row.version = visitor, post.user.name, row.version + 1
        row.save()
        done += 1
    note(path=rows[0][0].path if rows else "", after={"visitor": visitor, "count": done})
    return done


@verb("visits.state_groups", label="登记对象类别")
def state_groups(
    *, watched: Watched, groups: Sequence[str], by: Actor, version: int | None = None
) -> Watched:
    """What no register says of a person (留守, 计生特殊家庭 …), as the township knows it; the risk follows at night."""
    row, declared = own(watched, by, version=version)
    require(declared, (declared.item.managed_by,), by, path=row.path)
    if strange := sorted(set(groups) - set(declared.item.stated)):
        raise Refused("group_unknown", f"没有“{strange[0][:20]}”这一类别。请从列表中选择。", field="groups")
    row.stated, row.version = sorted(set(groups)), row.version + 1
    row.save()
    note(about=row, path=row.path, after={"stated": row.stated})
    return row


@verb("visits.leave", label="暂停巡访")
def leave(
    *, watched: Watched, away: str, since: date, by: Actor, version: int | None = None, words: str = ""
) -> Watched:
    """Somebody moved into an institution, or lives elsewhere: the ledger ends, until they come back."""
    row, declared = own(watched, by, version=version)
    require(declared, (declared.item.managed_by,), by, path=row.path)
    if away not in Watched.Away.values:
        raise Refused("away_unknown", "请选择暂不巡访的原因。", field="away")
    if row.until_on is not None:
        raise Refused("watched_ended", "这份台账已经结束。")
    if not row.since_on <= since <= clock.today():
        raise Refused("since_outside", "日期应在列入日期之后，且不晚于今天。", field="since")
    row.until_on, row.away, row.next_due_on = since, away, None
    row.end_reason, row.end_words = Watched.Away(away).label, words.strip()[:300]
    row.version += 1
    row.save()
    Reached.objects.filter(watched=row, month__gte=since.replace(day=1)).update(counted=False)
    settle_found(row, words=f"已暂停巡访：{row.ended_because}", by_name=by.name)
    note(about=row, path=row.path, after={"away": away})
    return row


@verb("visits.back", label="恢复巡访")
def back(*, watched: Watched, by: Actor) -> Watched:
    """Somebody lives at home again: the next planning opens a new ledger."""
    row, declared = own(watched, by)
    require(declared, (declared.item.managed_by,), by, path=row.path)
    if not row.away or row.back_on is not None:
        raise Refused("not_away", "该对象没有暂停巡访，不需要恢复。")
    row.back_on, row.version = clock.today(), row.version + 1
    row.save()
    note(about=row, path=row.path)
    return row


@verb("visits.forget_door", label="重新定位住所")
def forget_door(
    *, watched: Watched, words: str, by: Actor, version: int | None = None, key: str | None = None
) -> Watched:
    """The place kept for the door is wrong, or the person lives elsewhere in the village: the next call finds it."""
    row, declared = own(watched, by, version=version)
    require(declared, (declared.item.managed_by,), by, path=row.path)
    if row.lat is None:
        raise Refused("door_unknown", "还没有定位过住所。下次上门登记定位时自动记录。")
    if not words.strip():
        raise Refused("words_missing", "请写明重新定位的原因。", field="words")
    row.lat = row.lon = None
    row.version += 1
    row.save()
    note(about=row, path=row.path, reason=words.strip()[:200])
    return row


@verb("visits.call_extra", label="启动加密巡访")
def call_extra(
    *,
    rounds: str,
    path: str,
    call: str,
    risks: Sequence[str],
    from_on: date,
    until_on: date,
    words: str,
    by: Actor,
    figure: int | None = None,
) -> ExtraRound:
    """Extreme cold, a storm, a festival: those at risk are seen more often for some days."""
    declared = rounds_of(rounds)
    require(declared, (declared.item.overseen_by,), by, path=path)
    _called(declared, path, call, risks, (from_on, until_on), figure)
    row, new = ExtraRound.objects.get_or_create(
        rounds=rounds, path=path, call=call, from_on=from_on, lifted_on=None,
        defaults={
            "figure": figure, "risks": sorted(set(risks)), "until_on": until_on, "words": words.strip()[:200],
            "called_at": clock.now(), "called_by": by.id, "called_by_name": by.name,
        },
    )  # fmt: skip
    if not new:
        raise Refused("call_twice", "同一天的加密巡访已经启动过。请核对。", field="from_on")
    ledgers = Watched.objects.filter(rounds=rounds, path__startswith=path, until_on=None, risk__in=risks)
    due_again(declared, path, list(ledgers.values_list("pk", flat=True)))
    note(about=row, path=path, after={"call": call, "figure": figure, "risks": list(risks)})
    return row


@verb("visits.lift_extra", label="提前结束加密巡访")
def lift_extra(*, extra: ExtraRound, words: str, by: Actor, key: str | None = None) -> ExtraRound:
    """The cold is over before its time, or it was called by mistake: from today on it no longer holds."""
    row = ExtraRound.objects.select_for_update(of=("self",)).get(pk=extra.pk)
    declared = rounds_of(row.rounds)
    require(declared, (declared.item.overseen_by,), by, path=row.path)
    if row.lifted_on is not None or row.until_on < clock.today():
        raise Stale("extra_over", "这次加密巡访已经结束。请刷新页面。")
    if not words.strip():
        raise Refused("words_missing", "请写明提前结束的原因。", field="words")
    row.lifted_on, row.lifted_words = clock.today(), words.strip()[:200]
    row.save()
    ledgers = Watched.objects.filter(
        rounds=row.rounds, path__startswith=row.path, until_on=None, risk__in=row.risks
    )
    due_again(declared, row.path, list(ledgers.values_list("pk", flat=True)))
    note(about=row, path=row.path, reason=row.lifted_words)
    return row


def _called(
    declared: Going, path: str, call: str, risks: Sequence[str], days: tuple[date, date], figure: int | None
) -> None:
    """Whether the call is one of those declared, for some days from today on, and its figure reaches the value."""
    found = next((one for one in declared.item.calls if one.code == call), None)
    known = [risk.code for risk in declared.item.risks]
    if found is None or not risks or set(risks) - set(known):
        raise Refused("call_unknown", "请选择加密巡访的情形和适用的风险等级。", field="call")
    if not days[0] <= days[1] or days[0] < clock.today() or (days[1] - days[0]).days > 60:
        raise Refused("days_wrong", "起止日期有误：从今天起，最长60天。", field="until_on")
    if found.reaches:
        limit = number(found.reaches, path=path, on=days[0])
        if figure is None or figure > limit:
            raise Refused(
                "figure_short",
                f"{found.label}须达到 {limit}{found.unit} 及以下才启动。请核对预报。",
                field="figure",
            )
