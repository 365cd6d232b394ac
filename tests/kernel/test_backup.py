"""A backup holds one moment of the office; what is restored is the same, and a damaged file restores nothing."""

from __future__ import annotations

import io
import json
import secrets
import shutil
import stat
import zlib
from collections.abc import Iterator
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection

from minzheng.config.backup import keys, making, records, restoring, sealing, server
from minzheng.config.backup.sealing import PIECE, Sealer, opened
from minzheng.kernel import clock
from minzheng.kernel.documents import actions as documents
from minzheng.kernel.documents.models import Document
from minzheng.kernel.errors import Refused
from minzheng.kernel.ledger import actions
from minzheng.kernel.ledger.models import Payment
from minzheng.kernel.people import keyring
from minzheng.kernel.people.models import Person
from tests.factories import cast
from tests.factories.money import answered, approved, entitled
from tests.factories.papers import png, upload

KEY = bytes(range(32))
DAY = date(2022, 4, 20)


def sealed(content: bytes, key: bytes = KEY) -> bytes:
    out = io.BytesIO()
    sealer = Sealer(out, key)
    for at in range(0, len(content), 300_000):
        sealer.write(content[at : at + 300_000])
    sealer.finish()
    return out.getvalue()


def read(file: bytes, key: bytes = KEY) -> bytes:
    return b"".join(opened(io.BytesIO(file), key))


def refused(file: bytes, key: bytes = KEY) -> str:
    with pytest.raises(Refused) as refusal:
        read(file, key)
    return refusal.value.code


# The sealed stream


@pytest.mark.parametrize("length", [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE])
def test_a_stream_of_any_length_comes_back_whole(length: int) -> None:
    content = secrets.token_bytes(length)
    assert read(sealed(content)) == content


def test_the_same_content_is_never_sealed_alike() -> None:
    assert sealed(b"same") != sealed(b"same")


def test_a_key_that_does_not_fit_is_named_before_anything_is_read() -> None:
    assert refused(sealed(b"content"), bytes(32)) == "backup_key"


HEAD, SEALED = 66, PIECE + 16


@pytest.mark.parametrize(
    "keep", [HEAD, HEAD + 5, HEAD + SEALED, HEAD + 2 * SEALED], ids=["head", "tag", "one piece", "two pieces"]
)
def test_a_file_cut_between_two_pieces_is_called_cut(keep: int) -> None:
    assert refused(sealed(secrets.token_bytes(2 * PIECE + 9))[:keep]) == "backup_cut"


def test_every_other_damage_is_noticed() -> None:
    whole = sealed(secrets.token_bytes(2 * PIECE + 9))
    first, second = whole[HEAD : HEAD + SEALED], whole[HEAD + SEALED : HEAD + 2 * SEALED]
    rest = whole[HEAD + 2 * SEALED :]
    assert refused(whole[:HEAD] + second + first + rest) == "backup_altered"
    assert refused(whole[:HEAD] + first + rest) == "backup_altered"
    assert refused(whole + b"more") == "backup_altered"
    assert refused(whole[:-1]) == "backup_altered"
    assert refused(sealed(b"")[:HEAD] + whole[HEAD:]) == "backup_altered"
    for at in (HEAD, HEAD + SEALED - 1, len(whole) - 20):
        assert refused(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]) == "backup_altered"
    assert refused(b"no backup at all" * 9) == "backup_not_ours"


def test_records_without_their_end_are_refused() -> None:
    out = io.BytesIO()
    records.write(out.write, records.DUMP, b"piece")
    with pytest.raises(Refused, match="没有写完"):
        list(records.read([out.getvalue()]))


# A real database


@pytest.fixture
def key_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "keys" / "backup.key"
    monkeypatch.setenv("MINZHENG_BACKUP_KEY_FILE", str(path))
    return path


@pytest.fixture
def target(transactional_db: None) -> Iterator[str]:
    """The name of a database that does not exist yet, and is gone afterwards."""
    name = f"minzheng_back_{secrets.token_hex(4)}"
    yield name
    server.drop(name)


def databases() -> set[str]:
    """Every database of the server, but for those of tests that run beside this one."""
    beside = ("test\\_%", "minzheng\\_rehearsal\\_%")
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE NOT datname LIKE ANY (%s)", [list(beside)])
        return {name for (name,) in cursor.fetchall()}


def run(*words: Any) -> tuple[int, str]:
    """A command's exit code and everything it says."""
    out = StringIO()
    try:
        call_command(*words, stdout=out, stderr=out)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue()
    return 0, out.getvalue()


@pytest.fixture
def paid_month(transactional_db: None) -> None:
    """Three households are paid for April, one order comes back; and there are two papers."""
    with clock.frozen(DAY):
        people = cast()
        rows = [entitled(people.county_approver, amount=38400 + at) for at in range(3)]
        batch = approved(people)
        sent = actions.send(batch=batch, by=people.payer)
        answered(batch, sent, people)
        for name in ("甲.png", "乙.png"):
            documents.store_upload(
                file=upload(png(name), name), label="户口簿", path=people.seat.village, case_id=17,
                by=people.clerk,
            )  # fmt: skip
    assert len(rows) == Payment.objects.count()


