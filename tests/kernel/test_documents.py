"""Papers: what is handed in is checked and hashed, kept once, never changed, and seen by those it concerns."""

from __future__ import annotations

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
from minzheng.kernel.audit import verb
from minzheng.kernel.audit.models import Entry
from minzheng.kernel.documents import actions, queries, store
from minzheng.kernel.documents.checks import NAME_LENGTH, clean_name, content_type_of, size_in_words
from minzheng.kernel.documents.models import Document
from minzheng.kernel.errors import Mistake, NotAllowed, NotFound, Refused
from minzheng.kernel.standards.models import ParameterRow
from tests.factories import NEXT_COUNTY, NONGAN, person, resident_of, staff
from tests.factories.handed import CLERK, DAY, HERE, hand_in, stored_files, write
from tests.factories.papers import HEIC, JPEG, PDF, PNG, WEBP, upload

pytestmark = pytest.mark.django_db


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
