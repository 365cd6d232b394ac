"""Results that hang on the public board: read by all, objected to by anybody, final only when nothing is open."""

from __future__ import annotations

import re
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from minzheng.domains.eldercare.actions import adapting, rating
from minzheng.domains.eldercare.models import Adaptation, Rating
from minzheng.kernel import clock
from minzheng.kernel.catalogue.checks_kept import posted as mistakes
from minzheng.kernel.declare import COUNTY, Domain, Publicity, Publicized
from minzheng.kernel.errors import NotAllowed, Refused
from minzheng.kernel.facilities.models import Facility
from minzheng.kernel.notices.models import Message
from minzheng.kernel.publicity import objecting
from minzheng.kernel.publicity.models import Notice, Objection, Objector
from tests.desk_registers.test_register_deeds import Door, room
from tests.domains.eldercare.test_care_at_home import contract
from tests.domains.test_eldercare_homes import filed, parts
from tests.factories.cast import resident_of, staff, user_of
from tests.factories.homes import an_elder, people, uscc
from tests.factories.people import household, person
from tests.factories.places import NEXT_COUNTY, NONGAN, place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_calendar")]
DAY, LAST, AFTER = date(2024, 3, 4), date(2024, 3, 11), date(2024, 3, 12)
COUNTY_BOARD = f"/board/{NONGAN.county.split('/')[-2]}/"
VILLAGE_BOARD = f"/board/{NONGAN.village.split('/')[-2]}/"


@pytest.fixture
def who() -> SimpleNamespace:
    found = people()
    found.clerk = staff("clerk", at=NONGAN.township, domain="eldercare", name="测经办")
    found.payer = staff("payer", at=NONGAN.county, domain="eldercare", name="测发放")
    found.reviewer = staff("payment_reviewer", at=NONGAN.county, domain="eldercare", name="测复核")
    return found


def scored(who: SimpleNamespace) -> tuple[Facility, Rating]:
    home = filed(who)
    asked = rating.apply_for(facility=home, own_points=950, by=who.keeper)
    done = rating.score(
        rating=asked,
        scores=parts(110, 120, 140, 545),
        committee=["甲", "乙", "丙"],
        visited_on=DAY,
        by=who.rater,
    )
    return home, done


def read(url: str, client: Any = None, status: int = 200) -> str:
    response = (client or Client()).get(url)
    assert response.status_code == status
    return response.content.decode()


def object_to(pk: int, text: str, client: Any = None, status: int = 200) -> str:
    """The page that gives the code of the answer, or that refuses."""
    response = (client or Client()).post(
        f"/board/notices/{pk}/", {"text": text, "key": f"{text}{status}"[-40:]}
    )
    assert response.status_code == status, response.content.decode()[:400]
    return response.content.decode()


def looked_up(code: str, status: int = 200) -> str:
    """What the wide world reads of an objection by its code."""
    response = Client().post("/board/objections/", {"code": code, "phone": ""})
    assert response.status_code == status
    return response.content.decode()


def test_a_rating_hangs_for_all_and_stands_only_when_every_objection_is_answered(
    who: SimpleNamespace,
) -> None:
    with clock.frozen(DAY):
        home, row = scored(who)
        notice = Notice.objects.get()
        assert (notice.path, notice.last_day, row.posted_until) == (NONGAN.county, LAST, LAST)
        for board in (COUNTY_BOARD, VILLAGE_BOARD):
            page = read(board)
            assert home.name in page
            assert "五级" in page
            assert "545 / 600" in page
        place(NEXT_COUNTY.village.split("/")[-2])
        assert home.name not in read(f"/board/{NEXT_COUNTY.county.split('/')[-2]}/")
        assert "等级评定结果公示" in read(f"/houses/?place={NONGAN.county.split('/')[-2]}")
        assert "请填写" in object_to(notice.pk, "", status=400)
        told = object_to(notice.pk, "护理员人数与公示不符")
        (code,) = re.findall(r'pt-number">([0-9A-Z-]{14})<', told)
        assert "公示的结果不会生效" in looked_up(code)
        assert "对不上" in looked_up("AAAAAAAAAAAA", 404)
        assert "公示异议" in Door(who.rater).page("/desk/bell/")
        assert "公示异议" not in Door(who.officer).page("/desk/bell/")
    with clock.frozen(LAST), pytest.raises(Refused, match="公示到"):
        rating.certify(rating=row, by=who.rater)
    with clock.frozen(AFTER):
        assert home.name not in read(COUNTY_BOARD)
        assert "已经结束" in read(f"/board/notices/{notice.pk}/", status=404)
        with pytest.raises(Refused, match="没有核实答复"):
            rating.certify(rating=row, by=who.rater)
        objection = Objection.objects.get()
        with pytest.raises(NotAllowed, match="等级评定委员会"):
            objecting.answer(objection=objection, upheld=False, text="属实", by=who.officer)
        Door(who.officer).page(f"{room('rating_objections')}{objection.pk}/", 403)
        told = Door(who.rater).send(
            f"{room('rating_objections')}{objection.pk}/", "answer", upheld="no", answer="现场清点人数相符"
        )
        assert "异议不成立" in told
        assert "现场清点人数相符" in looked_up(code)
        assert rating.certify(rating=row, by=who.rater).stars == 5
        assert Notice.objects.get().state == "over"