@pytest.mark.usefixtures("paid_month")
def test_what_is_restored_is_the_same_and_a_change_is_found(
    tmp_path: Path, key_file: Path, target: str, settings: Any
) -> None:
    file = tmp_path / "office.backup"
    before = databases()
    code, said = run("backup", file, "--verify")
    assert (code, "核对通过" in said) == (0, True), said
    assert "密钥丢失" in said
    assert databases() == before
    assert stat.S_IMODE(key_file.stat().st_mode) == stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "林小满".encode() not in file.read_bytes()
    Person.objects.filter(name="林小满").update(name="后来改名")
    code, said = run("restore", file, "--into", target)
    assert (code, "不一致" in said.replace("与备份不一致", "")) == (0, False), said
    assert "账簿核验：备份时 0 处不符，恢复后 0 处" in said
    assert "发放：备份时 3 行，恢复后 3 行" in said
    folder = restoring.folder_of(target)
    with server.looking_at(target):
        assert Person.objects.filter(name="林小满").count() == 1
        assert [(folder / one.stored_name).is_file() for one in Document.objects.all()] == [True, True]
        Person.objects.filter(name="林小满").update(name="后来改名")
    restored = restoring.Restored(target, folder, *_told(file))
    assert [one.sentence for one in restoring.verdicts(restored) if not one.same] == [
        f"全部 {len(restored.facts['tables'])} 张表的行数，不同的有：audit_unlinked、audit_write、people_personevent",
        "各表逐行内容的校验值，不同的有：audit_unlinked、audit_write、people_person、people_personevent",
    ]
    shutil.move(folder / Document.objects.first().stored_name, tmp_path)  # type: ignore[union-attr]
    assert "恢复后摘要相符 1 个，不符或缺 1 个" in [*restoring.verdicts(restored)][-1].sentence
    with pytest.MonkeyPatch.context() as elsewhere:
        elsewhere.setenv("MINZHENG_FIELD_KEYS_FILE", str(tmp_path / "other.keys"))
        keyring.made_if_missing()
        last = [*restoring.verdicts(restored)][-1]
        assert (last.same, last.sentence[:16]) == (False, "不能继续核对：密钥文件中没有编号")
    keyring.read_again()
    _switched(file, target, settings)


def _switched(file: Path, target: str, settings: Any) -> None:
    """The platform, at work on the changed copy, goes over to what the backup holds."""
    settings.MEDIA_ROOT = restoring.folder_of(target)
    with server.looking_at(target):
        code, said = run("restore", file, "--into", f"{target}_new", "--switch")
        assert code == 0, said
        (kept,) = (name for name in databases() if name.startswith(f"{target[:30]}_until_"))
        assert Person.objects.filter(name="林小满").count() == 1
        assert {path.name for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()} == set(
            Document.objects.values_list("sha", flat=True)
        )
    with server.looking_at(kept):
        assert Person.objects.filter(name="后来改名").count() == 1
    server.drop(kept)


def _told(file: Path) -> tuple[dict[str, Any], dict[str, int]]:
    """What a backup says of itself at its beginning and its end."""
    with file.open("rb") as sealed_file:
        content = dict(records.read(sealing.opened(sealed_file, keys.kept())))
    return json.loads(content[records.MANIFEST]), json.loads(content[records.END])


def test_a_damaged_file_a_wrong_key_or_a_taken_name_leaves_nothing_behind(
    tmp_path: Path, key_file: Path, target: str
) -> None:
    file, bad = tmp_path / "office.backup", tmp_path / "bad.backup"
    making.make(file)
    whole, before = file.read_bytes(), databases()
    assert len(whole) < 10_000_000

    def refusal(content: bytes, into: str = target) -> str:
        bad.write_bytes(content)
        code, said = run("restore", bad, "--into", into)
        assert (code, databases(), list(tmp_path.glob("documents*"))) == (1, before, []), said
        return said

    middle = len(whole) // 2
    assert "被改动、截断或已损坏" in refusal(
        whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]
    )
    assert "不完整" in refusal(whole[: HEAD + 7])
    assert "已存在，不会覆盖" in refusal(whole, into=server.name())
    assert "不能用" in refusal(whole, into="Robert'; --")
    assert "已存在，不会覆盖" in run("backup", file)[1]
    key_file.write_text("00" * 32)
    assert "密钥与备份文件不符" in refusal(whole)
    key_file.unlink()
    assert "没有找到备份密钥" in refusal(whole)
    assert not key_file.exists()


def test_a_dump_the_database_does_not_take_leaves_nothing_behind(
    tmp_path: Path, key_file: Path, target: str
) -> None:
    key, _ = keys.kept_or_made()
    file, before = tmp_path / "office.backup", databases()
    with file.open("wb") as out:
        sealer = Sealer(out, key)
        records.write_facts(sealer.write, records.MANIFEST, {})
        records.write(sealer.write, records.DUMP, zlib.compress(b"CREATE TABLE one (a int);\nNONSENSE;\n"))
        records.write_facts(sealer.write, records.END, {})
        sealer.finish()
    code, said = run("restore", file, "--into", target)
    assert (code, databases()) == (1, before)
    assert "数据库恢复失败（" in said
    assert "NONSENSE" in said


def test_a_database_somebody_is_still_in_is_dropped_all_the_same(target: str) -> None:
    server.create(target)
    settings = connection.settings_dict
    where = {"host": settings["HOST"], "port": settings["PORT"], "user": settings["USER"]}
    with psycopg.connect(**where, password=settings["PASSWORD"], dbname=target) as inside:
        server.drop(target)
        assert target not in databases()
        with pytest.raises(psycopg.OperationalError):
            inside.execute("SELECT 1")
