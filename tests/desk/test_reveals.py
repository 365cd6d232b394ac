"""Personal data at the desk: closed compartments, a field opened for a reason, a full list released by a second."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import python_calamine
from django.db import DatabaseError, connection, transaction

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor, note, verb, viewing
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.casework import posting
from minzheng.kernel.casework.models import Case, Objector
from minzheng.kernel.errors import NotAllowed, Refused
from minzheng.kernel.feedback import box
from minzheng.kernel.notices.models import Message, Posting
from minzheng.kernel.registers import releasing, tasks
from minzheng.kernel.registers.models import Export
from minzheng.kernel.reveals import actions as reveals
from minzheng.kernel.reveals.models import Left, Reveal
from minzheng.kernel.standards.models import ParameterRow
from tests.desk.pages import officer
from tests.factories import NONGAN, staff
from tests.factories.cast import Cast, resident_of
from tests.factories.standings import standing
from tests.factories.walk import Walk

pytestmark = pytest.mark.django_db
REGISTER = "/desk/registers/assistance.standings/"


@contextmanager
def as_viewer(by: Actor) -> Iterator[None]:
    with viewing.closed():
        viewing.show(by)
        yield


def seen(table: str, condition: str = "true") -> int:
    """How many rows the database shows, by raw SQL."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table} WHERE {condition}")
        return int(cursor.fetchone()[0])


def limit(key: str, value: int) -> None:
    ParameterRow.objects.create(
        key=key,
        path="22/2201/",
        from_on=clock.today(),
        value=str(value),
        unit="count" if key.endswith("rows") else "times",
        source="试",
        confidence="assumption",
    )


