"""The rural network of a county as a tree: each tier's coverage, and where a house is missing."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from minzheng.kernel import catalogue
from minzheng.kernel.areas.queries import names
from minzheng.kernel.catalogue.checks_houses import housed
from minzheng.kernel.facilities.networks import covered, tree
from tests.desk_registers.test_register_deeds import Door
from tests.factories.cast import staff
from tests.factories.homes import people, standing_house
from tests.factories.places import NONGAN

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]
URL = "/desk/facilities/network/eldercare-rural/"


@pytest.fixture
def who() -> SimpleNamespace:
    return people()


def stands(kind: str, sort: str, path: str) -> None:
    """A house of a kind in a place."""
    made = standing_house(path)
    made.sort, made.kind, made.name = sort, kind, f"测{kind}"
    made.save()


def shares() -> list[tuple[int, int]]:
    declared = catalogue.current().networks["eldercare.rural"]
    branches = tree(declared, NONGAN.county)
    return [covered(branches, tier) for tier in declared.item.tiers]


def test_each_tier_is_covered_where_its_own_kind_of_house_stands(who: SimpleNamespace) -> None:
    [(_, counties), (_, towns), (_, villages)] = shares()
    assert (counties, towns > 0, villages > 0) == (1, True, True)
    assert [has for has, _ in shares()] == [0, 0, 0]
    stands("county_home", "eldercare.homes", NONGAN.township)
    assert [has for has, _ in shares()] == [1, 0, 0]
    stands("township_home", "eldercare.homes", NONGAN.township)
    stands("mutual_site", "eldercare.community", NONGAN.village)
    stands("day_care", "eldercare.community", NONGAN.village)  # no kind of the network
    assert [has for has, _ in shares()] == [1, 1, 1]
    page = Door(who.officer).page(URL)
    assert f"1/{villages}" in page
    assert "测mutual_site" in page
    assert "缺" in page or villages == 1
    assert "测day_care" not in page


def test_the_tree_is_for_whoever_oversees_the_houses_of_a_county(who: SimpleNamespace) -> None:
    Door(who.keeper).page(URL, 403)
    Door(who.officer).page("/desk/facilities/network/eldercare-nothing/", 404)
    page = Door(who.officer).page("/desk/facilities/")
    assert "农村养老服务网络" in page
    assert "农村养老服务网络" not in Door(who.keeper).page("/desk/facilities/")
    stranger = staff("county_officer", at="22/2201/220183/", domain="eldercare", name="测邻县")
    stands("mutual_site", "eldercare.community", NONGAN.village)
    assert "测mutual_site" not in Door(stranger).page(URL)
    assert names([NONGAN.county])[NONGAN.county] not in Door(stranger).page(URL)


def test_a_network_of_kinds_that_nobody_declares_is_a_mistake() -> None:
    domain = next(one for one in catalogue.current().domains if one.code == "eldercare")
    [net] = domain.networks
    strange = replace(net, tiers=(replace(net.tiers[0], kinds=(("homes", "castle"),)),))
    assert any("castle" in one for one in housed(replace(domain, networks=(strange,))))
    upside = replace(net, tiers=net.tiers[::-1])
    assert any("each beneath the one before" in one for one in housed(replace(domain, networks=(upside,))))
