"""What holds for every number, real or mistyped, and for everything that masks let through."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minzheng.kernel.errors import Refused
from minzheng.kernel.people import identity, masks
from minzheng.kernel.people.masks import Audience

TODAY = date(2026, 7, 1)

regions = st.builds(
    lambda province, rest: f"{province}{rest:04d}",
    st.sampled_from(sorted(identity.PROVINCES)),
    st.integers(0, 9999),
) | st.sampled_from(sorted(identity.PERMIT_REGIONS))
births = st.dates(date(1850, 1, 1), TODAY)
serials = st.integers(0, 999)


@st.composite
def citizen_numbers(draw: st.DrawFn) -> str:
    first17 = f"{draw(regions)}{draw(births):%Y%m%d}{draw(serials):03d}"
    return first17 + identity.citizen_check_digit(first17)


uscc_numbers = st.text(identity.USCC_ALPHABET, min_size=17, max_size=17).map(
    lambda first17: first17 + identity.uscc_check_digit(first17)
)


@given(citizen_numbers())
def test_a_generated_number_is_valid_and_read_back(number: str) -> None:
    read = identity.check_citizen_number(number, today=TODAY)
    assert read.number == number
    assert f"{read.region}{read.birth:%Y%m%d}" == number[:14]
    assert read.sex == ("1" if number[16] in "13579" else "2")


@given(citizen_numbers(), st.sampled_from("0123456789X"))
def test_any_other_last_character_fails(number: str, other: str) -> None:
    if other != number[17]:
        with pytest.raises(Refused) as refusal:
            identity.check_citizen_number(number[:17] + other, today=TODAY)
        assert refusal.value.code == "id_number_check"


@given(citizen_numbers(), st.integers(0, 16), st.sampled_from("0123456789"))
def test_any_single_wrong_digit_is_noticed(number: str, place: int, digit: str) -> None:
    wrong = number[:place] + digit + number[place + 1 :]
    if wrong != number:
        with pytest.raises(Refused):
            identity.check_citizen_number(wrong, today=TODAY)


@given(st.text(max_size=40))
def test_any_text_is_either_a_number_or_refused_in_words(text: str) -> None:
    checks = (
        lambda: identity.check_citizen_number(text, today=TODAY),
        lambda: identity.check_disability_number(text, today=TODAY),
        lambda: identity.from_legacy(text),
        lambda: identity.check_uscc(text),
        lambda: identity.check_bank_account(text),
        lambda: identity.check_phone(text),
    )
    refusals: list[Refused] = []
    for check in checks:
        try:
            check()
        except Refused as refusal:
            refusals.append(refusal)
    assert refusals, "no text is a person, an organisation, an account and a phone at once"
    for refusal in refusals:
        assert refusal.message.endswith("。")
        assert refusal.fields["field"]


@given(st.dates(date(1900, 1, 1), date(1999, 12, 31)), regions, st.integers(0, 995))
def test_a_legacy_number_converts_to_a_valid_one(birth: date, region: str, serial: int) -> None:
    number = identity.from_legacy(f"{region}{birth:%y%m%d}{serial:03d}")
    assert identity.check_citizen_number(number, today=TODAY).birth == birth


@given(uscc_numbers, st.sampled_from(identity.USCC_ALPHABET))
def test_a_credit_code_has_exactly_one_last_character(code: str, other: str) -> None:
    assert identity.check_uscc(code).code == code
    if other != code[17]:
        with pytest.raises(Refused):
            identity.check_uscc(code[:17] + other)


@given(st.text("0123456789", min_size=12, max_size=19), st.integers(0, 18), st.sampled_from("123456789"))
def test_luhn_notices_any_single_wrong_digit(digits: str, place: int, step: str) -> None:
    place %= len(digits)
    wrong = digits[:place] + str((int(digits[place]) + int(step)) % 10) + digits[place + 1 :]
    assert not (identity.luhn_passes(digits) and identity.luhn_passes(wrong))


@given(citizen_numbers(), st.text(max_size=10), st.text(max_size=10), st.sampled_from(Audience))
def test_no_note_shows_an_identity_number(number: str, before: str, after: str, audience: Audience) -> None:
    note = re.sub(r"[0-9０-９]", "", before) + "，" + number + "，" + re.sub(r"[0-9０-９]", "", after)
    shown = masks.mask_text(note, audience)
    assert number not in shown
    assert number[6:14] not in shown
    assert len(shown) == len(note)


@given(st.text(max_size=60), st.sampled_from(Audience), st.sampled_from(sorted(masks.MASKS)))
def test_a_mask_takes_any_text(text: str, audience: Audience, kind: str) -> None:
    assert isinstance(masks.mask(kind, text, audience), str)


@given(st.text(min_size=2, max_size=12).filter(lambda name: len(name.strip()) > 1))
def test_a_whole_name_is_never_shown(name: str) -> None:
    assert "*" in masks.mask_name(name)