def test_an_objection_that_is_right_takes_the_notice_down_and_the_entry_goes_back(
    who: SimpleNamespace,
) -> None:
    with clock.frozen(DAY):
        elder = an_elder(path=NONGAN.village, name="测改造户")
        household(elder, path=NONGAN.village)
        bought = contract(who, "adaptation", uscc())
        row = adapting.apply(person=elder, group="dibao", owner="测户主", agreed=True, by=who.clerk)
        items = [{"item": "floor_rail", "many": 1, "price": 900_00}]
        items[0]["item"] = next(iter(adapting.ITEMS))
        adapting.plan(works=row, findings="门口有台阶", items=items, by=who.clerk)
        adapting.approve(works=row, contract=bought, by=who.officer)
        notice = Notice.objects.get()
        assert notice.path == NONGAN.township
        neighbour = Client()
        neighbour.force_login(user_of(resident_of(person(path=NONGAN.village, name="测邻居"))))
        assert "测改造户" not in read(VILLAGE_BOARD)
        assert "测改造户" in read(VILLAGE_BOARD, neighbour)
        object_to(notice.pk, "他家去年改造过", neighbour, status=302)
        told = Door(who.clerk).send(
            f"{room('adaptation_notices')}{notice.pk}/", "note", name="老乡", text="同上"
        )
        assert "查询码" in told
        first, second = Objection.objects.order_by("id")
        assert Objector.objects.get(objection=second).name == "老乡"
        officer = Door(who.officer)
        assert "老乡" not in officer.page(f"{room('adaptation_objections')}{second.pk}/")
        told = officer.send(
            f"{room('adaptation_objections')}{first.pk}/", "answer", upheld="yes", answer="查实改造过"
        )
        assert "退回重新办理" in told
        row.refresh_from_db()
        assert (row.state, row.posted_until, row.contract_id) == ("planned", None, None)
        assert Notice.objects.get().withdrawn_reason == "异议成立：查实改造过"
        assert Message.objects.filter(title="您提出的公示异议有了答复").count() == 1
        objecting.answer(objection=second, upheld=True, text="同一情况", by=who.officer)
        # The plan is changed, approved and posted once more; and what is refused comes down.
        adapting.plan(works=row, findings="只装扶手", items=[items[0] | {"price": 300_00}], by=who.clerk)
        adapting.approve(works=row, contract=bought, by=who.officer)
        assert Notice.objects.filter(withdrawn_on=None).get().facts[1] == "改造费用：300.00 元"
        adapting.refuse(works=row, reason="五年内改造过", by=who.officer)
    assert not Notice.objects.filter(withdrawn_on=None).exists()
    assert Adaptation.objects.get().state == "refused"
    assert re.fullmatch(r"[0-9A-Z]{12}", first.code)


def test_what_is_posted_is_of_a_kept_register_and_answered_by_somebody() -> None:
    lost = Publicity(
        "lost",
        "测公示",
        "nowhere",
        COUNTY,
        "x",
        lambda entry: Publicized("某", ()),
        answered_by=(),
        upheld=print,
    )
    found = list(mistakes(Domain("toy", "测", folder=__import__("pathlib").Path(), publicities=(lost,))))
    assert len(found) == 2
    assert "does not keep" in found[0]
    assert "nobody to answer" in found[1]
