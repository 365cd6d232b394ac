"""A register as a tool: searched in pinyin, its views kept and shared, exported by the worker, brought in by a file."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta

import pytest
import python_calamine
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client

from minzheng.domains.assistance.models import NationalRecord
from minzheng.domains.eldercare.models import Certificate
from minzheng.kernel import clock
from minzheng.kernel.areas.paths import uid_of
from minzheng.kernel.areas.queries import names as place_names
from minzheng.kernel.audit import system
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.exchange.models import Intake
from minzheng.kernel.facilities import furnishing
from minzheng.kernel.facilities.models import Fitting
from minzheng.kernel.linkage import scanning
from minzheng.kernel.linkage.models import Pair
from minzheng.kernel.people import shelves
from minzheng.kernel.people.models import Person
from minzheng.kernel.registers import exporting, tasks
from minzheng.kernel.registers.models import Export, SavedView
from tests.desk.pages import officer
from tests.domains.test_eldercare_homes import filed
from tests.factories import NEXT_COUNTY, NONGAN, cast, staff, user_of
from tests.factories.homes import an_elder
from tests.factories.homes import people as houses
from tests.factories.people import a_number, person
from tests.factories.standings import standing
from tests.kernel.test_exchange_files import a_row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]
URL = "/desk/registers/assistance.standings/"
NATIONAL = "/desk/registers/assistance.national_records/"


@pytest.fixture
def people():
    with clock.frozen(date(2026, 4, 10)):
        yield cast()


def enter(client, who):
    client.force_login(user_of(who))
    return client


def text(response):
    return response.content.decode()


def names(client, q, **more):
    page = text(client.get(URL, {"q": q, **more}))
    return {one for one in ("单小满", "林白露", "吕仙") if one in page}


def test_names_are_found_as_they_are_typed_and_a_view_is_kept_shared_and_removed(client, people):
    for name in ("单小满", "林白露", "吕仙"):
        standing(path=NONGAN.village, name=name)
    enter(client, people.clerk)
    assert names(client, "shanxiaom") == names(client, "sxm") == names(client, "小满") == {"单小满"}
    assert names(client, "linbailu") == names(client, "林 白露") == {"林白露"}
    assert names(client, "lvxian") == {"吕仙"}
    assert names(client, "林 小满") == names(client, "zzz") == set()
    only = text(client.get(URL, {"col": ["applicant.name", "amount"], "state": "current"}))
    assert "复核期限</th>" not in only
    assert "月保障金" in only

    kept = {"name": "本镇在保", "state": "current", "col": ["applicant.name", "amount"], "shared": "on"}
    assert client.post(f"{URL}views/", kept).status_code == 302
    client.post(f"{URL}views/", kept)  # the same name is the same view
    view = SavedView.objects.get()
    assert view.asked["filters"] == {"state": "current"}
    assert "请给视图起一个名称" in text(client.post(f"{URL}views/", {"name": " "}, follow=True))
    number = {"name": "某人", "q": standing(path=NONGAN.village).applicant.id_number}
    assert "不能保存为视图" in text(client.post(f"{URL}views/", number, follow=True))
    colleague = staff("clerk", at=NONGAN.township, name="同镇受理")
    page = text(enter(client, colleague).get(URL))
    assert "本镇在保" in page
    for deed in ("drop/", ""):
        assert client.post(f"{URL}views/{view.pk}/{deed}", {"name": "夺"}).status_code == 404
    owner = enter(Client(), people.clerk)
    changed = owner.post(f"{URL}views/{view.pk}/", {"name": "在保户", "default": "on"})
    assert changed.status_code == 302
    assert "state=current" in owner.get(URL)["Location"]  # the register opens with it
    assert owner.get(f"{URL}?all=1").status_code == 200
    owner.post(f"{URL}views/", kept)
    taken = owner.post(f"{URL}views/{view.pk}/", {"name": "本镇在保"}, follow=True)
    assert "您已有名为“本镇在保”的视图" in text(taken)
    view.refresh_from_db()
    assert (view.name, view.shared, view.default) == ("在保户", False, True)
    assert "在保户" not in text(client.get(URL))
    elsewhere = staff("clerk", at=NEXT_COUNTY.township, name="外县受理")
    assert "本镇在保" not in text(enter(client, elsewhere).get(URL))
    assert client.post("/desk/registers/assistance.standings/views/", {"name": "x"}).status_code == 302
    enter(client, people.clerk).post(f"{URL}views/{view.pk}/drop/")
    assert not SavedView.objects.filter(pk=view.pk).exists()
    for who in (people.verifier, people.resident):
        assert enter(client, who).post(f"{URL}views/", {"name": "x"}).status_code == 403

    paper = text(enter(client, people.clerk).get(f"{URL}print/", {"q": "单小满"}))
    assert "打印人：王受理" in paper
    assert "内部资料" in paper
    assert "林白露" not in paper
    assert Entry.objects.get(verb="registers.print").after["rows"] == 1


def test_a_long_workbook_is_made_by_the_worker_for_its_asker_alone_and_expires(client, people, monkeypatch):
    monkeypatch.setattr("minzheng.desk.registers.exports.AT_ONCE", 2)
    for n in range(4):
        standing(path=NONGAN.village, name=f"=林{'一二三四'[n]}")
    standing(path=NEXT_COUNTY.village, name="林外县")
    enter(client, people.clerk)
    asked = client.post(f"{URL}export/", {"q": "=林", "col": ["applicant.name", "amount"], "key": "k1"})
    where = asked["Location"]
    assert client.post(f"{URL}export/", {"q": "=林", "key": "k1"})["Location"] == where  # a double click
    page = text(client.get(where))
    assert "等待生成" in page
    assert "0 / 4 条" in text(client.get(f"{where}progress/"))
    assert client.post(f"{where}file/").status_code == 409
    one = Export.objects.get()
    tasks.make(one.pk)
    tasks.make(one.pk)  # made once
    one.refresh_from_db()
    assert (one.state, one.done, one.rows) == ("done", 4, 4)
    assert client.get(f"{where}progress/").headers["HX-Refresh"] == "true"
    assert "下载 Excel" in text(client.get(where))
    content = b"".join(client.post(f"{where}file/").streaming_content)
    rows = python_calamine.load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert [len(row) for row in rows[3:]] == [2] * 4
    assert {row[0] for row in rows[3:]} == {"=*一", "=*二", "=*三", "=*四"}
    assert "王受理" in rows[0][0]
    assert Entry.objects.filter(verb="registers.fetch_export", outcome="done").count() == 1
    assert "低收入人口台账" in text(client.get("/desk/registers/exports/"))
    for who in (people.stranger, people.provincial_officer, people.investigator):
        assert enter(client, who).get(where).status_code == 404
        assert client.post(f"{where}file/").status_code == 404
    with clock.frozen(date(2026, 4, 12)):
        enter(client, people.clerk)
        assert client.post(f"{where}file/").status_code == 409
        assert exporting.sweep() == 1
        assert not list(shelves.folder(exporting.SHELF).glob(one.stored_name))
        assert "已过期" in text(client.get(where))
    # Whoever lost the post meanwhile takes nothing out.
    client.post(f"{URL}export/", {"q": "=林", "key": "k2"})
    late = Export.objects.latest("id")
    user_of(people.clerk).postings.update(until_on=clock.today() - timedelta(days=1))
    tasks.resume(0)
    tasks.make(late.pk)
    late.refresh_from_db()
    assert late.state == "failed"
    assert "不能查阅" in late.reason


def workbook(rows):
    from tests.kernel.test_exchange_files import extract

    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        for at, field in enumerate(extract().fields):
            sheet.write_string(0, at, field.label)
            for line, row in enumerate(rows, 1):
                sheet.write_string(line, at, row[field.code])
    return out.getvalue()


def test_a_register_is_brought_in_by_a_file_with_cells_named_and_taken_back_as_one(client, people):
    desk = officer(people.provincial_officer)
    page = desk.open(NATIONAL)
    assert "导入 Excel" in page
    answer = desk.client.get(f"{NATIONAL}import/template/")
    sheet = python_calamine.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).get_sheet_by_index(
        0
    )
    assert sheet.to_python()[0][:2] == ["记录编号", "救助类别"]
    rows = [a_row(n, uid_of(NONGAN.village)) for n in range(4)]
    rows[1]["birth"] = "1961-01-01"
    file = SimpleUploadedFile("四月.xlsx", workbook(rows))
    missing = desk.client.post(f"{NATIONAL}import/", {"place": "22/", "key": "a"})
    assert missing.status_code == 400
    assert (
        desk.client.post(f"{NATIONAL}import/", {"place": "23/", "file": file, "key": "b"}).status_code == 400
    )
    file.seek(0)
    sent = desk.client.post(f"{NATIONAL}import/", {"place": "22/", "file": file, "key": "c"})
    where = sent["Location"]
    assert "G3 出生日期：与公民身份号码不一致" in desk.open(where)
    assert NationalRecord.objects.count() == 0
    desk.do(where, "good")
    assert NationalRecord.objects.count() == 3
    desk.do(f"{where}3/", "correct", birth="1960-01-01")
    desk.do(where, "all")
    assert NationalRecord.objects.count() == 4
    assert re.search(r"测第1", desk.open(NATIONAL))
    desk.do(where, "undo", reason="月份不对")
    assert (NationalRecord.objects.count(), Intake.objects.get().state) == (0, "undone")
    assert "已撤销" in desk.open(f"{NATIONAL}import/")
    for who in (people.clerk, people.stranger, people.resident):
        assert enter(client, who).get(f"{NATIONAL}import/").status_code == 403
        assert client.get(f"{NATIONAL}import/template/").status_code == 403
    assert enter(client, people.provincial_officer).get(f"{URL}import/").status_code == 404


def lines_of(template, rows):
    """The template of a register filled in, each row by the labels of the columns."""
    heads = python_calamine.load_workbook(
        io.BytesIO(b"".join(template.streaming_content))
    ).get_sheet_by_index(0)
    labels, out = heads.to_python()[0], io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        for line, row in enumerate([dict(zip(labels, labels, strict=True)), *rows]):
            for at, label in enumerate(labels):
                sheet.write_string(line, at, row.get(label, ""))
    return SimpleUploadedFile("三月.xlsx", out.getvalue())


def taken_by_a_statement(deed):
    """Whoever runs statements of their own may say to be any verb; the audit does not know of it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('minzheng.deed', %s, true)", [deed])
        cursor.execute("DELETE FROM eldercare_certificate")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_entries_are_made_line_by_line_as_the_form_would_tried_before_and_taken_back(client):
    who = houses()
    with clock.frozen(date(2024, 3, 4)):
        numbers = [a_number() for _ in range(3)]
        for at, number in enumerate(numbers):
            an_elder(birth=date(1990, 4, 5), id_number=number, path=NONGAN.village, name=f"测护{at}")
        desk, url = officer(who.officer), "/desk/registers/eldercare.certificates/"
        row = {"课程": "失智老年人照护（40 学时）", "考试成绩": "88", "发证日期": "2024-03-01"}
        rows = [{"学员身份证号码": number, "证书编号": f"Z-{at}", **row} for at, number in enumerate(numbers)]
        rows += [
            rows[0] | {"证书编号": "Z-9"},
            rows[1] | {"考试成绩": "甲"},
            rows[2] | {"学员身份证号码": a_number()},
        ]
        template = desk.client.get(f"{url}import/template/")
        sent = {"place": NONGAN.county, "file": lines_of(template, rows), "key": "a"}
        where = desk.client.post(f"{url}import/", sent)["Location"]
        page = desk.open(where)
        for said in (
            "B5 课程：此人这门课程已经发证", "C6 考试成绩：不是数目", "A7 学员身份证号码：没有这个身份证号码的档案",
        ):  # fmt: skip
            assert said in page
        assert (Certificate.objects.count(), f"{url}import/" in page) == (0, True)
        desk.do(where, "good")
        assert list(Certificate.objects.order_by("id").values_list("number", "hours", "by_name")) == [
            (f"Z-{at}", 40, who.officer.name) for at in range(3)
        ]
        (done,) = Entry.objects.filter(verb="extracts.take_in", outcome="done")
        assert [one["verb"] for one in done.parts] == ["eldercare.pass_course"] * 3
        # Brought again with one more: what stands is no second entry.
        again = desk.client.post(f"{url}import/", sent | {"file": lines_of(
            desk.client.get(f"{url}import/template/"), rows[:3]), "key": "b"})["Location"]  # fmt: skip
        assert Intake.objects.latest("id").lines.filter(state="same").count() == 3
        desk.do(again, "aside", reason="重复")
        for deed in ("", "eldercare.pass_course", "extracts.undo"):
            with (
                pytest.raises(IntegrityError, match=r"not deleted|audit does not know"),
                transaction.atomic(),
            ):
                taken_by_a_statement(deed)
        desk.do(where, "undo", reason="表格拿错了")
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        assert Certificate.objects.count() == 0
        assert Certificate.pgh_event_model.objects.count() == 3
        for other in (who.rater, who.inspector):
            assert enter(client, other).get(f"{url}import/").status_code == 403
        stranger = staff("county_officer", at=NEXT_COUNTY.county, domain="eldercare", name="测邻县")
        assert enter(client, stranger).get(where).status_code == 404


