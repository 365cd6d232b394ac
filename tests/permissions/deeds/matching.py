"""The deeds of needs and providers; their doors are pages.  Who serves here is named to the provider."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.audit import Actor
from minzheng.kernel.clock import Month
from minzheng.kernel.matching import actions
from minzheng.kernel.matching.models import Callback, Issue, Order
from tests.factories.company import HERE
from tests.factories.ground import Ground
from tests.factories.homes import uscc
from tests.factories.market import standing_need, standing_order, standing_provider

from .deed import Deed, Ids

__all__ = ["matching"]

Verb = Callable[[Ground, Ids, Actor], Any]


def matching(code: str, declared: catalogue.Declared[declare.Matching]) -> Iterator[Deed]:
    """Told by those who visit, kept by the county, served by the provider's own staff, vouchers by two."""
    item = declared.item
    told = tuple(declared.role(role) for role in item.told_by)
    county, server = declared.role(item.managed_by), declared.role(item.served_by)
    wanted = actions.Wanted(
        service="cleaning", units=1, on=clock.today(), slot="morning", lat="44.43", lon="125.18"
    )
    about = actions.About(name="新商", uscc=uscc(), phone="0", address="路", lat="44", lon="125", reach=500)

    def issued(g: Ground) -> Ids:
        return {"issue": Issue.objects.create(
            matching=code, path=HERE.county, month=Month.of(clock.today()).first, persons=1, total=1,
            drafted_by="user:0", drafted_by_name="某",
        )}  # fmt: skip

    month = Month.of(clock.today())

    def begun(g: Ground) -> Order:
        order = standing_order(g, attendant=g.someone(server).id, state="started")
        Order.objects.filter(pk=order.pk).update(worker=g.someone(server).id, ended_at=None)
        return order

    def called(g: Ground) -> Ids:
        order = standing_order(g, state="ended")
        return {
            "call": Callback.objects.create(order=order, path=order.path, month=month.first, why="随机抽取")
        }

    deeds: list[tuple[str, tuple[str, ...], Callable[[Ground], Ids], Verb]] = [
        ("tell", told, lambda g: {}, lambda g, ids, by: actions.tell(
            matching=code, person=g.applicant, wanted=wanted, by=by,
        )),
        ("close_need", told, lambda g: {"need": standing_need(g)}, lambda g, ids, by: actions.close_need(
            need=ids["need"], result="不需要", by=by,
        )),
        ("register", (county,), lambda g: {}, lambda g, ids, by: actions.register(
            matching=code, path=HERE.county, about=about, by=by,
        )),
        ("bar", (county,), lambda g: {"one": standing_provider()}, lambda g, ids, by: actions.bar(
            provider=ids["one"], barred=True, reason="未到", by=by,
        )),
        ("accept", (server,), lambda g: {"order": standing_order(g, attendant=g.someone(server).id)},
         lambda g, ids, by: actions.accept(order=ids["order"], by=by)),
        ("choose", told, lambda g: {"need": standing_need(g)}, lambda g, ids, by: actions.choose(
            need=ids["need"], provider=0, by=by, chosen_words="本人选的",
        )),
        ("decline", (server,), lambda g: {"order": standing_order(g, attendant=g.someone(server).id)},
         lambda g, ids, by: actions.decline(order=ids["order"], reason="没有人手", by=by)),
        ("start", (server,), lambda g: {"order": standing_order(g, attendant=g.someone(server).id, state="accepted")},
         lambda g, ids, by: actions.start(order=ids["order"], lat="44.43", lon="125.18", by=by)),
        ("finish", (server,), lambda g: {"order": begun(g)},
         lambda g, ids, by: actions.finish(order=ids["order"], record="打扫", by=by)),
        ("confirm", told, lambda g: {"order": standing_order(g, state="ended")}, lambda g, ids, by: actions.confirm(
            order=ids["order"], heard=actions.Heard(stars=5, complaint=""), by=by)),
        ("set_offer", (county,), lambda g: {"one": standing_provider()}, lambda g, ids, by: actions.set_offer(
            provider=ids["one"], service="cleaning", price=1, unit="次", daily=1, qualified_until=clock.today(), by=by,
        )),
        ("name_attendant", (county,), lambda g: {"one": standing_provider()},
         lambda g, ids, by: actions.name_attendant(provider=ids["one"], user_id="user:9", name="某", by=by)),
        ("draw_callbacks", (county,), lambda g: {"one": standing_provider()},
         lambda g, ids, by: actions.draw_callbacks(provider=ids["one"], month=month, by=by)),
        ("settle", (county,), lambda g: {"one": standing_provider()},
         lambda g, ids, by: actions.settle(provider=ids["one"], month=month, by=by)),
        ("answer_callback", (*told, county), called, lambda g, ids, by: actions.answer_callback(
            callback=ids["call"], true=True, words="属实", by=by)),
        ("decide_dispute", (county,), lambda g: {"order": standing_order(g, state="disputed")},
         lambda g, ids, by: actions.decide_dispute(order=ids["order"], served=False, opinion="属实", by=by)),
    ]  # fmt: skip
    if item.vouchers is not None:
        signer = declared.role(item.vouchers.signed_by)
        deeds.append(
            (
                "draft_issue",
                (declared.role(item.vouchers.issued_by),),
                lambda g: {},
                lambda g, ids, by: actions.draft_issue(matching=code, path=HERE.county, month=month, by=by),
            )
        )
        deeds.append(("sign_issue", (signer,), issued, lambda g, ids, by: actions.sign_issue(
            issue=ids["issue"], persons=1, total=1, by=by,
        )))  # fmt: skip
    for name, roles, before, verb in deeds:
        own = name in ("tell", "close_need", "choose", "confirm")
        parts = frozenset({"applicant"}) if own else frozenset()
        yield Deed(f"{code}: {name}", before, verb, frozenset(roles), parts=parts, told=True)
