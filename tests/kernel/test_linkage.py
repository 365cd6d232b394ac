"""One person, one file: doubles are found, decided on by a steward, merged, and made two again exactly as they were."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from minzheng.kernel import clock
from minzheng.kernel.access.models import User
from minzheng.kernel.audit import Actor, system
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.errors import Mistake, NotAllowed, NotFound, Refused, Stale
from minzheng.kernel.linkage import actions, engine, folding, frames, lunar, queries, statements, tasks
from minzheng.kernel.linkage.models import Aftermath, Incoming, IncomingLink, Merge, Pair
from minzheng.kernel.linkage.pointers import pointers
from minzheng.kernel.people.actions import correct_person, register_person
from minzheng.kernel.people.identity import citizen_check_digit
from minzheng.kernel.people.models import Membership, Person
from minzheng.kernel.people.queries import find_person
from minzheng.kernel.reveals.models import Left
from minzheng.kernel.visits.models import Watched
from tests.factories import NEXT_COUNTY, NONGAN, household, person, resident_of, staff
from tests.factories.money import entitled
from tests.factories.people import a_number
from tests.factories.places import place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]
TODAY, BORN = date(2026, 3, 10), date(1978, 3, 24)
NIGHT = system("nightly")
REASON = "核对户口簿，为同一人"


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    place(NONGAN.village.split("/")[-2])
    place(NEXT_COUNTY.village.split("/")[-2])
    with clock.frozen(TODAY):
        yield


@pytest.fixture
def steward() -> Actor:
    return staff("data_steward", at=NONGAN.county, name="郝数据")


def unnumbered(name: str, birth: date | None = BORN, *, path: str = NONGAN.village, **fields: Any) -> Person:
    """Somebody on file under an internal number."""
    one = person(name=name, birth=birth or BORN, path=path, **fields)
    one.birth, one.id_number, one.internal_number = birth, None, f"UID{one.pk:09d}"
    one.save()
    return one


def found(*people: Person) -> list[Pair]:
    """The pairs in the queue after a night."""
    actions.scan(by=NIGHT)
    return list(Pair.objects.filter(state=Pair.State.OPEN).order_by("-weight"))


def reasons(pair: Pair) -> dict[str, str]:
    return {one["field"]: one["words"] for one in pair.evidence}


def a_pair() -> tuple[Person, Person, Pair]:
    kept, lost = person(name="刘喆", birth=BORN, path=NONGAN.village), unnumbered("劉哲")
    (pair,) = found()
    return kept, lost, pair


def test_a_night_finds_doubles_and_leaves_relatives_alone() -> None:
    """Variant characters and homophones are doubles; twins, and a father and son of one name, are not."""
    village = NONGAN.village
    numbered, variant = person(name="刘喆", birth=BORN, path=village), unnumbered("劉哲")
    sounded, homophone = (
        person(name="王建军", birth=BORN, path=village),
        unnumbered("王建君", date(1978, 4, 24)),
    )
    told_in_lunar = unnumbered("马桂芝", date(1978, 2, 16), sex="2")
    official = person(name="马桂芝", birth=BORN, sex="2", path=village)
    for name in ("赵立秋", "赵立春"):
        person(name=name, birth=date(2010, 5, 6), path=village)
    for year in (1955, 1981):
        person(name="孙大力", birth=date(year, 5, 6), path=village)
    unnumbered("孙大力", date(2004, 9, 1))
    pairs = found()
    told = {frozenset((one.first_id, one.second_id)): reasons(one) for one in pairs}
    assert set(told) == {
        frozenset((numbered.pk, variant.pk)), frozenset((sounded.pk, homophone.pk)),
        frozenset((told_in_lunar.pk, official.pk)),
    }  # fmt: skip
    assert told[frozenset((numbered.pk, variant.pk))]["name"] == "姓名相同（含繁简、异体）"
    assert (
        told[frozenset((sounded.pk, homophone.pk))]
        | {"name": "读音相同，用字不同", "birth": "出生日期只差一位数字"}
        == (told[frozenset((sounded.pk, homophone.pk))])
    )
    assert told[frozenset((told_in_lunar.pk, official.pk))]["birth"] == "一方按农历填写"
    assert all("号码" not in str(one) and one.path == village for one in pairs)
    assert actions.scan(by=NIGHT).files == 0, "nothing has changed since: nobody is compared again"
    tasks.find_doubles(0)


def test_different_is_remembered_until_a_file_changes_and_later_comes_back(steward: Actor) -> None:
    kept, lost, pair = a_pair()
    with pytest.raises(Refused, match="依据"):
        actions.different(pair=pair, reason=" ", by=steward)
    actions.different(pair=pair, reason="两人都到场核对过", by=steward, version=pair.version)
    with pytest.raises(Stale):
        actions.later(pair=pair, by=steward)
    Person.objects.filter(pk=lost.pk).update(ethnic="11")
    assert found() == [], "what changed is not what was compared"
    correct_person(
        person=lost, version=1, reason="补登电话", phone="13800138000", by=staff("clerk", at=NONGAN.township)
    )
    (again,) = found()
    assert again.pk == pair.pk
    assert again.decided_by_name == ""
    actions.later(pair=again, by=steward)
    assert list(queries.asked(steward)) == []
    with clock.frozen(TODAY + timedelta(days=30)):
        assert list(queries.asked(steward)) == [again]
    correct_person(
        person=lost, version=2, reason="姓名有误", name="高远", by=staff("clerk", at=NONGAN.township)
    )
    found()
    again.refresh_from_db()
    assert again.state == Pair.State.GONE
    assert kept.pk in (again.first_id, again.second_id)


def test_a_merge_turns_everything_over_and_its_undoing_puts_everything_back(steward: Actor) -> None:
    kept, lost, pair = a_pair()
    home = household(lost, path=NONGAN.village)
    account = User.objects.get(pk=resident_of(lost).user_id)
    Person.objects.filter(pk=lost.pk).update(phone="13800138000")
    made = actions.same(pair=pair, kept=kept, reason=REASON, by=steward)
    kept.refresh_from_db()
    account.refresh_from_db()
    assert (account.person_id, kept.phone, Membership.objects.get(household=home).person_id) == (
        kept.pk, "13800138000", kept.pk,
    )  # fmt: skip
    assert find_person(lost.internal_number or "") == kept
    assert (made.moved_rows, made.stayed) == (2, {})
    row = Entry.objects.get(verb="linkage.same")
    assert row.after["merge"] == made.pk
    assert "13800138000" not in str(row.after)
    with pytest.raises(Refused, match="已并入"):
        correct_person(
            person=lost, version=2, reason="误", name="某某", by=staff("clerk", at=NONGAN.township)
        )
    with pytest.raises(Stale):
        actions.merge(kept=kept, lost=lost, reason=REASON, by=steward)
    assert found() == [], "a merged double is compared with nobody"
    follow = Aftermath.objects.get()
    assert (follow.household, follow.undone) == (home, False)
    actions.close_aftermath(aftermath=follow, words="已核对，成员无误", by=steward)
    with pytest.raises(Stale):
        actions.close_aftermath(aftermath=follow, words="再来", by=steward)

    with pytest.raises(Refused, match="依据"):
        actions.undo(merge=made, reason="", by=steward)
    undone = actions.undo(merge=made, reason="两人同到窗口，不是一人", by=steward)
    kept.refresh_from_db()
    lost.refresh_from_db()
    account.refresh_from_db()
    assert (account.person_id, kept.phone, lost.merged_into) == (lost.pk, "", None)
    assert Membership.objects.get(household=home).person_id == lost.pk
    assert undone.undone_words == "转回2条记录。"
    assert Aftermath.objects.filter(undone=True, household=home).exists()
    with pytest.raises(Stale):
        actions.undo(merge=made, reason="再来", by=steward)
    pair.refresh_from_db()
    assert pair.state == Pair.State.DIFFERENT
    assert found() == [], "that they are two people is known now"


def test_what_contradicts_itself_stops_a_merge(steward: Actor) -> None:
    kept, lost, pair = a_pair()
    household(kept, path=NONGAN.village)
    household(lost, path=NONGAN.village)
    for one in (kept, lost):
        resident_of(one)
    Person.objects.filter(pk=lost.pk).update(died_on=TODAY)
    with pytest.raises(Refused) as stopped:
        actions.same(pair=pair, kept=kept, reason=REASON, by=steward)
    said = "".join(stopped.value.fields["reasons"])
    assert all(word in said for word in ("都是家庭成员", "居民账号", "登记死亡"))
    with pytest.raises(Refused, match="有身份证号码的档案应作为保留档案"):
        actions.same(pair=pair, kept=lost, reason=REASON, by=steward)
    with pytest.raises(Refused, match="选择保留"):
        actions.same(pair=pair, kept=person(), reason=REASON, by=steward)
    assert not Merge.objects.exists()
    assert not Person.objects.exclude(merged_into=None).exists()


def test_money_and_running_cases_stop_a_merge_and_what_is_never_edited_stays(steward: Actor) -> None:
    from minzheng.kernel.casework.models import Case
    from minzheng.kernel.ledger.models import Covered, Entitlement

    kept, lost, pair = a_pair()
    case = Case.objects.create(
        service="assistance.dibao", service_version="1", form_version="1", channel="window", applicant=lost,
        path=NONGAN.village, created_at=clock.now(), created_by="x",
    )  # fmt: skip
    entitled(staff("payer", at=NONGAN.county), members=(lost,), path=NONGAN.village)
    with pytest.raises(Refused, match="正在办理"):
        actions.same(pair=pair, kept=kept, reason=REASON, by=steward)
    Case.objects.filter(pk=case.pk).update(state="withdrawn")
    made = actions.same(pair=pair, kept=kept, reason=REASON, by=steward)
    assert Covered.objects.get().person_id == Entitlement.objects.get().payee_id == kept.pk
    case.refresh_from_db()
    assert case.applicant_id == kept.pk
    third = person(name="刘哲", birth=BORN, path=NONGAN.village)
    actions.merge(kept=third, lost=kept, reason=REASON, by=steward)
    with pytest.raises(Refused, match="先撤销那次合并"):
        actions.undo(merge=made, reason="误", by=steward)
    stays = {(one.model._meta.label, one.column) for one in pointers() if not one.moves}
    assert ("ledger.Payment", "person_id") in stays
    assert ("ledger.Entitlement", "person_id") in stays
    assert ("documents.Document", "person_id") in stays
    assert ("notices.Message", "person_id") in stays
    assert ("people.Membership", "person_id") not in stays


def test_whatever_the_models_say_moves_no_trigger_of_the_database_forbids() -> None:
    """Triggers that may refuse an update, on the tables that a merge turns over: each lets a person be changed."""
    tables = sorted({one.table for one in pointers() if one.moves})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal AND tgtype & 19 = 19 "
            "AND tgrelid::regclass::text = ANY(%s) AND tgname NOT LIKE 'pgtrigger_update_update%%' ORDER BY 1, 2",
            [tables],
        )
        assert cursor.fetchall() == [
            ("ledger_entitlement", "ledger_entitlement_frozen")  # whose it is, not who receives it
        ], "see pointers._moves"


def test_only_a_steward_of_both_places_decides(steward: Actor) -> None:
    phone = "13800138000"
    kept = person(name="刘喆", birth=BORN, path=NONGAN.village, phone=phone)
    lost = unnumbered("劉哲", path=NEXT_COUNTY.village, phone=phone)
    (pair,) = found()
    clerk, approver = staff("clerk", at=NONGAN.township), staff("county_approver", at=NONGAN.county)
    elsewhere = staff("data_steward", at=NEXT_COUNTY.county)
    province = staff("provincial_steward", at="22/")
    for by in (clerk, approver, steward, elsewhere, resident_of(kept)):
        with pytest.raises((NotFound, NotAllowed)):
            actions.different(pair=pair, reason=REASON, by=by)
        with pytest.raises((NotFound, NotAllowed)):
            actions.merge(kept=kept, lost=lost, reason=REASON, by=by)
    with pytest.raises(NotAllowed, match="数据管理员"):
        queries.pairs(clerk)
    assert list(queries.pairs(steward)) == []
    with pytest.raises(NotFound):
        queries.pair_of(pair.pk, elsewhere)
    assert queries.pair_of(pair.pk, province) == pair
    # A county's post at another level than the role's is none.
    lower = replace(
        steward, posts=tuple(replace(p, path=NONGAN.township, level=p.level.TOWNSHIP) for p in steward.posts)
    )
    with pytest.raises(NotAllowed):
        queries.pairs(lower)
    made = actions.same(pair=pair, kept=kept, reason=REASON, by=province)
    for by in (clerk, steward, elsewhere):
        with pytest.raises((NotFound, NotAllowed)):
            actions.undo(merge=made, reason="误", by=by)
    with pytest.raises(NotFound):
        queries.merge_of(made.pk, steward)


def test_a_departments_file_is_linked_row_by_row() -> None:
    """By number, old or former or of a merged double; by evidence where it is missing or mistyped; relatives never."""
    village = NONGAN.village
    by_number = person(name="欧阳春", birth=BORN, path=village)
    mistyped = person(name="王建军", birth=BORN, path=village)
    nameless = person(name="马桂芝", birth=BORN, sex="2", path=village)
    twin = person(name="赵立秋", birth=date(2010, 5, 6), path=village)
    father = person(name="孙大力", birth=date(1955, 5, 6), path=village)
    former = person(name="高远方", birth=BORN, path=village)
    old = former.id_number or ""
    correct_person(
        person=former,
        version=1,
        reason="号码更正",
        id_number=a_number(birth=BORN),
        by=staff("clerk", at=NONGAN.township),
    )
    number = by_number.id_number or ""
    typed = mistyped.id_number or ""
    wrong = f"{typed[:15]}{(int(typed[15]) + 3) % 10}{typed[16:]}"
    rows = [
        (0, number[:6] + number[8:17], "歐陽春", "1", "", "", ""),
        (1, wrong, "王建君", "1", "19780324", village, ""),
        (2, "", "馬桂芝", "2", "19780324", village, ""),
        (3, a_number(birth=date(2010, 5, 6)), "赵立春", "1", "20100506", village, ""),
        (4, a_number(birth=date(1981, 5, 6)), "孙大力", "1", "19810506", village, ""),
        (5, old, "高远方", "1", "", "", ""),
        (6, number, "李小四", "1", "", "", ""),
        (7, None, "欧阳春", None, "19780000", None, None),
        (8, typed, "王建国", "1", "", "", ""),
    ]
    done = actions.link_file(source="某部门", purpose="测", subjects=frames.told(rows), path="22/", by=NIGHT)
    links = {one.row: (one.linked_id, one.how) for one in IncomingLink.objects.all()}
    how = IncomingLink.How
    assert links[0] == (by_number.pk, how.NUMBER)
    assert links[1] == (mistyped.pk, how.SCORE)
    assert links[8] == (mistyped.pk, how.NUMBER), "one character of three is another"
    assert links[2] == (nameless.pk, how.SCORE)
    assert links[5] == (former.pk, how.NUMBER)
    assert not {3, 4} & {row for row, (_, kind) in links.items() if kind != how.UNSURE}
    assert links.get(6, (0, how.UNSURE))[1] == links.get(7, (0, how.UNSURE))[1] == how.UNSURE
    assert (done.subjects, done.by_number, done.by_score) == (9, 3, 2)
    assert twin.pk != father.pk


def test_what_a_cluster_is_given_comes_back_once_and_only_as_it_fits(tmp_path: Path) -> None:
    """The folder is for one file; its links are of that file and of people on file, or none is kept."""
    known = person(name="王建军", birth=BORN, path=NONGAN.village)
    listed = tmp_path / "list.csv"
    listed.write_text(
        f"公民身份号码,姓名,性别,出生日期,区划代码,联系电话\n{known.id_number},王建国,男,,,\n,甲,女,,,\n",
        encoding="utf-8-sig",
    )
    into = tmp_path / "files"
    call_command("link_file", listed, source="某部门", purpose="测", into=into, stdout=StringIO())
    assert (into / "people" / "00000.parquet").stat().st_mode & 0o77 == 0
    assert Left.objects.get().clear
    with pytest.raises(CommandError, match="不是空的"):
        call_command("link_file", listed, source="某部门", purpose="测", into=into)

    made = Incoming.objects.get()
    for words, links in (
        ("没有比对结果", None), ("不属于", "2, 1, 1, NULL"), ("不属于", "0, 1, 4, NULL"),
        ("不在本地", "0, 99, 1, NULL"), ("", f"0, {known.pk}, 1, NULL"), ("已经收回", f"0, {known.pk}, 1, NULL"),
    ):  # fmt: skip
        if links:
            select = f"SELECT * FROM (VALUES ({links})) AS t(line, person, how, weight)"
            duckdb.sql(f"COPY ({select}) TO '{tmp_path / 'links.parquet'}' (FORMAT parquet)")
        refused = pytest.raises(CommandError, match=words) if words else nullcontext()
        with refused:
            call_command("link_file", results=tmp_path, number=made.pk, stdout=StringIO())
    assert IncomingLink.objects.get().linked_id == known.pk


def test_a_cluster_is_told_the_same_in_its_own_words() -> None:
    told = statements.settings_of_spark(engine.model_on(TODAY).settings)
    conditions = {level["sql_condition"] for one in told["comparisons"] for level in one["comparison_levels"]}
    assert "DAMERAU_LEVENSHTEIN(number_l, number_r) = 1" in conditions
    assert not [one for one in conditions if "list_" in one.lower()], "a function that Spark does not know"


def test_names_are_folded_read_aloud_and_birthdays_told_by_the_farmers_calendar() -> None:
    assert folding.fold("欧阳·劉 喆") == "欧阳刘哲"
    assert not set(folding.variants()) & set(folding.variants().values()), (
        "no character stands for one that stands for another"
    )
    assert folding.blanks("刘哲") is folding.shorter("欧阳春") is None, (
        "of two characters one makes another name"
    )
    assert set(folding.blanks("王建军") or ()) & set(folding.blanks("王建国") or ()) == {"王建?"}
    assert "欧阳春" in (folding.shorter("欧阳立春") or ())
    assert {"shanle", "danle"} <= set(folding.sounds("单乐"))
    new_years = {
        1949: date(1949, 1, 29),
        1985: date(1985, 2, 20),
        2020: date(2020, 1, 25),
        2026: date(2026, 2, 17),
    }
    assert {year: lunar.new_year(year) for year in new_years} == new_years
    assert lunar.lunar_day(date(1980, 10, 5)) == "19800827"
    assert lunar.lunar_day(date(1899, 1, 1)) is None


def test_a_model_that_was_altered_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Mistake, match="摘要不符"):
        engine._read("model_1", {"sha256": "0" * 64, "from": TODAY})
    with pytest.raises(Mistake, match="没有可用"):
        engine.model_on(date(2000, 1, 1))


def test_a_double_is_found_by_the_number_of_the_one_that_is_kept(steward: Actor) -> None:
    """Whoever comes with the other file's number is led to the kept one; another name is asked about."""
    kept, lost = (person(name="刘哲", birth=BORN, path=NONGAN.village) for _ in range(2))
    actions.merge(kept=kept, lost=lost, reason="一人两号，旧号已注销", by=steward)
    clerk = staff("clerk", at=NONGAN.township)
    assert register_person(name="刘哲", id_number=lost.id_number, path=NONGAN.village, by=clerk) == kept
    with pytest.raises(Refused, match="另一个姓名"):
        register_person(name="某某", id_number=lost.id_number, path=NONGAN.village, by=clerk)
    assert citizen_check_digit((lost.id_number or "")[:17]) == (lost.id_number or "")[17]


def test_a_place_on_the_ledger_of_visits_that_both_have_is_ended_and_stands_again_when_undone(
    steward: Actor,
) -> None:
    kept, lost, pair = a_pair()
    both = [
        Watched.objects.create(
            rounds="eldercare.rounds",
            person=one,
            path=one.path,
            risk="orange",
            risk_since=BORN,
            since_on=BORN,
        )
        for one in (kept, lost)
    ]
    made = actions.same(pair=pair, kept=kept, reason=REASON, by=steward)
    open_, ended = (Watched.objects.get(pk=one.pk) for one in both)
    assert (open_.until_on, ended.until_on) == (None, TODAY)
    assert {open_.person_id, ended.person_id} == {kept.pk}
    assert "档案合并" in ended.end_reason
    actions.undo(merge=made, reason="派出所证明为两人", by=steward)
    again = Watched.objects.get(pk=ended.pk)
    assert (again.person_id, again.until_on, again.end_reason) == (lost.pk, None, "")
