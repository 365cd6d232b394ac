"""Divisions: every unit, run by whom it is run by, found by name, spelling, code, path and day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from minzheng.kernel.areas import loading, queries
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.models import Division
from minzheng.kernel.areas.paths import county_of, level_of, parent, uids
from minzheng.kernel.areas.spelling import spell, spell_person
from minzheng.kernel.errors import Mistake, NotFound
from tests.factories import NONGAN, place, place_named

HUAYANG = "22/2201/220102/220102001/220102001001/"


@pytest.fixture(scope="module")
def db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """One transaction for the whole module: the divisions are loaded once, each test has its own part of it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def _loaded(db: None) -> None:
    loading.load()


@pytest.fixture
def province(_loaded: None) -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def current() -> list[loading.Unit]:
    return [unit for unit in loading.units() if unit.valid_until is None]


def test_the_statistical_list_is_complete_at_every_level() -> None:
    listed = [unit for unit in current() if unit.code]
    by_level = {level: sum(unit.level is level for unit in listed) for level in Level}
    assert list(by_level.values()) == [1, 9, 69, 1075, 11860]
    assert len({unit.code for unit in listed}) == 13014


def test_nine_development_zones_are_marked_and_the_board_of_changbaishan_stands_beside_them() -> None:
    kinds = {unit.uid: unit.kind for unit in current() if unit.kind != "ordinary"}
    assert sum(kind == "zone" for kind in kinds.values()) == 9
    assert kinds["22CBS"] == "managed"


def test_every_path_is_its_parents_path_and_its_own_identifier() -> None:
    paths = {unit.path: unit for unit in current()}
    for path, unit in paths.items():
        assert uids(path)[-1] == unit.uid
        assert level_of(path) is unit.level
        assert unit.level is Level.PROVINCE or parent(path) in paths


def test_meihekou_is_run_by_the_province_and_not_by_tonghua() -> None:
    unit = next(unit for unit in current() if unit.name == "梅河口市")
    assert unit.path == "22/220581/"
    assert unit.statistical_parent == "220500000000"
    assert not any(u.path.startswith("22/2205/") for u in current() if u.uid.startswith("220581"))


def test_the_three_townships_of_changbaishan_lie_under_its_board_with_their_villages() -> None:
    under = [unit for unit in current() if unit.path.startswith("22/22CBS/")]
    townships = [unit.uid for unit in under if unit.level is Level.TOWNSHIP]
    assert sorted(townships) == ["220621120", "220621121", "222426120"]
    villages = [unit for unit in current() if unit.uid[:9] in townships and unit.level is Level.VILLAGE]
    assert len(villages) == 24
    assert all(unit.path.startswith("22/22CBS/") for unit in villages)


def test_a_second_load_adds_nothing_and_keeps_what_the_office_changed(province: None) -> None:
    Division.objects.filter(uid="220102").update(name="改名区")
    assert loading.load() == 0
    assert Division.objects.count() == 13016
    assert Division.objects.get(uid="220102").name == "改名区"


def test_a_code_is_looked_up_as_of_the_day(province: None) -> None:
    before = queries.by_code("220381", on=date(2019, 6, 1))
    assert (before.name, before.path) == ("公主岭市", "22/2203/220184/")
    assert queries.by_code("220184", on=date(2020, 6, 19)).path == "22/2201/220184/"
    with pytest.raises(NotFound, match="2020-06-19没有区划代码为220381"):
        queries.by_code("220381", on=date(2020, 6, 19))
    assert queries.at("22/2203/220184/", on=date(2020, 6, 18)).code == "220381000000"


def test_an_unknown_code_or_path_is_not_found(province: None) -> None:
    with pytest.raises(NotFound):
        queries.by_code("999999")
    with pytest.raises(NotFound):
        queries.at("22/2205/220581/")


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("长春", "长春市"),
        ("changchun", "长春市"),
        ("Chang Chun Shi", "长春市"),
        ("220122", "农安县"),
        ("nax", "农安县"),
        ("fulongquan", "伏龙泉镇"),
        ("梅河口市", "梅河口市"),
        ("hunchun", "珲春市"),
        ("changbaishan", "长白山保护开发区"),
    ],
)
def test_a_place_is_found_by_name_pinyin_initials_and_code(province: None, typed: str, first: str) -> None:
    assert queries.search(typed, level=None)[0].name.startswith(first)


