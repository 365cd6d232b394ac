"""Papers: what is handed in is checked and hashed, what is written is complete, verifiable and never changed."""

from __future__ import annotations

import dataclasses
import zlib
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import File
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from minzheng.kernel import clock
from minzheng.kernel.audit import system, verb
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.documents import actions, queries, store, typeset
from minzheng.kernel.documents.checks import NAME_LENGTH, clean_name, content_type_of, size_in_words
from minzheng.kernel.documents.letters import LETTERS, build
from minzheng.kernel.documents.letters.numerals import money_in_words
from minzheng.kernel.documents.models import Document
from minzheng.kernel.errors import Mistake, NotAllowed, NotFound, Refused
from minzheng.kernel.standards.models import ParameterRow
from tests.factories import NEXT_COUNTY, NONGAN, person, resident_of, staff
from tests.factories.letters import SAMPLES
from tests.factories.papers import HEIC, JPEG, PDF, PNG, WEBP, upload
from tests.factories.pdf_text import pdf_text

pytestmark = pytest.mark.django_db
HERE = NONGAN.village
DAY = date(2022, 1, 20)
CLERK = system("受理测试")


def hand_in(content: bytes = PNG, name: str = "户口簿.png", **more: Any) -> Document:
    more = {"label": "户口簿", "path": HERE, "case_id": 17, "by": CLERK, **more}
    return actions.store_upload(file=upload(content, name), **more)


def write(code: str = "decision_grant", **more: Any) -> Document:
    more = {"path": HERE, "case_id": 17, "by": CLERK, **more}
    with clock.frozen(DAY):
        return actions.write_letter(letter=code, data=more.pop("data", SAMPLES[code]), **more)


def stored_files(settings: Any) -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


# Uploads


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (PNG, "a.png", "image/png"),
        (JPEG, "a.JPG", "image/jpeg"),
        (JPEG, "a.jpeg", "image/jpeg"),
        (WEBP, "a.webp", "image/webp"),
        (PDF, "a.pdf", "application/pdf"),
    ],
    ids=lambda one: "file" if isinstance(one, bytes) else one,
)
def test_a_whole_file_that_is_what_it_says_is_kept_under_its_hash(
    content: bytes, name: str, kind: str, settings: Any
) -> None:
    kept = hand_in(content, name)
    assert (kept.content_type, kept.size, kept.filename) == (kind, len(content), name)
    assert kept.sha == store.sm3(content)
    assert kept.stored_name == f"{kept.sha[:2]}/{kept.sha[2:4]}/{kept.sha}"
    (lying,) = stored_files(settings)
    assert content[:8] not in lying.read_bytes()
    # Whoever else has an account on that machine enters neither the folders nor the file.
    above = [one for one in lying.parents if one.is_relative_to(settings.MEDIA_ROOT)]
    assert [one.stat().st_mode & 0o777 for one in (lying, *above)] == [0o600, 0o700, 0o700, 0o700]
    with queries.open_file(kept) as file:
        assert file.read() == content


def test_the_hash_is_sm3() -> None:
    assert store.sm3(b"abc") == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


@pytest.mark.parametrize(
    ("content", "name", "code", "words"),
    [
        (PDF, "照片.png", "file_mismatch", "文件内容与扩展名不符"),
        (PNG, "扫描.pdf", "file_mismatch", "内容是 PNG 图片"),
        (b"MZ\x90\0 a program", "证明.pdf", "file_mismatch", "内容不是这种文件"),
        (b"PK\x03\x04 office", "申请.docx", "file_kind", "不能接收“.docx”文件"),
        (PNG, "没有扩展名", "file_kind", "无扩展名"),
        (HEIC, "IMG_1.heic", "file_heic", "HEIC"),
        (HEIC, "IMG_1.jpg", "file_heic", "另存为 JPG"),
        (b"  <!DOCTYPE html><script>1</script>", "a.png", "file_markup", "网页或 SVG"),
        (b"\xef\xbb\xbf<svg onload='x'/>", "a.svg", "file_markup", "网页或 SVG"),
        (b"<?xml version='1.0'?><svg/>", "a.jpg", "file_markup", "网页或 SVG"),
        (PNG[:-12], "a.png", "file_broken", "没有传完整"),
        (PNG[:30] + b"\0" + PNG[31:], "a.png", "file_broken", "已损坏"),
        (PNG[:8], "a.png", "file_broken", "没有传完整"),
        (JPEG[:-2], "a.jpg", "file_broken", "不完整"),
        (JPEG.replace(bytes([8, 0, 4, 0, 6]), bytes([8, 0, 0, 0, 0])), "a.jpg", "file_broken", "不完整"),
        (b"\xff\xd8\xff\xd9", "a.jpg", "file_broken", "没有图像内容"),
        (WEBP[:-4], "a.webp", "file_broken", "不完整"),
        (PDF[:40], "a.pdf", "file_broken", "没有传完整"),
        (PDF.replace(b"<</Root", b"<</Encrypt 5 0 R/Root"), "a.pdf", "file_broken", "密码"),
        (b"", "a.png", "file_empty", "空的"),
    ],
    ids=lambda one: "file" if isinstance(one, bytes) else one,
)
def test_a_file_that_is_not_what_it_says_is_refused_and_nothing_is_left(
    content: bytes, name: str, code: str, words: str, settings: Any
) -> None:
    with pytest.raises(Refused) as refused:
        hand_in(content, name)
    assert refused.value.code == code
    assert words in refused.value.message
    assert refused.value.errors["file"] == refused.value.message
    assert stored_files(settings) == []
    assert not Document.objects.exists()


