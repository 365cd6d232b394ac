"""Looking for a place in a house: what there is in a county, what it costs, what is free, and how to ask for it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from minzheng.kernel import catalogue
from minzheng.kernel.areas import queries as areas
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.paths import county_of
from minzheng.kernel.errors import NotFound
from minzheng.kernel.facilities.duties import Declared
from minzheng.kernel.facilities.published import offered
from minzheng.kernel.people.models import Person
from minzheng.kernel.publicity.queries import about
from minzheng.portal.pages import as_resident, page

__all__ = ["houses"]

# Upper ends of the price bands a family chooses from, in yuan a month.
PRICES = (1500, 2000, 3000, 4000, 6000)


def houses(request: HttpRequest) -> HttpResponse:
    """One county at a time; whoever is signed in begins with their own."""
    declared = _taking_in()
    counties = areas.in_force().filter(level=int(Level.COUNTY)).order_by("path")
    chosen = counties.filter(uid=request.GET.get("place", "")[:12]).first()
    path = chosen.path if chosen else _own(request)
    kind = request.GET.get("bed", "")
    kind = kind if kind in declared.item.beds else ""
    price = next((one for one in PRICES if str(one) == request.GET.get("price", "")), None)
    found = offered(declared, path, kind=kind, at_most=price and price * 100) if path else []
    names = areas.names({one.house.path for one in found})
    posted = about([f"facility:{one.house.pk}" for one in found])
    item = declared.item
    context = {
        "counties": [(one.uid, one.name) for one in counties], "uid": path.split("/")[-2] if path else "",
        "place": areas.name_of(path) if path else "", "beds": item.beds.items(), "bed": kind, "prices": PRICES,
        "price": price, "label": item.label, "houses": [
            {
                "one": one, "where": names[one.house.path], "kind": item.kinds.get(one.house.kind, ""),
                "owned": item.ownerships.get(one.house.ownership, ""), "queued": one.house.ownership in item.queued,
                "notices": posted.get(f"facility:{one.house.pk}", []),
                "free": [(item.beds.get(code, code), many) for code, many in sorted(one.free.items())],
            }
            for one in found
        ],
    }  # fmt: skip
    return page(request, "houses.html", context, at="services")


def _taking_in() -> Declared:
    """The first sort of house in which people live."""
    found = next((one for one in catalogue.current().facilities.values() if one.item.agreement), None)
    if found is None:
        raise NotFound("facility_sort", "本地还没有登记这类机构。")
    return found


def _own(request: HttpRequest) -> str:
    """The county in which the reader lives, if it is known."""
    by = as_resident(request)
    me = Person.objects.filter(pk=by.person_id).first() if by is not None else None
    return (county_of(me.path) or "") if me is not None else ""
