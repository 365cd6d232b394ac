"""What the service says of itself: how it was rated last month, and how everybody can use it."""

from __future__ import annotations

from typing import cast

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from minzheng.kernel import catalogue, clock
from minzheng.kernel.areas import queries as areas
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.casework.terms import number
from minzheng.kernel.errors import Refused
from minzheng.kernel.feedback.queries import OfChannel, Rates, published, published_by_channel
from minzheng.portal.pages import page, province

__all__ = ["accessibility", "quality"]

MONTHS = 12
AN_HOUR = 3600


def quality(request: HttpRequest) -> HttpResponse:
    """The rates of a month that is over, for a city or a county; too few to hide in are not told."""
    last = clock.Month.of(clock.today()).previous
    months = [last + -back for back in range(MONTHS)]
    try:
        month = clock.Month.parse(request.GET.get("month", "")[:7])
    except Refused:
        month = last
    month = month if month in months else last
    here = areas.in_force().filter(level__lte=int(Level.COUNTY)).order_by("path")
    chosen = here.filter(uid=request.GET.get("place", "")[:12]).first()
    path = chosen.path if chosen else province()
    told = _counted(path, month)
    least = number("feedback.least_told", path=path, on=clock.today())
    context = {
        "month": month, "months": months, "place": areas.name_of(path), "uid": chosen.uid if chosen else "",
        "places": [(one.uid, one.name, one.level) for one in here], "told": told, "enough": told.valid >= least,
        "least": least, "limits": _limits(path),
        "channels": _channels(path, month, least) if told.valid >= least else [],
        "shares": [
            ("满意率", "评价为基本满意以上的，占全部有效评价", told.good_rate),
            ("主动评价率", "作出评价的办件，占当月办结的办件", told.initiative_rate),
            ("差评整改率", "整改到位的，占有效差评", told.fix_rate),
        ],
    }  # fmt: skip
    return page(request, "quality.html", context, at="board")


def _counted(path: str, month: clock.Month) -> Rates:
    """The month's figures, counted once an hour however many people look."""
    return cast(Rates, cache.get_or_set(f"quality:{path}:{month}", lambda: published(path, month), AN_HOUR))


def _channels(path: str, month: clock.Month, least: int) -> list[tuple[OfChannel, bool]]:
    """Each channel, and whether it was used often enough that its share names nobody."""
    found = cache.get_or_set(
        f"quality:channels:{path}:{month}", lambda: published_by_channel(path, month), AN_HOUR
    )
    return [(one, one.valid >= least) for one in cast(list[OfChannel], found)]


def _limits(path: str) -> list[str]:
    """The limits within which a bad word is answered, as they now hold."""
    parameters, today = catalogue.current().parameters(), clock.today()
    keys = ("feedback.rate", "feedback.look_into", "feedback.put_right", "feedback.opinion")
    found = (parameters.get(key, path=path, on=today) for key in keys)
    return [f"{one.title}：{one.in_words()}" for one in found]


def accessibility(request: HttpRequest) -> HttpResponse:
    """How the pages can be used without eyes, without a mouse, in large letters, and without any of it."""
    return page(request, "accessibility.html")
