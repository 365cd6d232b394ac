"""Visits that a warning asks for (预警走访): the declared form, the warning answered by it."""

from __future__ import annotations

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.areas.queries import names
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import NotFound
from minzheng.kernel.monitoring import following
from minzheng.kernel.monitoring.duties import monitor_of, visits
from minzheng.kernel.monitoring.models import Alert
from minzheng.kernel.monitoring.queries import alert_of, alerts
from minzheng.kernel.people.models import Membership

from .words import Given, Theirs, Work

__all__ = ["Warnings"]


class Warnings:
    """Households that the actor is to see because of a warning."""

    code, label = "warnings", "预警走访"

    def works(self, by: Actor, *, ahead: int, most: int) -> list[Work]:
        known = {one.code: one for one in catalogue.current().monitors.values() if one.item.outdoors}
        if not by.roles & {one.role(one.item.visit.by) for one in known.values()}:
            return []
        waiting = alerts(by).filter(state=Alert.State.OPEN, monitor__in=known).prefetch_related("hits")
        rows = list(waiting.order_by("-urgent", "due_on", "id")[:most])
        return self._drawn([one for one in rows if visits(known[one.monitor], by, path=one.path)])

    def work(self, pk: int, by: Actor) -> Work:
        one = alert_of(pk, by)
        if not visits(monitor_of(one.monitor), by, path=one.path):
            raise NotFound("alert_unknown", "没有这条预警，或不在您的管辖范围内。请返回列表重新选择。")
        return self._drawn([one])[0]

    def keep(self, pk: int, given: Given, by: Actor, *, anyhow: bool = False) -> str:
        version = None if anyhow else int(given.base.get("version") or 0)
        following.visit(
            alert=alert_of(pk, by), answers=given.answers, version=version, at=given.at, by=by, key=given.key
        )
        return "预警走访已登记。"

    def theirs(self, pk: int, given: Given, by: Actor) -> Theirs | None:
        one = alert_of(pk, by)
        if one.state == Alert.State.OPEN:
            return None
        seen = one.visit
        return Theirs(
            who=seen.by_name if seen else "", at=seen.at if seen else None, answers=seen.answers if seen else {},
            words=f"这条预警现为“{one.get_state_display()}”，不需要再登记走访。", final=True,
        )  # fmt: skip

    def _drawn(self, rows: list[Alert]) -> list[Work]:
        places, heads = names(one.path for one in rows), _heads(rows)
        return [_work(one, places[one.path], heads.get(one.household_id, "")) for one in rows]


def _work(one: Alert, place: str, head: str) -> Work:
    declared = monitor_of(one.monitor)
    outdoors = declared.item.outdoors or declare.Outdoors()
    facts = [("地区", place), ("预警原因", "；".join(hit.words for hit in one.hits.all()))]
    if outdoors.address:
        facts.insert(1, ("住址", one.household.address))
    return Work(
        code=f"{Warnings.code}:{one.pk}", act=declared.item.visit.label, title=head or "未登记户主",
        form=declared.item.visit.form, path=one.path, facts=tuple(fact for fact in facts if fact[1]),
        due=f"{one.due_on:%m月%d日}到期", late=one.due_on < clock.today(),
        mark=("紧急", "bad") if one.urgent else ("", ""), base={"version": one.version},
    )  # fmt: skip


def _heads(rows: list[Alert]) -> dict[int, str]:
    """Whose household it is, in one query: the head, or whoever stands first in it."""
    held = Membership.objects.filter(household__in=[one.household_id for one in rows], until_on=None)
    ordered = sorted(
        held.select_related("person"), key=lambda one: (one.relation not in ("01", "02"), one.pk)
    )
    heads: dict[int, str] = {}
    for one in ordered:
        heads.setdefault(one.household_id, one.person.name)
    return heads
