"""The catalogue takes a domain as one value and says each mistake in it as one sentence, at start-up."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from minzheng.kernel import declare
from minzheng.kernel.catalogue import Catalogue, current, mistakes
from minzheng.kernel.errors import Mistake, NotFound

CLERK = declare.Role("clerk", "受理员", declare.TOWNSHIP)
CHIEF = declare.Role("chief", "审批人", declare.COUNTY, apart_from=(CLERK,))
MAYOR = declare.Role("mayor", "乡镇审批人", declare.TOWNSHIP)
GHOST = declare.Role("ghost", "未列入的人", declare.COUNTY)
FORM = declare.Form("toy", "样表", (declare.Text("name", "姓名"),))
SEALED = declare.Form("sealed", "样表", (declare.IdNumber("number", "身份证号码"),))

ACCEPT = declare.Acceptance("accept", "受理", by=CLERK)
LOOK = declare.Step("look", "调查", by=CLERK)
POST = declare.Posting("post", "公示", by=CLERK, publicity_term="toy.publicity")
DECIDE = declare.Deciding(
    "decide", "决定", by=CHIEF,
    outcomes=(
        declare.Outcome("grant", "同意", then="grant"), declare.Outcome("refuse", "不同意", then="refuse"),
    ),
)  # fmt: skip
MONEY = declare.Scheme("money", "补助", "household", prepared_by=CLERK, reviewed_by=CHIEF)
SERVICE = declare.Service(
    "service", "事项", situation=declare.Situation.HARDSHIP, basis=(),
    guide=declare.Guide("摘要", (), (), "多久", "哪里"), form=FORM, member_form=FORM, materials=(),
    steps=(ACCEPT, LOOK, POST, DECIDE), within=declare.Terms("toy.whole"), consent="",
    facts=dict, determine=dict, payload=dict, scheme=MONEY,
)  # fmt: skip
OTHER = replace(SERVICE, code="other", steps=(ACCEPT, DECIDE))
DOMAIN = declare.Domain(
    "toy", "样板", folder=Path(__file__).parent, roles=(CLERK, CHIEF, MAYOR), services=(SERVICE, OTHER),
    schemes=(MONEY,),
    registers=(declare.Register("register", "台账", "people.Person", (), read_by=(CLERK,)),),
    visits=(declare.Visit("visit", "走访", by=CLERK, form=FORM, lead_when=bool),),
    samplings=(
        declare.Sampling("sample", "抽查", "service", by=CHIEF, answered_by=CLERK, form=FORM, rectify_term="toy.days"),
    ),
    indicators=(declare.Indicator("count", "户数", "户", count=dict),),
)  # fmt: skip


def _screening(form: declare.Form, *asked: str) -> declare.Screening:
    questions = tuple(declare.Question("问", (code,)) for code in asked)
    return declare.Screening("ask", "自测", "", form, questions, facts=lambda *_: None, answer=dict)  # type: ignore[arg-type, return-value]


def told(**changes: Any) -> list[str]:
    """What is said of the good domain after these changes."""
    return mistakes((replace(DOMAIN, **changes),))


def told_of(step: declare.Step) -> list[str]:
    """What is said when one step of the service is another."""
    steps = tuple(step if one.code == step.code else one for one in SERVICE.steps)
    return told(services=(replace(SERVICE, steps=steps), OTHER))


def test_a_domain_in_order_has_no_mistakes() -> None:
    assert mistakes((DOMAIN,)) == []
    assert Catalogue((DOMAIN,)).service("toy.service").item is SERVICE


def test_two_domains_cannot_share_a_code() -> None:
    assert mistakes((DOMAIN, DOMAIN)) == ["two domains are called 'toy'"]


@pytest.mark.parametrize(
    "room", ["roles", "services", "schemes", "registers", "visits", "samplings", "indicators"]
)
def test_a_code_stands_once_in_its_room(room: str) -> None:
    first, *rest = getattr(DOMAIN, room)
    assert told(**{room: (first, first, *rest)}) == [
        f"toy: {room} lists {first.code!r} twice; give each its own code"
    ]


def unlisted(what: str) -> str:
    return f"toy: {what} names a role the domain does not list: 'ghost'; add it to roles"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"schemes": (MONEY, replace(MONEY, code="more", reviewed_by=GHOST))}, unlisted("scheme 'more'")),
        ({"visits": (replace(DOMAIN.visits[0], by=GHOST),)}, unlisted("visit 'visit'")),
        ({"samplings": (replace(DOMAIN.samplings[0], by=GHOST),)}, unlisted("sampling 'sample'")),
        ({"samplings": (replace(DOMAIN.samplings[0], answered_by=GHOST),)}, unlisted("sampling 'sample'")),
        ({"registers": (replace(DOMAIN.registers[0], read_by=(GHOST,)),)}, unlisted("register 'register'")),
        ({"roles": (*DOMAIN.roles, replace(MAYOR, code="m", apart_from=(GHOST,)))}, unlisted("role 'm'")),
        ({"services": (replace(SERVICE, proxy=(GHOST,)), OTHER)}, unlisted("service 'service': proxy")),
        (
            {"services": (replace(SERVICE, reviewed_by=GHOST), OTHER)},
            unlisted("service 'service': reviewed_by"),
        ),
        (
            {"samplings": (replace(DOMAIN.samplings[0], service="nothing"),)},
            "toy: sampling 'sample' names a service the domain does not list",
        ),
        (
            {"services": (replace(SERVICE, scheme=replace(MONEY, code="gold")), OTHER)},
            "toy: service 'service': its scheme 'gold' is not listed in the domain's schemes",
        ),
        (
            {"services": (replace(SERVICE, steps=(ACCEPT, LOOK, LOOK, DECIDE)), OTHER)},
            "toy: service 'service': step 'look' stands twice",
        ),
        (
            {"services": (replace(SERVICE, steps=(LOOK, DECIDE)), OTHER)},
            "toy: service 'service': the first step must be an Acceptance",
        ),
        (
            {"services": (replace(SERVICE, steps=(ACCEPT, LOOK)), OTHER)},
            "toy: service 'service': there must be exactly one Deciding step",
        ),
        (
            {"services": (replace(SERVICE, steps=(ACCEPT, DECIDE, replace(DECIDE, code="again"))), OTHER)},
            "toy: service 'service': there must be exactly one Deciding step",
        ),
        (
            {"services": (replace(SERVICE, follow_on=declare.FollowOn("nothing", ())), OTHER)},
            "toy: service 'service': a refusal becomes 'nothing', which the domain does not list",
        ),
        (
            {"services": (replace(SERVICE, follow_on=declare.FollowOn("other", ("accept", "look"))), OTHER)},
            "toy: service 'service': a refusal keeps step 'look', which 'other' does not have",
        ),
    ],
)
def test_a_wrong_declaration_is_one_sentence(changes: dict[str, Any], sentence: str) -> None:
    assert told(**changes) == [sentence]


GRANT, REFUSE = DECIDE.outcomes
BACK = declare.Outcome("back", "退回", then="return", to="post")
ON = declare.Outcome("on", "直接审批", to="accept")


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        (replace(LOOK, by=GHOST), "step 'look' names a role the domain does not list: 'ghost'; add it to roles"),
        (replace(LOOK, after=("post",)), "step 'look' comes after 'post', which is not an earlier step"),
        (replace(LOOK, outcomes=(declare.Outcome("a", "甲"),) * 2), "step 'look' has two outcomes 'a'"),
        (
            replace(LOOK, outcomes=(declare.Outcome("ok", "好"), BACK)),
            "step 'look' returns to 'post', which is not an earlier step",
        ),
        (replace(LOOK, outcomes=(ON,)), "step 'look' goes on to 'accept', which is not a later step"),
        (
            replace(LOOK, outcomes=(declare.Outcome("ok", "好"), GRANT)),
            "step 'look' grants or refuses, so it must be declared as Deciding",
        ),
        (
            replace(LOOK, outcomes=(replace(BACK, to="accept"),)),
            "step 'look' has no way out; give it an outcome that advances",
        ),
        (
            replace(LOOK, evidence=SEALED),
            "step 'look': evidence cannot hold sealed fields; keep numbers in the application form",
        ),
        (replace(POST, publicity_term=""), "step 'post' posts a notice but names no publicity_term"),
        (
            replace(DECIDE, outcomes=(GRANT,)),
            "step 'decide' decides, so it needs an outcome that grants and one that refuses",
        ),
        (
            replace(DECIDE, outcomes=(REFUSE,)),
            "step 'decide' decides, so it needs an outcome that grants and one that refuses",
        ),
        (replace(DECIDE, or_by=MAYOR), "step 'decide': or_by and decided_by go together"),
        (replace(DECIDE, decided_by="toy.decided_by"), "step 'decide': or_by and decided_by go together"),
        (
            replace(DECIDE, or_by=GHOST, decided_by="toy.decided_by"),
            "step 'decide' names a role the domain does not list: 'ghost'; add it to roles",
        ),
    ],
)  # fmt: skip
def test_a_wrong_step_is_one_sentence(step: declare.Step, sentence: str) -> None:
    assert told_of(step) == [f"toy: service 'service': {sentence}"]


def test_a_wrong_domain_stops_the_start_with_all_its_mistakes() -> None:
    wrong = replace(DOMAIN, visits=(replace(DOMAIN.visits[0], by=GHOST),) * 2)
    with pytest.raises(Mistake) as told_at_start:
        Catalogue((wrong,))
    assert told_at_start.value.message.splitlines() == [
        "toy: visits lists 'visit' twice; give each its own code",
        unlisted("visit 'visit'"),
        unlisted("visit 'visit'"),
    ]


def test_the_catalogue_cannot_be_changed_afterwards() -> None:
    catalogue = Catalogue((DOMAIN,))
    with pytest.raises(TypeError):
        catalogue.services["toy.more"] = catalogue.services["toy.service"]  # type: ignore[index]
    with pytest.raises(AttributeError):
        catalogue.service("toy.service").item.label = "别的"  # type: ignore[misc]


def test_what_is_not_declared_is_not_found() -> None:
    catalogue = Catalogue((DOMAIN,))
    assert catalogue.role_label("toy.clerk") == "受理员"
    assert catalogue.role_label("toy.gone") == "toy.gone"
    one, other = (
        SimpleNamespace(service=f"toy.{code}", service_version="1") for code in ("service", "other")
    )
    assert catalogue.step_of(one, "look") is LOOK
    for missing in (lambda: catalogue.service("toy.nothing"), lambda: catalogue.step_of(other, "look")):
        with pytest.raises(NotFound):
            missing()


def test_every_parameter_a_declaration_names_is_written_down() -> None:
    written = {value.key for value in current().written}
    named: set[str] = set()
    for declared in current().services.values():
        service = declared.item
        named |= {service.within.ordinary, service.within.special, service.within.delegated}
        for step in service.steps:
            named.add(step.term)
            for key in ("correction_term", "supplement_term", "explain_term", "valid_term", "tolerance"):
                named.add(getattr(step, key, ""))
            named |= {getattr(step, "publicity_term", ""), getattr(step, "decided_by", "")}
    named |= {sampling.item.rectify_term for sampling in current().samplings.values()}
    assert named - {""} - written == set()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"register": "nowhere"}, "leads to register 'nowhere'"),
        ({"register": "register", "where": {"state": "current"}}, "filters by 'state'"),
        ({"where": {"state": "current"}}, "filters by 'state'"),
    ],
)
def test_a_number_leads_to_a_register_that_shows_what_was_counted(
    changes: dict[str, Any], sentence: str
) -> None:
    (text,) = told(indicators=(replace(DOMAIN.indicators[0], **changes),))
    assert sentence in text


def test_a_changed_service_has_a_new_version_and_a_former_one_an_heir() -> None:
    (twice,) = told(former=(SERVICE,))
    assert "is kept twice" in twice
    (orphan,) = told(former=(replace(SERVICE, code="gone", version="0"),))
    assert "has no version that is offered now" in orphan
    assert told(former=(replace(SERVICE, version="0"),)) == []


def test_a_screening_asks_each_field_once_and_no_numbers_of_persons() -> None:
    assert told(screenings=(_screening(FORM, "name"),)) == []
    for asked in ((), ("name", "name"), ("name", "other")):
        (said,) = told(screenings=(_screening(FORM, *asked),))
        assert said == "toy: screening 'ask' must ask each field of its form in exactly one question"
    (said,) = told(screenings=(_screening(SEALED, "number"),))
    assert said == "toy: screening 'ask' asks 'number'; a screening never asks for personal numbers"
    assert "screenings lists 'ask' twice" in told(screenings=(_screening(FORM, "name"),) * 2)[0]


def test_a_screening_is_found_by_its_qualified_code() -> None:
    book = Catalogue((replace(DOMAIN, screenings=(_screening(FORM, "name"),)),))
    assert book.screening("toy.ask").item.label == "自测"
    with pytest.raises(NotFound, match="自测"):
        book.screening("toy.other")


def test_a_review_says_what_it_reviews() -> None:
    office = replace(OTHER, offered="office")
    assert told(services=(SERVICE, office)) == [
        "toy: service 'other' is begun by the office but names no service that it reviews"
    ]
    assert told(services=(SERVICE, replace(office, reviews=("lost",)))) == [
        "toy: service 'other' reviews 'lost', which the domain does not list"
    ]
    assert told(services=(SERVICE, replace(office, reviews=("service",)))) == []
