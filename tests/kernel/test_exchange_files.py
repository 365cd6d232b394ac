"""Files of the national system come in row by row, are put right, taken back, and go out as changes with receipts."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import xlsxwriter

from minzheng.domains.assistance.models import NationalRecord, Standing
from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.areas.paths import uid_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.documents import packed as packing
from minzheng.kernel.errors import NotAllowed, NotFound, Refused, Stale
from minzheng.kernel.exchange.extracts.cleaning import cleaned
from minzheng.kernel.exchange.extracts.intake import correct, put_aside, stage, take_in, undo
from minzheng.kernel.exchange.extracts.receipts import csv_of, receipt_for, receipt_of
from minzheng.kernel.exchange.extracts.sending import acknowledge, export_changes
from minzheng.kernel.exchange.models import ExtractOut, Intake
from minzheng.kernel.people.models import Person
from tests.factories import cast, household, person
from tests.factories.cast import Cast
from tests.factories.people import a_number

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]
CODE = "assistance.national"


@pytest.fixture
def who() -> Iterator[Cast]:
    with clock.frozen(date(2026, 4, 10)):
        yield cast()


def extract() -> declare.Extract:
    found: declare.Extract = catalogue.current().extracts[CODE].item
    return found


def a_row(n: int, area: str, **changed: str) -> dict[str, str]:
    """One record as the national system writes it."""
    number = a_number(birth=date(1960, 1, 1))
    return {
        "key": f"QG2026-{n:04d}", "class": "低保", "household": f"H{n:04d}", "name": f"测第{n}", "id_number": number,
        "sex": "1", "birth": "1960-01-01", "relation": "2", "area": area, "class_ur": "农村", "members": "1",
        "amount": "384.50", "from_on": "2026年1月1日", "until_on": "", "review_due": "2027/1/1",
        "disability_category": "", "disability_grade": "", **changed,
    }  # fmt: skip


def as_csv(rows: list[dict[str, str]], *, encoding: str = "utf-8-sig") -> bytes:
    fields = extract().fields
    out = io.StringIO(newline="")
    writing = csv.writer(out)
    writing.writerow(["处理", *(one.label for one in fields)])
    writing.writerows([[row.get("change", ""), *(row[one.code] for one in fields)] for row in rows])
    return out.getvalue().encode(encoding)


def as_workbook(rows: list[dict[str, str]]) -> bytes:
    out, fields = io.BytesIO(), extract().fields
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_string(0, 0, "全国救助信息　内部资料")
        for at, one in enumerate(fields):
            sheet.write_string(1, at, one.label)
        for line, row in enumerate(rows, 2):
            for at, one in enumerate(fields):
                whole = row[one.code].isdigit() and len(row[one.code]) < 5
                write = sheet.write_number if whole else sheet.write_string
                write(line, at, int(row[one.code]) if whole else row[one.code])
    return out.getvalue()


def brought(who: Cast, content: bytes, *, by: Actor | None = None, path: str = "") -> Intake:
    found: Intake = stage(
        extract=CODE,
        content=content,
        filename="全国救助信息.csv",
        path=path or who.seat.county,
        by=by or who.verifier,
    )
    return found


def states(intake: Intake) -> dict[str, int]:
    found: dict[str, int] = {}
    for state in intake.lines.values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found


def test_two_hundred_records_with_three_faulty_ones_are_staged_put_right_taken_in_and_taken_back(
    who: Cast,
) -> None:
    area = uid_of(who.seat.village)
    rows = [a_row(n, area) for n in range(200)]
    rows[7]["id_number"] = rows[7]["id_number"][:-1] + ("0" if rows[7]["id_number"][-1] != "0" else "1")
    rows[50]["amount"] = "-5"
    rows[120] |= {"change": "终止", "class": "07"}
    known = person(
        path=who.seat.village, name=rows[0]["name"], id_number=rows[0]["id_number"], birth=date(1960, 1, 1)
    )
    content = as_csv(rows, encoding="gb18030")
    intake = brought(who, content)
    assert (intake.rows, states(intake), NationalRecord.objects.count()) == (
        200,
        {"good": 197, "faulty": 3},
        0,
    )
    wrong = {one.line: one.errors for one in intake.lines.filter(state="faulty")}
    assert {line: [one["field"] for one in errors] for line, errors in wrong.items()} == {
        9: ["公民身份号码"], 52: ["家庭月保障金额（元）"], 122: ["救助类别", "终止日期"],
    }  # fmt: skip
    assert all(one[part] for errors in wrong.values() for one in errors for part in ("what", "why", "next"))
    assert brought(who, content).pk == intake.pk  # the same file twice is the same intake
    with pytest.raises(Refused, match="还有没有更正的行"):
        take_in(intake=intake, by=who.verifier)
    take_in(intake=intake, only_good=True, by=who.verifier, version=1)
    with pytest.raises(Stale):
        take_in(intake=intake, only_good=True, by=who.verifier, version=1)
    assert (NationalRecord.objects.count(), NationalRecord.objects.get(key="QG2026-0000").person) == (
        197,
        known,
    )
    said = list(receipt_for(intake))[1:]
    assert [(row[1], row[3]) for row in said if row[3] == "退回"] == [
        ("9", "退回"),
        ("52", "退回"),
        ("122", "退回"),
    ]
    line = intake.lines.get(line=52)
    assert correct(line=line, cells={"amount": "三百元"}, by=who.verifier).state == "faulty"
    assert correct(line=line, cells={"amount": "300"}, by=who.verifier).state == "good"
    taken = correct(line=intake.lines.get(line=9), cells={"id_number": rows[0]["id_number"]}, by=who.verifier)
    assert [one["field"] for one in taken.errors] == ["姓名"]  # that number is somebody else's here
    correct(
        line=intake.lines.get(line=9), cells={"id_number": a_number(birth=date(1960, 1, 1))}, by=who.verifier
    )
    correct(line=intake.lines.get(line=122), cells={"class": "L2", "until_on": "2026-03-31"}, by=who.verifier)
    take_in(intake=intake, by=who.verifier)
    assert (states(intake), NationalRecord.objects.count()) == ({"taken": 200}, 200)
    assert str(NationalRecord.objects.get(key="QG2026-0120").until_on) == "2026-03-31"
    with pytest.raises(Stale):
        correct(line=line, cells={"amount": "1"}, by=who.verifier)

    rows[3]["amount"] = "500.00"
    later = brought(who, as_workbook(rows[:10]))
    assert states(later) == {"same": 8, "good": 1, "faulty": 1}
    take_in(intake=later, only_good=True, by=who.verifier)
    assert NationalRecord.objects.get(key="QG2026-0003").row["amount"] == 500_00
    with pytest.raises(Refused, match="请先撤销那个批次"):
        undo(intake=intake, reason="文件有误", by=who.verifier)
    undo(intake=later, reason="文件有误", by=who.verifier)
    assert NationalRecord.objects.get(key="QG2026-0003").row["amount"] == 384_50
    with pytest.raises(Refused, match="理由"):
        undo(intake=intake, reason=" ", by=who.verifier)
    undo(intake=intake, reason="导错了地区", by=who.verifier)
    assert NationalRecord.objects.count() == 0
    again = brought(who, content)  # taken back, it may be brought again
    assert again.pk != intake.pk
    put_aside(intake=again, reason="暂不导入", by=who.verifier)
    with pytest.raises(Stale):
        take_in(intake=again, only_good=True, by=who.verifier)


def test_files_that_are_none_and_people_who_may_not_are_refused_whole(
    who: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = [a_row(1, uid_of(who.seat.village))]
    for by, error in ((who.clerk, NotFound), (who.county_approver, NotAllowed), (who.stranger, NotFound)):
        with pytest.raises(error):
            brought(who, as_csv(good), by=by)
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * (4 * 1024 * 1024))
    monkeypatch.setattr(packing, "_MOST_UNPACKED", 1024 * 1024)
    cases = {
        "展开后过大": bomb.getvalue(), "打不开": b"PK\x03\x04 no archive", "缺少这些列": "姓名,金额\n甲,1".encode(),
        "没有数据": as_csv([]), "编码": b"\xff\xfe\x00\xff\xff",
    }  # fmt: skip
    for words, content in cases.items():
        with pytest.raises(Refused, match=words):
            brought(who, content)
    assert Intake.objects.count() == 0
    foreign = brought(who, as_csv([a_row(2, "220183999999"), a_row(2, uid_of(who.seat.village))]))
    fields = [[one["field"] for one in row.errors] for row in foreign.lines.order_by("line")]
    assert fields == [["行政区划代码", "记录编号"], ["记录编号"]]


def registered(who: Cast, **fields: Any) -> Standing:
    head = person(path=who.seat.village, birth=date(1950, 6, 1))
    wife = person(
        path=who.seat.village, sex="2", birth=date(1952, 6, 1), disability_category=4, disability_grade=2
    )
    kept = {
        "low_income_class": "L2", "class_ur": "rural", "members": 2, "amount": 769_00, "valid_from": date(2026, 1, 1),
        "review_due": date(2027, 1, 1), "decision_number": "演示1号", **fields,
    }  # fmt: skip
    home = household(head, wife, path=who.seat.village)
    return Standing.objects.create(household=home, applicant=head, path=home.path, **kept)


def file_of(out: ExtractOut) -> bytes:
    fields = extract().fields
    rows = [["处理", *(one.label for one in fields)]]
    for line in out.lines.order_by("line"):
        rows.append([declare.EXTRACT_CHANGES[line.change], *(line.cells[one.code] for one in fields)])
    return csv_of(rows)


def test_a_change_file_goes_out_comes_back_clean_and_only_changes_follow(who: Cast) -> None:
    kept, changing, ending = registered(who), registered(who), registered(who)
    registered(who, state="ended", ended_on=date(2026, 3, 1))  # began and ended unsaid
    Person.objects.filter(pk=kept.applicant_id).update(name="=HYPERLINK(1)")
    with pytest.raises(NotAllowed):
        export_changes(extract=CODE, path=who.seat.county, by=who.county_approver)
    first = export_changes(extract=CODE, path=who.seat.county, by=who.verifier)
    assert (first.new, first.changed, first.ended) == (6, 0, 0)
    content = file_of(first)
    assert b",'=HYPERLINK(1)," in content  # no spreadsheet reckons with it
    back = brought(who, content)
    assert states(back) == {"good": 6}
    take_in(intake=back, by=who.verifier)
    sent = {one.key: one.cells for one in first.lines.all()}
    stored = dict(NationalRecord.objects.values_list("key", "row"))
    for key, cells in sent.items():  # the round trip keeps every value
        assert cleaned(extract(), cells, areas=[cells["area"]])[0] | {"change": ""} == stored[key] | {
            "change": ""
        }
    assert (
        NationalRecord.objects.get(key=next(k for k in sent if "HYPER" in sent[k]["name"])).name
        == "=HYPERLINK(1)"
    )

    # The other side's receipt is the one we would write ourselves; one record is refused there.
    said = [list(row) for row in receipt_for(back)]
    refused = said[1][2]
    said[1][3:5] = ["退回", "身份证号码已在他省登记"]
    receipt = csv_of(said)
    done = acknowledge(out=first, content=receipt, by=who.verifier)
    assert (done.state, done.receipt, done.refused) == ("acknowledged", back.number, 1)
    assert acknowledge(out=first, content=receipt, by=who.verifier).refused == 1
    assert receipt_of(receipt)[1][0].reason == "身份证号码已在他省登记"
    with pytest.raises(Refused, match="已登记过回执"):
        acknowledge(out=first, content=receipt.replace(back.number.encode(), b"OTHER"), by=who.verifier)

    with clock.frozen(date(2026, 5, 6)):
        Standing.objects.filter(pk=changing.pk).update(amount=800_00)
        Standing.objects.filter(pk=ending.pk).update(state="ended", ended_on=date(2026, 5, 1))
        second = export_changes(extract=CODE, path=who.seat.county, by=who.provincial_officer)
        again = {one.key for one in second.lines.filter(change="new")}
        assert (second.new, second.changed, second.ended, again) == (1, 2, 2, {refused})
        two = brought(who, file_of(second))
        assert states(two) == {"same": 1, "good": 4}
        take_in(intake=two, by=who.verifier)
        ended = NationalRecord.objects.filter(until_on__isnull=False)
        assert {str(one.until_on) for one in ended} == {"2026-05-01"}
        with pytest.raises(Refused, match="没有新增、变更或终止"):
            export_changes(extract=CODE, path=who.seat.county, by=who.verifier)
        stray = csv_of([said[0], ["HZ1", "2", "NOT-OURS", "接收", ""]])
        with pytest.raises(Refused, match="不在这个批次里"):
            acknowledge(out=second, content=stray, by=who.verifier)
        second.refresh_from_db()
        assert second.state == "made"
