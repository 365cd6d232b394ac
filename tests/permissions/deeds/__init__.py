"""Every deed of the platform and who may do it, read from the catalogue: what the matrix says and the tests try.

One module for each room of the kernel; ``deed`` says what a deed is.  A new verb gets its block in the module of
its room.
"""

from __future__ import annotations

from collections.abc import Iterator

from minzheng.kernel import catalogue

from .accounts import administering_accounts
from .applying import applying
from .cases import answering_urging, appealing_against, drawing, reading_and_pausing
from .courses import learning_and_examined
from .deed import OWN, RESIDENTS, Cell, Deed, Ids, cell
from .documents import reading_papers
from .events import happening, placing
from .exchange import exchanging, pushing, rechecking
from .facilities import housing, inspecting
from .feedback import before_windows, hearing, windows
from .funds import purchasing, reserving
from .indicators import counting
from .linkage import doubles
from .matching import matching
from .money import paying
from .monitoring import watching
from .plans import computing_all
from .plans import watching as watching_a_plan
from .publicity import objecting_to
from .registers import keeping, own_views, reading_and_exporting
from .releases import releasing
from .steps import taking_a_step
from .subsidies import subsidising
from .visits import assessing_by, going_round, visiting

__all__ = ["OWN", "RESIDENTS", "Cell", "Deed", "Ids", "cell", "deeds"]


def deeds() -> Iterator[Deed]:
    """All of them, in the order of the matrix."""
    for code, service in catalogue.current().services.items():
        yield from applying(code, service)
        for step in service.item.steps:
            yield from taking_a_step(code, service, step)
        yield from reading_and_pausing(code, service)
        yield from answering_urging(code, service)
        yield from appealing_against(code, service)
    for code, one in catalogue.current().samplings.items():
        yield from drawing(code, one)
    for code, scheme in catalogue.current().schemes.items():
        yield from paying(code, scheme)
    for code, fund in catalogue.current().reserves.items():
        yield from reserving(code, fund)
    for code, bought in catalogue.current().purchasings.items():
        yield from purchasing(code, bought)
    for code, register in catalogue.current().registers.items():
        yield from reading_and_exporting(code, register)
        yield from keeping(code, register)
    yield from own_views()
    for code, released in catalogue.current().simulated.items():
        yield from releasing(code, released)
    for code, subsidy in catalogue.current().subsidies.items():
        yield from subsidising(code, subsidy)
    yield from rechecking()
    for code, events in catalogue.current().event_duties.items():
        yield from happening(code, events)
    for code, monitor in catalogue.current().monitors.items():
        yield from watching(code, monitor)
    for code, extract in catalogue.current().extracts.items():
        yield from exchanging(code, extract)
    for code, events in catalogue.current().event_duties.items():
        yield from placing(code, events)
    yield from pushing()
    for code, rounds in catalogue.current().rounds.items():
        yield from going_round(code, rounds)
    for code, instrument in catalogue.current().scored.items():
        yield from assessing_by(code, instrument)
    for code, listening in catalogue.current().listening.items():
        yield from hearing(code, listening)
        yield from before_windows(code, listening)
    for code, plan in catalogue.current().plans.items():
        yield from watching_a_plan(code, plan)
    yield from computing_all()
    for code, houses in catalogue.current().facilities.items():
        if houses.item.beds:
            yield from housing(code, houses)
    for code, matter in catalogue.current().supervisions.items():
        yield from inspecting(code, matter)
    for code, market in catalogue.current().matchings.items():
        yield from matching(code, market)
    for code, courses in catalogue.current().learnings.items():
        yield from learning_and_examined(code, courses)
    for code, posted in catalogue.current().publicities.items():
        yield from objecting_to(code, posted)
    yield from doubles()
    yield from administering_accounts()
    yield from windows()
    yield from reading_papers()
    yield from visiting()
    yield from counting()
