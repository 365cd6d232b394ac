"""Files in and out at the desk, pushes that were given up, and rows of other offices that fit nobody."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from minzheng.domains.assistance.models import NationalRecord
from minzheng.kernel import clock
from minzheng.kernel.areas.paths import uid_of
from minzheng.kernel.events.models import LifeEvent, Unplaced
from minzheng.kernel.events.unplaced import set_aside, try_again
from minzheng.kernel.exchange import outbox
from minzheng.kernel.exchange.models import ExtractOut, Intake, Outgoing
from tests.desk.pages import officer
from tests.factories import person, staff
from tests.factories.events import OF_PLATFORM
from tests.factories.people import a_number
from tests.factories.standings import standing
from tests.kernel.test_exchange_files import a_row, as_csv

FILES, PUSHES, UNPLACED = "/desk/exchange/files/", "/desk/exchange/pushes/", "/desk/events/unplaced/"


def bring(desk, content, place):
    form = desk.form(FILES, "bring")
    file = SimpleUploadedFile("一月.csv", content, content_type="text/csv")
    chosen = {"extract": "assistance.national", "place": place, "file": file}
    return desk.client.post(FILES, form.fields | chosen)


def test_a_file_is_checked_corrected_taken_in_and_a_change_file_answered(who):
    desk = officer(who.verifier)
    page = desk.open(FILES)
    assert "还没有导入过文件" in page
    assert "还没有导出过" in page
    assert bring(desk, b"", who.seat.county).status_code == 400
    rows = [a_row(n, uid_of(who.seat.village)) for n in range(5)]
    rows[2]["birth"] = "1961-01-01"
    sent = bring(desk, as_csv(rows), who.seat.county)
    assert sent.status_code == 302, sent.content.decode()[:2000]
    where = sent["Location"]
    page = desk.open(where)
    assert "出生日期：与公民身份号码不一致" in page
    assert "先入库通过的 4 行" in page
    row = desk.open(f"{where}4/")
    assert "号码第7至14位就是出生日期" in row
    assert desk.do(f"{where}4/", "correct", birth="1962-01-01") == f"{where}4/"  # still faulty
    assert desk.do(f"{where}4/", "correct", birth="1960-01-01") == where
    desk.do(where, "all")
    assert NationalRecord.objects.count() == 5
    receipt = desk.client.get(f"{where}receipt/")
    assert receipt.content.decode("utf-8-sig").count("接收") == 5
    assert taken_out(desk, f"{where}faulty/")[:2] == b"PK"
    desk.do(where, "undo", reason="导错了月份")
    assert (NationalRecord.objects.count(), Intake.objects.get().state) == (0, "undone")

    standing(path=who.seat.village)
    out = desk.do(FILES, "export", path=who.seat.county)
    one = ExtractOut.objects.get()
    assert "等待对方回执" in desk.open(out)
    for kind in ("csv", "xlsx"):
        assert states_of(desk, taken_out(desk, f"{out}{kind}/"), who) == {"good": 1}
    said = f"回执号,行号,记录编号,结果,原因\nHZ9,1,{one.lines.get().key},退回,号码重复\n".encode()
    wrong = desk.client.post(out, {"key": "k1", "file": SimpleUploadedFile("r.csv", b"x,y\n1,2")})
    assert wrong.status_code == 400
    done = desk.client.post(out, {"key": "k2", "file": SimpleUploadedFile("r.csv", said)})
    assert done.status_code == 302
    assert "号码重复" in desk.open(out)
    shape = desk.open(f"{FILES}shape/assistance.national/")
    assert "GB/T 4761" in shape
    only_out = desk.client.get(f"{FILES}shape/assistance.low_income_told/template/")
    assert only_out.status_code == 404, "what only goes out has nothing to be filled in"
    assert "记录编号" in desk.client.get(f"{FILES}shape/assistance.national/template/").content.decode(
        "utf-8-sig"
    )
    for by, status in ((who.clerk, 403), (who.county_approver, 403), (who.resident, 403)):
        officer(by).open(FILES, status=status)
    other = officer(staff("verifier", at="22/2201/220183/", name="邻县核对"))
    for url in (where, out, f"{where}receipt/", f"{out}csv/", f"{where}4/"):
        other.open(url, status=404)


def taken_out(desk, url):
    """A file as it is fetched."""
    answer = desk.client.get(url)
    assert answer.status_code == 200
    content: bytes = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content


def states_of(desk, content, who):
    """How a file that went out reads when it comes in: nothing wrong in it."""
    where = bring(desk, content, who.seat.county)["Location"]
    intake = Intake.objects.get(pk=int(where.strip("/").split("/")[-1]))
    found = {}
    for state in intake.lines.values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found


def test_a_push_that_was_given_up_is_seen_tried_again_or_closed_with_a_reason(who):
    desk = officer(who.verifier)
    assert "没有需要处理的推送" in desk.open(PUSHES)
    rows = [
        outbox.put(
            channel="case", subject=f"吉{n}", seq=1, path=who.seat.township, content={"step_name": "受理"}
        )
        for n in (1, 2)
    ]
    Outgoing.objects.update(state="dead", attempts=12, error="status_503")
    page = desk.open(PUSHES)
    assert "对方平台暂停服务" in page
    assert desk.do(f"{PUSHES}{rows[0].pk}/", "again") == PUSHES
    assert desk.send(f"{PUSHES}{rows[1].pk}/", "close", reason=" ").status_code == 400
    desk.do(f"{PUSHES}{rows[1].pk}/", "close", reason="对方已由窗口补录")
    assert list(Outgoing.objects.order_by("id").values_list("state", flat=True)) == ["waiting", "closed"]
    assert "对方已由窗口补录" in desk.open(f"{PUSHES}{rows[1].pk}/")
    assert "不再推送" in desk.open(f"{PUSHES}?state=closed")
    officer(who.clerk).open(PUSHES, status=403)
    officer(staff("verifier", at="22/2201/220183/", name="邻县核对")).open(
        f"{PUSHES}{rows[1].pk}/", status=404
    )


@pytest.fixture
def waiting():
    """Three rows that fitted nobody: a wrong number, somebody without a file yet, somebody of elsewhere."""
    later = a_number()
    for reference, number in (
        ("GA-1", "222190197003050019"),
        ("GA-2", later),
        ("GA-3", "11010519491231002X"),
    ):
        row = {"reference": reference, "kind": "death", "number": number, "day": "2026-02-28"}
        set_aside(source="police", row=row, why="本平台没有此人的档案。", by=OF_PLATFORM)
    return later


def test_rows_that_fit_nobody_are_corrected_tried_again_or_dropped(who, waiting):
    meant = person(path=who.seat.village)
    desk = officer(who.provincial_officer)
    assert "本平台没有此人的档案" in desk.open(UNPLACED)
    one, two, three = Unplaced.objects.order_by("id")
    url = f"{UNPLACED}{one.pk}/"
    assert "222190********0019" in desk.open(url)
    assert desk.send(url, "place", number=meant.id_number).status_code == 400  # on what ground?
    assert desk.send(url, "place", number=a_number(), words="笔误").status_code == 400  # nobody's
    assert desk.do(url, "place", number=meant.id_number, words="公安来函更正").startswith("/desk/events/")
    event = LifeEvent.objects.get()
    assert (event.person, event.kind, event.state, event.reports.get().reference) == (
        meant, "death", "confirmed", "GA-1",
    )  # fmt: skip
    assert try_again() == 0
    found = person(path=who.seat.village, id_number=waiting)
    assert try_again() == 1
    two.refresh_from_db()
    assert (two.state, two.event.person) == ("placed", found)
    assert desk.send(f"{UNPLACED}{three.pk}/", "drop", reason="").status_code == 400
    desk.do(f"{UNPLACED}{three.pk}/", "drop", reason="非本省人员")
    assert "没有需要处理的来源事件" in desk.open(UNPLACED)
    assert "非本省人员" in desk.open(f"{UNPLACED}{three.pk}/")
    officer(who.clerk).open(UNPLACED, status=403)
    officer(who.county_approver).open(url, status=404)  # it lies with the province


def test_a_move_is_reported_by_hand_and_waits_for_the_county(who):
    mover, village = person(path=who.seat.village), officer(who.coordinator)
    to = staff("coordinator", at="22/2201/220122/220122101/220122101211/", name="邻村").scope[0]
    url = f"/desk/events/new/{mover.pk}/"
    told = {"day": "2026-03-01", "whole_household": "no", "words": "已看户口簿"}
    assert village.send(url, "move", place="没有这个村", **told).status_code == 400
    where = village.do(url, "move", place=uid_of(to), **told)
    event = LifeEvent.objects.get()
    assert where == f"/desk/events/{event.pk}/"
    assert (event.kind, event.state, event.to_path, event.day) == (
        "hukou_move",
        "reported",
        to,
        date(2026, 3, 1),
    )
    county = officer(who.county_approver)
    county.do(where, "decide", report=event.reports.get().pk, reason="户口簿属实")
    event.refresh_from_db()
    assert event.state == "confirmed"
    assert clock.today() == date(2026, 3, 3)
