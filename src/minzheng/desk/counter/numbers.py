"""What a citizen number says, while it is being typed: sex, birthday, where first registered, and whether on file."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from minzheng.desk import frame
from minzheng.desk.cases.starting import may_apply
from minzheng.kernel import audit, clock
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.queries import in_force
from minzheng.kernel.errors import Refused
from minzheng.kernel.people.identity import check_citizen_number
from minzheng.kernel.people.searching import people_found

__all__ = ["number"]


@require_POST
def number(request: HttpRequest) -> JsonResponse:
    """Sent in the body, so that no address keeps it; who is on file here is named by a link, not in words."""
    by = may_apply(frame.staff(request))
    try:
        said = check_citizen_number(request.POST.get("number", "")[:24], today=clock.today())
    except Refused as error:
        return JsonResponse({"problem": error.message}, status=400)
    found = people_found(said.number, by=by)
    for person in found:
        audit.read("people.find_person", by=by, about=person, path=person.path, reason="窗口核对号码")
    county = (
        in_force().filter(level=int(Level.COUNTY), uid=said.region).values_list("name", flat=True).first()
    )
    return JsonResponse({
        "sex": said.sex, "birth": said.birth.isoformat(), "region": county or "外省或已停用的区划代码",
        "url": f"/desk/cases/new/{found[0].pk}/" if found else "",
    })  # fmt: skip
