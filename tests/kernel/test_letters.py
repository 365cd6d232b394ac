"""Letters: complete, the same file byte for byte, numbered, and proved by their code to whoever holds one."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from minzheng.kernel.documents import actions, queries, store, typeset
from minzheng.kernel.documents.letters import LETTERS, build
from minzheng.kernel.documents.letters.numerals import money_in_words
from minzheng.kernel.documents.models import Document
from minzheng.kernel.errors import Mistake, NotFound, Refused
from tests.factories import NONGAN, staff
from tests.factories.handed import CLERK, DAY, HERE, hand_in, stored_files, write
from tests.factories.letters import SAMPLES
from tests.factories.pdf_text import pdf_text

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("code", sorted(LETTERS))
def test_every_letter_is_set_with_all_it_must_say(code: str) -> None:
    letter = write(code)
    with queries.open_file(letter) as file:
        pdf = file.read()
    shown = pdf_text(pdf)
    for text in _texts(SAMPLES[code]):
        assert text.replace(" ", "") in shown, f"{text} is missing from {code}"
    assert letter.number in shown
    assert letter.label in shown
    assert "-".join(letter.check_code[at : at + 4] for at in (0, 4, 8)) in shown
    assert b"pdfaid:part" in pdf, "not an archival PDF"
    assert letter.office == SAMPLES[code]["office"]


def _texts(value: Any) -> Iterator[str]:
    """Every text and day of a sample, as it should be read on the page."""
    if isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, date):
        yield f"{value.year}年{value.month}月{value.day}日"
    elif isinstance(value, str):
        yield value


@pytest.mark.parametrize("code", sorted(LETTERS))
def test_a_letter_that_would_leave_something_out_is_refused(code: str) -> None:
    letter = LETTERS[code]
    build(letter.shape, SAMPLES[code], name=letter.label)
    for key in SAMPLES[code]:
        without = {name: value for name, value in SAMPLES[code].items() if name != key}
        for data in (without, without | {key: None}, without | {key: "  "}, without | {key: []}):
            if not _required(letter.shape, key):
                continue
            with pytest.raises(Refused) as refused:
                build(letter.shape, data, name=letter.label)
            assert refused.value.code in {"letter_data_missing", "letter_data_kind"}


def _required(shape: Any, key: str) -> bool:
    return next(one for one in dataclasses.fields(shape) if one.name == key).default is dataclasses.MISSING


def test_the_refusal_names_what_is_missing_and_nothing_is_written(settings: Any) -> None:
    data = {key: value for key, value in SAMPLES["decision_grant"].items() if key not in {"amount", "court"}}
    with pytest.raises(Refused, match="《确认通知书》缺少：有管辖权的人民法院、保障金额") as refused:
        write(data=data)
    assert refused.value.fields["missing"] == ["court", "amount"]
    assert not Document.objects.exists()
    assert stored_files(settings) == []


def test_a_nested_line_without_its_article_is_refused() -> None:
    data = SAMPLES["decision_refusal"] | {"reasons": [{"text": "收入超过标准"}]}
    with pytest.raises(Refused, match="不予确认的理由”缺少：依据"):
        write("decision_refusal", data=data)


def test_the_publicity_notice_has_room_for_six_things_and_no_more() -> None:
    for extra in ("id_number", "address", "diagnosis", "phone", "recipient"):
        with pytest.raises(Refused, match="没有这些栏目"):
            write("publicity_notice", data=SAMPLES["publicity_notice"] | {extra: "x"})


@pytest.mark.parametrize(
    ("code", "sums"),
    [
        ("publicity_notice", ["4人", "每月384.00元"]),
        ("decision_grant", ["共4人", "每月384.00元（大写：叁佰捌拾肆元整）"]),
        ("change_notice", ["变更前每月384.00元（大写：叁佰捌拾肆元整）", "变更后每月384.00元"]),
    ],
)
def test_letters_show_numbers_and_sums(code: str, sums: list[str]) -> None:
    with queries.open_file(write(code)) as file:
        shown = pdf_text(file.read())
    assert [one for one in sums if one not in shown] == []


def test_decision_letters_name_both_remedies_with_the_term_in_force() -> None:
    for code in ("decision_grant", "decision_refusal", "change_notice", "not_accepted"):
        with queries.open_file(write(code)) as file:
            shown = pdf_text(file.read())
        assert "之日起60日内，向南关区人民政府申请行政复议" in shown
        assert "之日起6个月内，依法向南关区人民法院提起行政诉讼" in shown
        assert "行政复议法》（1999年）第九条" in shown
    with queries.open_file(write("reconsideration_decision")) as file:
        assert "之日起15日内，依法向南关区人民法院提起行政诉讼" in pdf_text(file.read())


def test_the_same_letter_set_again_is_the_same_file_byte_for_byte() -> None:
    letter = write()
    kind = LETTERS[letter.letter]
    stored = Document.objects.get(pk=letter.pk).data
    content = build(kind.shape, stored["content"], name="x")
    again = typeset.pdf(kind, content, typeset.Frame.from_json(stored["frame"]))
    assert store.sm3(again) == letter.sha


def test_data_are_text_and_never_source() -> None:
    tricks = '#panic("x") *粗* $x^2$ <a> @b \\ ` #sys.inputs // 注 <script>alert(1)</script> "引号" \n第二行'
    with queries.open_file(write(data=SAMPLES["decision_grant"] | {"recipient": tricks})) as file:
        shown = pdf_text(file.read())
    assert '#panic("x")*粗*$x^2$<a>@b\\`#sys.inputs//注<script>alert(1)</script>"引号"第二行：' in shown


def test_a_rare_character_in_a_name_does_not_stop_a_decision() -> None:
    with queries.open_file(write(data=SAMPLES["decision_grant"] | {"recipient": "林𠮷\u0007"})) as file:
        shown = pdf_text(file.read())
    assert "林〓：" in shown
    assert "文中“〓”为字库未收录的字（U+20BB7），以有效证件为准。" in shown


def test_a_long_letter_runs_over_several_pages_with_its_signature_beside_its_last_line() -> None:
    finding = SAMPLES["decision_grant"]["findings"][0]
    data = SAMPLES["decision_grant"] | {"findings": [finding] * 60}
    kind = LETTERS["decision_grant"]
    content = build(kind.shape, data, name="x")
    frame = typeset.Frame.from_json(write(data=data).data["frame"])
    assert len(typeset.pictures(kind, content, frame, ppi=20)) > 2
    shown = pdf_text(typeset.pdf(kind, content, frame))
    last_page = shown.rsplit("咨询电话", 1)[1]
    assert "（盖章）" in last_page
    assert "页" not in last_page.split("（盖章）")[0]


def test_letters_are_numbered_by_office_kind_and_year() -> None:
    county = staff("county_approver", at=NONGAN.county)
    numbers = [write(by=county).number, write(by=county).number, write("decision_refusal", by=county).number]
    assert numbers == [
        "民确〔2022〕220122-0001号",
        "民确〔2022〕220122-0002号",
        "民不确〔2022〕220122-0001号",
    ]
    town = staff("clerk", at=NONGAN.township)
    assert write("acceptance_receipt", by=town).number == "民受〔2022〕220122101-0001号"


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (38400, "叁佰捌拾肆元整"), (0, "零元整"), (5, "伍分"), (120, "壹元贰角整"), (1005, "壹拾元零伍分"),
        (100_001_00, "壹拾万零壹元整"), (1_000_100_00, "壹佰万零壹佰元整"), (10_000_000_000_00, "壹佰亿元整"),
        (10_0050_0000_00, "壹拾亿零伍拾万元整"),
    ],
)  # fmt: skip
def test_sums_stand_in_capital_numerals(fen: int, words: str) -> None:
    assert money_in_words(fen) == words


def test_an_unknown_letter_is_our_mistake() -> None:
    with pytest.raises(Mistake, match="没有名为“love_letter”的文书"):
        actions.write_letter(letter="love_letter", data={}, path=HERE, case_id=1, by=CLERK)


# Verification, withdrawal, scope


def test_a_check_code_proves_a_letter_and_tells_nothing_personal() -> None:
    letter = write(subject="林溪申请低保")
    typed = f" {letter.check_code[:4].lower()}-{letter.check_code[4:8]}-{letter.check_code[8:]} "
    found = queries.by_check_code(typed)
    assert found == queries.Verified(
        number=letter.number, label="城市最低生活保障确认通知书", office="南关区民政局", issued_on=DAY,
        sha=letter.sha, standing="有效", letter=letter.letter, case_id=letter.case_id,
    )  # fmt: skip
    assert "林溪" not in repr(found)
    # A digest drawn at random may hold any three figures.
    assert "384" not in repr(dataclasses.replace(found, sha=""))


def test_a_code_misread_by_the_usual_letters_is_still_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "spoken_code", lambda: "0A1B2C3D4E5F")
    letter = write()
    assert queries.by_check_code("OAIB-2C3D-4E5F").number == letter.number


@pytest.mark.parametrize("code", ["", "K7QF3M2P9XDT", "%", "' OR 1=1", "长" * 5000])
def test_a_wrong_code_proves_nothing(code: str) -> None:
    write()
    with pytest.raises(NotFound, match="没有这个核验码的文书"):
        queries.by_check_code(code)


def test_an_upload_cannot_be_verified_from_outside() -> None:
    with pytest.raises(NotFound):
        queries.by_check_code(hand_in().check_code)


def test_a_replaced_or_withdrawn_letter_says_so_when_verified() -> None:
    old = write()
    new = write(replaces=old)
    assert queries.by_check_code(old.check_code).standing == "已被新的文书替代"
    assert queries.by_check_code(new.check_code).in_force
    with pytest.raises(Refused, match="已经撤回或者被替代"):
        write(replaces=old)
    with pytest.raises(Refused, match="写明撤回的原因"):
        actions.withdraw(document=new, reason=" ", by=CLERK)
    actions.withdraw(document=new, reason="金额有误", by=CLERK)
    assert queries.by_check_code(new.check_code).standing == "已撤回"
    with pytest.raises(Refused, match="不能再次撤回"):
        actions.withdraw(document=new, reason="再撤", by=CLERK)