def test_beds_come_by_a_file_and_what_was_done_with_since_is_not_taken_back(client):
    who = houses()
    with clock.frozen(date(2024, 3, 4)):
        home = filed(who)
        desk, url = officer(who.keeper), "/desk/registers/eldercare.beds/"
        rows = [
            {
                "机构": home.name,
                "房间": "301",
                "床号": str(at),
                "床位类型": "护理型",
                "启用日期": "2024年3月1日",
            }
            for at in range(1, 4)
        ]
        before = home.beds.count()
        template = desk.client.get(f"{url}import/template/")
        sent = {"place": who.keeper.posts[0].path, "file": lines_of(template, rows), "key": "a"}
        where = desk.client.post(f"{url}import/", sent)["Location"]
        desk.do(where, "all")
        assert home.beds.count() == before + 3
        assert Fitting.objects.filter(bed__room="301", kind="care").count() == 3
        assert "301" in desk.open(f"/desk/registers/eldercare.institutions/{home.pk}/")
        # Another keeper of the same place sees neither the file nor the house.
        other = staff("home_keeper", at=who.keeper.posts[0].path, domain="eldercare", name="测别家")
        assert enter(client, other).get(where).status_code == 404
        assert home.name not in text(client.get("/desk/registers/eldercare.institutions/"))
        desk.do(where, "undo", reason="房间不对")
        assert (home.beds.count(), Fitting.objects.filter(bed__room="301").count()) == (before, 0)
        sent |= {"file": lines_of(desk.client.get(f"{url}import/template/"), rows), "key": "b"}
        where = desk.client.post(f"{url}import/", sent)["Location"]
        desk.do(where, "all")
        furnishing.mend(bed=home.beds.get(room="301", number="2"), usable=False, by=who.keeper)
        assert "不能整批撤销" in desk.send(where, "undo", reason="误").content.decode()
        assert home.beds.filter(room="301").count() == 3