def test_a_search_keeps_to_the_scope_and_the_limit(province: None) -> None:
    everywhere = queries.search("兴隆", limit=50)
    within = queries.search("兴隆", within=["22/2201/220122/"], limit=50)
    assert len(everywhere) == 50
    assert 0 < len(within) < 50
    assert all(d.path.startswith("22/2201/220122/") for d in within)
    assert queries.search("") == []
    assert queries.search("%") == []


def test_a_name_without_its_last_word_finds_every_bearer(province: None) -> None:
    assert queries.by_name("铁东")[0].name == "铁东区"
    assert {d.name for d in queries.by_name("农安", within=["22/2201/"])} == {"农安县", "农安镇"}


def test_places_are_written_out_in_one_query(province: None, django_assert_num_queries: object) -> None:
    paths = ["22/", "22/2201/", HUAYANG, "22/220581/220581100/", "22/2203/220184/", "22/22CBS/220621120/"]
    with django_assert_num_queries(1):  # type: ignore[operator]
        names = queries.names(paths)
    assert names["22/"] == "吉林省"
    assert names["22/2201/"] == "长春市"
    assert names[HUAYANG] == "长春市南关区南岭街道华阳社区"
    assert names["22/220581/220581100/"] == "梅河口市山城镇"
    assert names["22/2203/220184/"] == "四平市公主岭市"
    assert names["22/22CBS/220621120/"] == "长白山保护开发区池西区特殊乡镇"


def test_the_province_runs_nine_prefectures_meihekou_and_changbaishan(province: None) -> None:
    run = queries.children("22/")
    assert len(run) == 11
    assert [d.pinyin for d in run] == sorted(d.pinyin for d in run)
    assert {"梅河口市", "长白山保护开发区"} < {d.name for d in run}


def test_boards_have_sixty_counties_nine_zones_and_the_board(province: None) -> None:
    assert len(queries.counties()) == 70
    assert "梅河口市" not in {d.name for d in queries.counties("22/2205/")}


def test_a_path_says_its_county_and_level() -> None:
    assert county_of(HUAYANG) == "22/2201/220102/"
    assert county_of("22/22CBS/220621120/220621120001/") == "22/22CBS/"
    assert county_of("22/220581/220581100/") == "22/220581/"
    assert county_of("22/2201/") is None
    assert parent("22/220581/") == "22/"
    assert parent("22/") is None
    with pytest.raises(Mistake):
        level_of("22/220/")


@pytest.mark.parametrize(
    ("text", "pinyin", "initials"),
    [
        ("长春市", "changchunshi", "ccs"),
        ("长白朝鲜族自治县", "changbaichaoxianzuzizhixian", "cbcxzzzx"),
        ("朝阳区", "chaoyangqu", "cyq"),
        ("重庆街道", "chongqingjiedao", "cqjd"),
        ("陈家窝堡村", "chenjiawopucun", "cjwpc"),
        ("马圈子村", "majuanzicun", "mjzc"),
        ("八一（省级）", "bayishengji", "bysj"),
        ("A1社区", "a1shequ", "a1sq"),
    ],
)
def test_a_place_is_spelled_as_it_is_said(text: str, pinyin: str, initials: str) -> None:
    assert spell(text) == (pinyin, initials)


def test_a_surname_has_a_reading_of_its_own() -> None:
    assert spell_person("单立秋")[1] == "slq"
    assert spell_person("朴春花")[1] == "pch"
    assert spell_person("尉迟立秋") == ("yuchiliqiu", "yclq")


@pytest.mark.django_db
def test_the_cast_stands_on_real_divisions() -> None:
    assert place("220122101210") == NONGAN.village
    assert queries.name_of(NONGAN.village) == "长春市农安县伏龙泉镇泉子沟村委会"
    assert place("22CBS") == "22/22CBS/"
    assert place_named("农安县") == NONGAN.county
    assert place("220122000000") == NONGAN.county