class Declared(File):  # type: ignore[type-arg]
    """A file that says a size and counts how much of it was read."""

    def __init__(self, *, says: int, holds: int) -> None:
        super().__init__(None, name="a.png")  # type: ignore[arg-type]
        self.size, self.holds, self.read_bytes = says, holds, 0

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        while self.read_bytes < self.holds:
            self.read_bytes += 65536
            yield b"\0" * 65536


def test_a_hundred_megabytes_are_refused_from_the_declared_size_without_reading() -> None:
    huge = Declared(says=100 * 1024 * 1024, holds=100 * 1024 * 1024)
    with pytest.raises(Refused, match="文件超过 20 MB 的上限") as refused:
        actions.store_upload(file=huge, label="x", path=HERE, by=CLERK)
    assert refused.value.code == "file_too_large"
    assert huge.read_bytes == 0


def test_a_file_larger_than_it_declares_is_refused_as_soon_as_the_limit_is_passed(settings: Any) -> None:
    liar = Declared(says=10, holds=100 * 1024 * 1024)
    with pytest.raises(Refused, match="上限"):
        actions.store_upload(file=liar, label="x", path=HERE, by=CLERK)
    assert 20 * 1024 * 1024 < liar.read_bytes <= 21 * 1024 * 1024
    assert stored_files(settings) == []


def test_the_limit_is_a_dated_value_that_a_place_may_change() -> None:
    content = PNG[:-12] + b"\0\0\x08\0teXt" + b"x" * 2048
    content += zlib.crc32(b"teXt" + b"x" * 2048).to_bytes(4) + PNG[-12:]
    ParameterRow.objects.create(
        key="document.upload_limit", path=NONGAN.county, from_on=date(2022, 1, 1), value="1024", unit="count",
        source="县民政局设定", confidence="assumption",
    )  # fmt: skip
    with clock.frozen(date(2021, 12, 31)):
        hand_in(content)
    with clock.frozen(DAY), pytest.raises(Refused, match="1 KB"):
        hand_in(content)
    with clock.frozen(DAY):
        hand_in(content, path=NEXT_COUNTY.village)


@pytest.mark.parametrize(
    ("given_name", "kept_name"),
    [
        ("../../etc/passwd.png", "passwd.png"),
        ("C:\\用户\\照片.jpg", "照片.jpg"),
        ("a\0b\u202egnp.jpg", "abgnp.jpg"),
        ("...png", "png"),
        ("<img src=x>.png", "_img src=x_.png"),
        ("", "未命名"),
        (".png", "png"),
    ],
)
def test_a_file_name_loses_its_tricks(given_name: str, kept_name: str) -> None:
    assert clean_name(given_name) == kept_name


def test_a_name_of_five_thousand_characters_is_cut_and_keeps_its_ending() -> None:
    kept = hand_in(name="长" * 5000 + ".png")
    assert len(kept.filename) == NAME_LENGTH
    assert kept.filename.endswith("长.png")


@given(st.text(max_size=300))
def test_any_name_becomes_one_that_can_be_kept(name: str) -> None:
    kept = clean_name(name)
    assert 0 < len(kept) <= NAME_LENGTH
    assert not set(kept) & set('/\\\0\n<>"')
    assert kept not in {".", ".."}


@given(
    st.binary(max_size=200),
    st.sampled_from([PNG, JPEG, PDF, WEBP, b""]),
    st.sampled_from(["png", "jpg", "pdf"]),
)
def test_no_content_is_too_strange_to_be_judged(noise: bytes, start: bytes, ending: str) -> None:
    for content in (start + noise, start[: len(noise)] + noise, noise + start):
        judged = _judge(content, name=f"a.{ending}")
        assert judged in {"image/png", "image/jpeg", "application/pdf"} or judged.endswith("。")


def _judge(content: bytes, *, name: str) -> str:
    """The kind of file, or the sentence that refuses it."""
    try:
        return content_type_of(content, name=name, most_pixels=120_000_000)
    except Refused as refused:
        return refused.message