def test_a_list_of_people_opens_files_changes_none_and_leaves_doubles_to_the_steward(client, people):
    desk, url = officer(people.clerk), "/desk/registers/assistance.people/"
    number, new, born = a_number(), a_number(), date(1961, 5, 6)
    person(name="测在册", id_number=number, path=NONGAN.village, phone="0431-88123456")
    person(name="刘喆", birth=born, path=NONGAN.village, phone="13800138000")
    home = place_names([NONGAN.village], within=people.clerk.scope)[NONGAN.village]
    row = {"居住的村（社区）": home}
    rows = [
        row | {"姓名": "测新一", "身份证号码": new, "联系电话": "0431-88123457"},
        row | {"姓名": "测在册", "身份证号码": number},
        row | {"姓名": "劉哲", "出生日期": "1961-05-06", "性别": "男", "联系电话": "13800138000"},
        row | {"姓名": "刘喆", "出生日期": "1961-05-06"},
        row | {"姓名": "测新一", "身份证号码": new},
        row | {"姓名": "测改名", "身份证号码": number},
        row | {"姓名": "测在册", "身份证号码": number, "联系电话": "0431-88000000"},
    ]  # fmt: skip
    template = desk.client.get(f"{url}import/template/")
    sent = {"place": people.clerk.posts[0].path, "file": lines_of(template, rows), "key": "a"}
    where = desk.client.post(f"{url}import/", sent)["Location"]
    page = desk.open(where)
    for said in ("与上面的另一行是同一条记录", "登记在另一个姓名下", "联系电话与这里填的不同", "同一天出生"):
        assert said in page, said
    lines, before = Intake.objects.get().lines, Person.objects.count()
    assert [one.line for one in lines.filter(state="same")] == [3]
    desk.do(where, "good")
    assert [lines.filter(state="taken").count(), Person.objects.count()] == [2, before + 2]
    scanning.scan(by=system("nightly"))
    assert Pair.objects.get(state="open").second.name == "劉哲"
    assert "测新一" in desk.open(f"{url}?q=cxy")
    desk.do(where, "undo", reason="名单拿错了")
    assert (Person.objects.count(), Pair.objects.exists()) == (before, False)
    assert Person.objects.get(id_number=number).phone == "0431-88123456"


def test_a_file_is_put_right_by_those_whose_duty_it_is_and_numbers_stay_behind_the_mask(client, people):
    one = person(name="测在册", path=NONGAN.village, id_number=a_number(), phone="0431-88123456")
    url = f"/desk/registers/assistance.people/{one.pk}/"
    desk, steward = officer(people.clerk), officer(staff("data_steward", at=NONGAN.county, name="测管"))
    desk.do(url, "phone", phone="0431-88123457", reason="本人到场")
    number = a_number(birth=date(1980, 2, 3), sex="2")
    assert "没有填写要更正的内容" in steward.send(url, "identity", reason="户口簿").content.decode()
    steward.do(url, "identity", id_number=number, reason="户口簿")
    one.refresh_from_db()
    assert (one.sex, one.birth, one.phone) == ("2", date(1980, 2, 3), "0431-88123457")
    page = steward.open(url)
    assert number not in page
    assert "0431-88123457" not in page
    assert "更正身份信息" not in desk.open(url)
    assert enter(client, people.stranger).get(url).status_code in (403, 404)