def test_a_case_in_a_closed_compartment_is_shown_to_its_roles_in_its_place_and_to_nobody_else(
    walk: Walk, who: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = walk.apply()
    mine = f"case_id = {case.pk}"
    tables = ("casework_task", "casework_member", "casework_caseevent", "documents_document", "audit_entry")
    with as_viewer(who.clerk):
        before = {
            table: seen(table, mine if table != "casework_caseevent" else f"id = {case.pk}")
            for table in tables
        }
        assert all(before[table] for table in ("casework_task", "casework_member", "audit_entry"))
    Case.objects.filter(pk=case.pk).update(compartment="children")
    opened: dict[str, tuple[str, ...]] = {}
    monkeypatch.setattr(viewing, "_opened_by", lambda: opened)
    desk = officer(who.clerk)

    @verb("test.look", label="看")
    def inside(*, by: Actor) -> int:
        note(path=walk.family.path)
        return (
            seen("casework_case", f"id = {case.pk}")
            + seen("casework_task", mine)
            + seen("casework_member", mine)
        )

    def closed_to(by: Actor) -> None:
        with as_viewer(by):
            assert not seen("casework_case", f"id = {case.pk}")
            for table in ("casework_task", "casework_member", "casework_decision"):
                assert not seen(table, mine), table
            with viewing.door("duplicates"):
                assert not seen("casework_case", f"id = {case.pk}") + seen("casework_task", mine)
            assert inside(by=by) == 0

    closed_to(who.clerk)
    closed_to(who.county_approver)
    desk.open(f"/desk/cases/{case.pk}/", status=404)
    desk.open(f"/desk/cases/{case.pk}/tasks/{case.tasks.get(state='open').pk}/", status=404)
    desk.open(f"/desk/reveals/field/case/{case.pk}/applicant-id_number/", status=404)
    assert walk.applicant.name not in desk.open("/desk/cases/")
    with as_viewer(resident_of(walk.applicant)):
        assert seen("casework_case", f"id = {case.pk}") == 1
    opened["assistance.clerk"] = ("children",)
    with as_viewer(who.clerk):
        assert seen("casework_case", f"id = {case.pk}") == 1
        assert seen("casework_task", mine) == before["casework_task"]
    assert walk.applicant.name in desk.open(f"/desk/cases/{case.pk}/")
    closed_to(who.stranger)  # holds the same role, elsewhere
    opened["assistance.clerk"] = ("adoption",)
    closed_to(who.clerk)


def test_who_objects_or_complains_without_a_name_is_known_to_whoever_answers_and_nobody_else(
    walk: Walk, who: Cast
) -> None:
    case = walk.apply()
    walk.accept()
    walk.investigate()
    walk.verify()
    walk.assess()
    walk.panel()
    walk.post()
    neighbour = who.resident
    posting.object_to(Posting.objects.get(case_id=case.pk).pk, name="村民甲", text="他家有车", by=neighbour)
    approver = officer(who.county_approver).open(f"/desk/cases/{case.pk}/")
    assert "他家有车" in approver
    assert "村民甲" not in approver
    assert neighbour.name not in approver
    assert "异议人身份已封存" in approver
    assert "村民甲" in officer(who.clerk).open(f"/desk/cases/{case.pk}/")
    with as_viewer(who.county_approver):
        assert not seen("casework_objector")
        assert not seen("audit_entry", "verb = 'casework.object'")
    with as_viewer(who.stranger):
        assert not seen("casework_objector")
    assert Objector.objects.get().path == case.path

    said = box.put_in(kind="complaint", text="窗口态度不好", signed=False, by=neighbour)
    assert said.person_id is None
    box.answer_opinion(said.pk, text="已改正", by=who.township_approver)
    for by in (who.township_approver, who.clerk, who.county_approver):
        with as_viewer(by):
            expected = (
                1 if by is who.clerk else 0
            )  # the clerk answers whoever objects, and opens the compartment
            assert seen("feedback_giver") == expected
            assert seen("notices_message", f"person_id = {neighbour.person_id}") == expected
            assert not seen("audit_entry", "verb = 'feedback.put_in'")
    with as_viewer(neighbour):
        assert seen("feedback_giver") == 1
    assert Message.objects.get(person_id=neighbour.person_id).compartment == "reporter"


def test_a_masked_field_is_opened_for_a_reason_for_some_minutes_and_so_often_a_day(
    walk: Walk, who: Cast
) -> None:
    case = walk.apply()
    number = walk.applicant.id_number
    assert number
    clerk = officer(who.clerk)
    page = clerk.open(f"/desk/cases/{case.pk}/")
    url = f"/desk/reveals/field/case/{case.pk}/applicant-id_number/"
    assert url in page
    assert number not in page
    assert number not in clerk.open(url)
    wrong = clerk.send(url, "why", purpose="handling", reason="看")
    assert wrong.status_code == 400
    assert number not in wrong.content.decode()
    form = clerk.form(url, "why")
    filled = form.fields | {"why-purpose": "handling", "why-reason": "核对原件上的号码"}
    assert clerk.client.post(url, filled).status_code == 302
    assert clerk.client.post(url, filled).status_code == 302  # a double click opens it once
    one = Reveal.objects.get()
    shown = clerk.client.get(url)
    assert number in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    entry = Entry.objects.get(verb="reveals.reveal", outcome="done")
    assert entry.reason == "核对原件上的号码"
    assert number not in str((entry.before, entry.after, entry.parts, entry.subject))
    # Another field asks again; another officer asks again; a stranger finds nothing.
    account = f"/desk/reveals/field/case/{case.pk}/answer-payee_account/"
    assert case.sealed["payee_account"] not in clerk.open(account)
    assert number not in officer(who.investigator).open(url)
    officer(who.stranger).open(url, status=404)
    for odd in ("applicant-name", "answer-need", "member-0-id_number", "member-x-id_number", "x"):
        clerk.open(f"/desk/reveals/field/case/{case.pk}/{odd}/", status=404)
    with pytest.raises(NotAllowed):
        reveals.reveal(
            target="case", about=str(case.pk), field="applicant-id_number", purpose="handling", reason="自己看看",
            by=resident_of(walk.applicant),
        )  # fmt: skip
    with clock.frozen(one.until + timedelta(seconds=1)):
        assert number not in clerk.open(url)
    # The day's limit, as the place has set it, with a plain sentence.
    limit("reveals.daily", 2)
    limit("reveals.unusual", 2)
    assert clerk.send(account, "why", purpose="payment", reason="核对存折账号").status_code == 302
    refused = clerk.send(url.replace("applicant", f"member-{case.members.latest('id').pk}"), "why",
                         purpose="handling", reason="核对户口簿")  # fmt: skip
    assert refused.status_code == 400
    assert "每日上限2次" in refused.content.decode()
    with clock.frozen(clock.now() + timedelta(days=1)):
        assert clerk.send(account, "why", purpose="payment", reason="核对存折账号").status_code == 302
    with pytest.raises(DatabaseError), transaction.atomic():
        Reveal.objects.update(reason="改")
    # Whoever watches sees who, what and why, the unusual marked; nobody else does, and no one elsewhere.
    watcher = officer(staff("data_steward", at=NONGAN.county, name="郝数据"))
    told = watcher.open("/desk/reveals/")
    assert "核对原件上的号码" in told
    assert "王受理" in told
    assert "异常：2 次" in told
    assert number not in told
    clerk.open("/desk/reveals/", status=403)
    far = officer(staff("data_steward", at="22/2202/220202/", name="远数据"))
    assert "核对原件上的号码" not in far.open("/desk/reveals/")


def test_a_list_leaves_masked_and_in_full_only_released_by_a_second_person_with_its_mark(who: Cast) -> None:
    one = standing(path=NONGAN.village, name="林小满")
    number = one.applicant.id_number
    assert number
    clerk, watcher = (
        officer(who.clerk),
        staff("data_steward", "clerk", at=(NONGAN.county, NONGAN.township), name="郝数据"),
    )
    entry = clerk.open(f"{REGISTER}{one.pk}/")
    assert number not in entry
    field = f"/desk/reveals/field/entry/assistance.standings:{one.pk}/applicant.id_number/"
    assert field in entry
    clerk.do(field, "why", purpose="contact", reason="电话核实本人情况")
    assert number in clerk.open(field)
    # At once, masked.
    rows = sheets(b"".join(clerk.client.post(f"{REGISTER}export/", {}).streaming_content))[0]
    assert rows[3][1] == "林*满"
    assert Left.objects.get().rows == 1
    # In full: asked for with a purpose, made by nobody until somebody else has released it.
    clear = f"{REGISTER}clear/"
    assert clerk.send(clear, "clear", purpose="inspection", why="短").status_code == 400
    where = clerk.do(clear, "clear", purpose="inspection", why="审计组要求逐户核对身份证号码，用后交回")
    made = Export.objects.get(clear=True)
    assert "等待另一名数据管理员审批" in clerk.open(where)
    assert clerk.client.post(f"{where}file/").status_code == 409
    page = f"/desk/reveals/requests/{made.pk}/"
    clerk.open(page, status=403)
    officer(staff("data_steward", at="22/2202/220202/", name="远数据")).open(page, status=404)
    steward = officer(watcher)
    assert "待审批" in steward.open("/desk/bell/")
    assert "审计组要求" in steward.open(page)
    own = releasing.ask_clear(
        "assistance.standings",
        asked=releasing.Asked(),
        purpose="inspection",
        why="自己申请自己批准试一试",
        by=watcher,
    )
    assert "须由另一名数据管理员审批" in steward.open(f"/desk/reveals/requests/{own.pk}/")
    with pytest.raises(NotAllowed, match="本人"):
        releasing.release(own.pk, by=watcher)
    with pytest.raises(DatabaseError), transaction.atomic():
        Export.objects.filter(pk=own.pk).update(state="waiting", decided_by=own.created_by)
    with pytest.raises(Refused, match="理由"):
        releasing.refuse_clear(made.pk, words=" ", by=watcher)
    steward.do(page, "release", words="同意，仅限审计使用")
    steward.open(page)
    tasks.make(made.pk)
    made.refresh_from_db()
    assert (made.state, made.decided_by_name) == ("done", "郝数据")
    limit("reveals.clear_downloads", 2)
    limit("reveals.mass_rows", 2)
    answer = clerk.client.post(f"{where}file/")
    assert answer.status_code == 200, answer.content.decode()
    content = b"".join(answer.streaming_content)
    full, mark = sheets(content)
    assert "林小满" in full[3]
    assert number in full[3]
    assert made.number in full[0][0]
    said = "".join("".join(map(str, row)) for row in mark)
    for part in ("王受理", "郝数据", "审计组要求", made.number, "检查和审计", "同意，仅限审计使用"):
        assert part in said, part
    assert sheets(b"".join(clerk.client.post(f"{where}file/").streaming_content))[0] == full
    assert clerk.client.post(f"{where}file/").status_code == 409  # so often and no more
    # Three rows in a day are more than the place lets pass unasked: the bell of whoever watches, and another's word.
    alarm = Left.objects.get(alarm=True)
    assert "大量带出" in steward.open("/desk/bell/")
    assert "大量带出，待核实" in steward.open("/desk/reveals/left/")
    steward.do(f"/desk/reveals/left/{alarm.pk}/", "words", words="已向本人和审计组核实")
    assert "已核实" in steward.open("/desk/reveals/left/")
    clerk.open(f"/desk/reveals/left/{alarm.pk}/", status=403)
    with pytest.raises(DatabaseError), transaction.atomic():
        Left.objects.update(rows=0)


def sheets(content: bytes) -> list[list[list[object]]]:
    book = python_calamine.load_workbook(io.BytesIO(content))
    return [book.get_sheet_by_index(at).to_python() for at in range(len(book.sheet_names))]