def test_a_size_is_said_as_people_say_it() -> None:
    assert [size_in_words(n) for n in (1, 2048, 20 * 1024**2, 5 * 1024**2 // 2)] == [
        "1 KB", "2 KB", "20 MB", "2.5 MB",
    ]  # fmt: skip


def test_no_user_means_no() -> None:
    with pytest.raises(NotAllowed):
        actions.store_upload(file=upload(), label="x", path=HERE, by=None)  # type: ignore[arg-type]


def test_a_double_click_keeps_one_paper() -> None:
    first, second = hand_in(key="k1"), hand_in(key="k1")
    assert first.pk == second.pk
    assert Document.objects.count() == 1


def test_the_same_content_twice_is_two_papers_and_one_file(settings: Any) -> None:
    assert hand_in().pk != hand_in().pk
    assert len(stored_files(settings)) == 1


def test_an_upload_leaves_one_audit_row_and_within_a_larger_verb_a_part_of_it() -> None:
    kept = hand_in()
    row = Entry.objects.get()
    assert (row.verb, row.subject, row.case_id, row.path) == (
        "documents.store_upload", f"documents.document:{kept.pk}", 17, HERE,
    )  # fmt: skip

    @verb("test.accept")
    def accept(*, by: Any) -> Document:
        return hand_in(by=by)

    inner = accept(by=CLERK)
    row = Entry.objects.get(verb="test.accept")
    assert {"verb": "documents.kept", "document": inner.pk}.items() <= row.parts[-1].items()
    assert Entry.objects.count() == 2


def test_a_file_whose_transaction_failed_is_swept_once_it_is_old(settings: Any) -> None:
    kept = hand_in()

    @verb("test.larger")
    def larger(*, by: Any) -> None:
        hand_in(JPEG, "a.jpg", by=by)
        raise Refused("too_late", "后面的步骤没有通过。")

    with pytest.raises(Refused):
        larger(by=CLERK)
    assert len(stored_files(settings)) == 2
    assert store.sweep_orphans() == 0, "it may belong to a transaction that still runs"
    with clock.frozen(clock.now() + timedelta(days=2)):
        assert store.sweep_orphans() == 1
    assert [path.name for path in stored_files(settings)] == [kept.sha]


def test_a_paper_altered_or_lost_on_disk_is_never_handed_out(settings: Any) -> None:
    kept = hand_in()
    path = Path(settings.MEDIA_ROOT) / kept.stored_name
    lying = path.read_bytes()
    for wrong in (PNG + b"!", lying[:-1], lying[:-1] + bytes([lying[-1] ^ 1])):
        path.write_bytes(wrong)
        with pytest.raises(Mistake, match="被改动过"):
            queries.open_file(kept)
    path.unlink()
    with pytest.raises(Mistake, match="找不到"):
        queries.open_file(kept)


@pytest.mark.parametrize(
    "change",
    [
        {"sha": "0" * 64},
        {"label": "别的"},
        {"path": "22/"},
        {"case_id": 1},
        {"data": {"content": 1}},
        {"size": 5},
    ],
)
def test_a_paper_once_kept_is_never_changed(change: dict[str, Any]) -> None:
    kept = hand_in()
    with pytest.raises(DatabaseError, match=r"Cannot (update|delete) rows"), transaction.atomic():
        Document.objects.filter(pk=kept.pk).update(**change)
    with pytest.raises(DatabaseError, match=r"Cannot (update|delete) rows"), transaction.atomic():
        Document.objects.filter(pk=kept.pk).delete()


# Letters


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
    assert "384" not in repr(found)


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


def test_nobody_hands_in_for_another_place_or_person_and_only_the_maker_takes_back() -> None:
    who, neighbour = person(), person()
    outside = staff("clerk", at=NEXT_COUNTY.township)
    for stranger, owner in ((outside, who), (resident_of(neighbour), who)):
        with pytest.raises(NotAllowed, match="不能为这里上传"):
            hand_in(by=stranger, person_id=owner.pk)
    paper = hand_in(by=resident_of(who), person_id=who.pk)
    with pytest.raises(NotAllowed, match="不能撤回"):
        actions.withdraw(document=paper, reason="看错了", by=outside)


def test_papers_are_seen_within_scope_and_by_those_they_belong_to() -> None:
    who, neighbour = person(), person()
    resident, other = resident_of(who), resident_of(neighbour)
    letter, paper = write(person_id=who.pk), hand_in(by=resident, person_id=who.pk)
    inside, outside = staff("clerk", at=NONGAN.township), staff("clerk", at=NEXT_COUNTY.township)
    assert [one.pk for one in queries.of_case(17, inside)] == [letter.pk, paper.pk]
    assert [one.pk for one in queries.of_case(17, resident)] == [letter.pk, paper.pk]
    for stranger in (outside, other):
        assert queries.of_case(17, stranger) == []
        with pytest.raises(NotFound):
            queries.get(letter.pk, stranger)
    assert queries.get(letter.pk, resident) == letter
