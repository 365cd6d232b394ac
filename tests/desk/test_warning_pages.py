"""A warning at the desk: compared, listed, visited with a telephone, followed until an application."""

from __future__ import annotations

from datetime import date

from django.db import connection
from django.test.utils import CaptureQueriesContext

from minzheng.kernel.audit.models import Entry
from minzheng.kernel.casework.models import Case
from minzheng.kernel.monitoring import actions
from minzheng.kernel.monitoring.models import Alert
from tests.desk.pages import officer
from tests.factories import household, person
from tests.factories.events import tell

LIST = "/desk/warnings/"


def test_a_warning_is_visited_and_leads_to_the_counter(who):
    home = household(person(path=who.seat.village, name="测白露"), path=who.seat.village)
    member = home.memberships.get().person
    county, village, clerk = officer(who.county_approver), officer(who.coordinator), officer(who.clerk)
    assert "没有待办的预警" in village.open(LIST)
    tell(member, "disaster", date(2026, 3, 1), source="emergency")
    county.do(LIST, "compare", path=who.seat.county)
    assert "新增 1 户" in county.open(LIST)
    one = Alert.objects.get()
    page = village.open(LIST)
    assert "意外事故或灾害" in page
    assert "紧急，待走访" in page
    assert "待走访的预警" in village.open("/desk/visits/")
    assert "登记走访" in village.open(f"{LIST}{one.pk}/")
    assert "等待村级协理员走访" in clerk.open(f"{LIST}{one.pk}/")
    clerk.open(f"{LIST}{one.pk}/visit/", status=403)
    bare = village.send(f"{LIST}{one.pk}/visit/", "visit", seen="房屋过火", result="")
    assert bare.status_code == 400
    form = village.form(f"{LIST}{one.pk}/visit/", "visit")
    told = {**form.fields, "visit-seen": "房屋过火，暂住亲戚家", "visit-result": "emergency"}
    for _ in range(2):  # a double click, or the back button
        assert village.client.post(f"{LIST}{one.pk}/visit/", told).status_code == 302
    one.refresh_from_db()
    assert (one.state, one.result, one.visit.answers["seen"]) == (
        "following",
        "emergency",
        "房屋过火，暂住亲戚家",
    )
    page = clerk.open(f"{LIST}{one.pk}/")
    assert "可以考虑：先行救助（急难型临时救助）、临时救助（支出型）。" in page
    begin = f"/desk/cases/new/{member.pk}/?lead={one.lead_id}"
    assert begin in page
    assert "线索还没有办理" in clerk.send(f"{LIST}{one.pk}/", "close", words="已救助").content.decode()
    assert clerk.client.post(begin, {"service": "assistance.temporary", "key": "k1"}).status_code == 302
    assert Case.objects.get().lead_id == one.lead_id
    assert "救助链" in page
    assert Entry.objects.filter(verb="monitoring.read_alert").exists()


def test_the_list_costs_the_same_for_one_and_for_many_and_goes_on_from_the_last(who):
    county = officer(who.county_approver)
    seen: list[list[str]] = []
    for many in (1, 24):
        for _ in range(many):
            home = household(person(path=who.seat.village), path=who.seat.village)
            tell(home.memberships.get().person, "job_loss", date(2026, 3, 1), source="labour")
        actions.sweep(monitor="assistance.low_income", path=who.seat.county, by=who.county_approver)
        county.open(LIST)  # what is asked once for the process is asked here
        with CaptureQueriesContext(connection) as queries:
            county.open(LIST)
        asked = [one["sql"] for one in queries.captured_queries]
        # That somebody is here is written down by the clock of the machine, not by what is shown.
        seen.append(
            [one for one in asked if "session" not in one and "SAVEPOINT" not in one and "signed" not in one]
        )
    assert len(seen[0]) == len(seen[1]), "\n".join(sorted(one[:200] for one in seen[1]))
    first = county.open(LIST)
    after = first.split("?after=")[1].split('"')[0]
    assert county.open(f"{LIST}?after={after}").count(f'href="{LIST}') >= 5
    assert "共 25 户" in first
    assert "没有符合条件的预警" in county.open(f"{LIST}?rule=M4")


def test_others_see_neither_list_nor_warning(who):
    home = household(person(path=who.seat.village), path=who.seat.village)
    tell(home.memberships.get().person, "dropout", date(2026, 3, 1), source="education")
    actions.sweep(monitor="assistance.low_income", path=who.seat.county, by=who.county_approver)
    one = Alert.objects.get()
    officer(who.payer).open(LIST, status=403)
    officer(who.stranger).open(f"{LIST}{one.pk}/", status=404)
    assert "没有待办的预警" in officer(who.stranger).open(LIST)
    officer(who.resident).open(LIST, status=403)
