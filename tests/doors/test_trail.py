"""The audit as its auditor reads it: in words, row by row, as a file, and with the chain that holds it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from minzheng.config.tasks import prove_audit
from minzheng.kernel import clock
from minzheng.kernel.access.models import User
from minzheng.kernel.access.queries import actor_of
from minzheng.kernel.audit import linking, proving, viewing
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.casework.models import Case
from minzheng.kernel.reveals.models import Left
from minzheng.kernel.signin import administering
from tests.doors.knocking import administrator, knock, worker
from tests.factories import NEXT_COUNTY, NONGAN, cast, household, person
from tests.factories.walk import Walk
from tests.kernel.test_audit_chain import past_the_guards

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore:No directory at")]
DAY = date(2026, 3, 3)
AUDIT = "/desk/accounts/audit/"


@pytest.fixture(autouse=True)
def _a_tuesday(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.MINZHENG_ANCHORS = str(tmp_path / "anchors")
    with clock.frozen(DAY):
        yield


@pytest.fixture
def reader() -> Client:
    """The auditor of the county, signed in."""
    client = Client()
    knock(administrator(NONGAN.county, role="access.auditor").username, client=client)
    return client


def closed(name: str, place: Any) -> User:
    """An account that its administrator has closed, for a reason with a number in it."""
    user = worker(at=place.township, name=name)
    user.path = place.township
    user.save()
    boss = administrator(place.county, name=f"{name}的管理员")
    administering.close_account(user=user, reason="调离 13812345678", by=actor_of(boss))
    return user


def text(client: Client, address: str) -> str:
    page = client.get(address)
    assert page.status_code == 200, address
    return page.content.decode()


def test_a_row_is_told_in_words_and_leads_to_all_about_the_same_thing(reader: Client) -> None:
    here, there = closed("田本县", NONGAN), closed("何邻县", NEXT_COUNTY)
    page = text(reader, f"{AUDIT}?what=停用")
    assert f"账号 田本县（{here.username}）</a>" in page
    assert "何邻县" not in page
    about = text(reader, f"{AUDIT}?about=access.user:{here.pk}")
    assert "停用账号" in about
    assert "停用账号" not in text(reader, f"{AUDIT}?about=access.user:{there.pk}")
    row = Entry.objects.get(verb="access.close_account", subject=f"access.user:{here.pk}")
    linking.link()
    whole = text(reader, f"{AUDIT}{row.pk}/")
    for told in ("access.close_account", "138****5678", "sessions_ended", "田本县的管理员", "农安县"):
        assert told in whole, told
    assert "第 " in whole.split("审计链")[-1]
    assert "13812345678" not in whole
    reader.get(f"{AUDIT}{row.pk}/", REMOTE_ADDR="10.2.3.4")
    looked = Entry.objects.filter(verb="access.read_audit_row").latest("pk")
    assert looked.address == "10.2.3.4"
    assert "10.2.3.4" in text(reader, f"{AUDIT}{looked.pk}/")
    far = Entry.objects.get(verb="access.close_account", subject=f"access.user:{there.pk}")
    assert reader.get(f"{AUDIT}{far.pk}/").status_code == 404


def a_case(number: str) -> Case:
    """A draft that its coordinator has written, as it stands after it was accepted under a number."""
    who = cast()
    one = person(path=who.seat.village, name="测春分")
    walk = Walk(who, None, one, household(one), form={"class_ur": "rural"})  # type: ignore[arg-type]
    case = walk.draft()
    Case.objects.filter(pk=case.pk).update(number=number)
    return case


def test_what_was_done_in_a_case_is_found_by_its_number_unless_it_is_closed(reader: Client) -> None:
    case = a_case("22012220260303000007")
    page = text(reader, f"{AUDIT}?about=22012220260303000007")
    assert "办件 22012220260303000007</a>" in page
    assert "casework.case" not in page.replace(f"casework.case%3A{case.pk}", "")
    Case.objects.update(compartment="children")
    assert "没有符合条件的记录" in text(reader, f"{AUDIT}?about=22012220260303000007")


def test_days_that_are_none_are_told_and_days_are_kept_to(reader: Client) -> None:
    closed("田本县", NONGAN)
    assert "停用账号" in text(reader, f"{AUDIT}?what=停用&from=2026-03-03&until=2026-03-03")
    assert "停用账号</td>" not in text(reader, f"{AUDIT}?what=停用&until=2026-03-02")
    assert "起始日期晚于截止日期" in text(reader, f"{AUDIT}?from=2026-03-04&until=2026-03-03")
    assert "日期无法识别" in text(reader, f"{AUDIT}?from=31.02.")


def test_the_rows_leave_as_a_workbook_that_is_counted_and_says_who_took_it(reader: Client) -> None:
    closed("田本县", NONGAN)
    closed("何邻县", NEXT_COUNTY)
    answer = reader.get(f"{AUDIT}file/?what=停用")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer))).get_sheet_by_index(0).to_python()
    assert "导出人" in rows[0][0]
    assert [row[4] for row in rows[2:]] == ["停用账号"]
    told = "".join(map(str, rows[2]))
    assert "138****5678" in told
    assert "13812345678" not in told
    assert Left.objects.get().rows == 1
    other = Client()
    knock(administrator(NONGAN.county).username, client=other)
    assert other.get(f"{AUDIT}file/").status_code == 403


def test_the_chain_is_proved_when_asked_and_a_changed_row_is_named(reader: Client) -> None:
    user = closed("田本县", NONGAN)
    a_case("22012220260303000008")
    Case.objects.update(compartment="children")
    assert "还没有核验过" in text(reader, f"{AUDIT}chain/")
    form = {"deed": "prove"}
    assert reader.post(f"{AUDIT}chain/", form).status_code == 302
    assert "已有一次核验在排队" in reader.post(f"{AUDIT}chain/", form).content.decode()
    # A case of a closed compartment hides no row from the proof, which the worker makes as the site's role.
    with viewing.whole("jobs"):
        prove_audit(timestamp=0)
    page = text(reader, f"{AUDIT}chain/")
    assert "完整</span>" in page
    links = proving.proofs()[0].after["links"]
    assert links == proving.standing().links > 5
    with past_the_guards("audit_entry") as cursor:
        cursor.execute(
            "UPDATE audit_entry SET actor_name = '另一人' WHERE subject = %s AND verb = 'access.close_account'",
            [f"access.user:{user.pk}"],
        )
    with viewing.whole("jobs"):
        prove_audit(timestamp=0)
    page = text(reader, f"{AUDIT}chain/")
    assert "审计链不完整" in page
    assert "的内容不符" in page
