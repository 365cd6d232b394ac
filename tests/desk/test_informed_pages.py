"""What other offices let this one know: seen by the place that was told and those above it, by nobody beside it."""

from __future__ import annotations

import pytest

from minzheng.kernel.audit import system
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.errors import NotAllowed, NotFound, Refused
from minzheng.kernel.notices.informing import inform, take_note
from minzheng.kernel.notices.models import OfficeNotice
from minzheng.kernel.notices.queries import informed
from tests.desk.pages import officer
from tests.factories import NEXT_COUNTY

LIST = "/desk/informed/"


@pytest.fixture
def told(who):
    return inform(
        path=who.seat.township, from_path=NEXT_COUNTY.township, title="测清明已由邻县先行救助", text="遇火灾，已救助。",
        topic="test:1", by=who.stranger,
    )  # fmt: skip


def test_the_township_that_was_told_reads_it_and_says_so(who, told):
    clerk = officer(who.clerk)
    assert "测清明已由邻县先行救助" in clerk.open(LIST)
    page = clerk.open(f"{LIST}{told.pk}/")
    assert "遇火灾，已救助。" in page
    assert clerk.do(f"{LIST}{told.pk}/", "known") == LIST
    told.refresh_from_db()
    assert (told.read_by, told.read_at is not None) == (who.clerk.id, True)
    assert "已知悉" in clerk.open(f"{LIST}{told.pk}/")
    assert set(Entry.objects.filter(verb__startswith="notices.").values_list("verb", flat=True)) == {
        "notices.inform", "notices.take_note",
    }  # fmt: skip


def test_the_county_above_sees_it_and_the_first_to_read_it_counts(who, told):
    assert list(informed(who.county_approver)) == [told]
    take_note(notice=told, by=who.county_approver)
    assert take_note(notice=told, by=who.clerk).read_by == who.county_approver.id


def test_nobody_beside_it_and_no_resident_sees_it(who, told):
    for by in (who.stranger, who.resident):
        assert not informed(by).exists()
        with pytest.raises(NotFound):
            take_note(notice=told, by=by)
    officer(who.stranger).open(f"{LIST}{told.pk}/", status=404)
    assert "没有告知" in officer(who.stranger).open(LIST)


def test_nobody_speaks_for_another_office(who):
    for by in (who.stranger, who.resident):
        with pytest.raises(NotAllowed):
            inform(
                path=NEXT_COUNTY.township,
                from_path=who.seat.township,
                title="字",
                text="字",
                topic="t",
                by=by,
            )
    assert not OfficeNotice.objects.exists()


def test_the_same_is_told_once_and_never_without_words(who, told):
    again = inform(
        path=told.path,
        from_path=told.from_path,
        title="又一次",
        text="又一次",
        topic="test:1",
        by=system("t"),
    )
    assert (again.pk, OfficeNotice.objects.count()) == (told.pk, 1)
    with pytest.raises(Refused, match="都不能为空"):
        inform(path=told.path, from_path=told.from_path, title=" ", text="字", topic="test:2", by=system("t"))
