"""A file lies sealed under a key of its own: read from any place, never altered unseen, erased for good."""

from __future__ import annotations

import hashlib
import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from minzheng.kernel.audit import system
from minzheng.kernel.errors import Mistake
from minzheng.kernel.people import filesealing, keyring, refiling, shelves
from minzheng.kernel.people.filesealing import TAG

PIECE, HEAD = 256 * 1024, 112
SECRET = "身份证号码 110105194912310023，住院诊断".encode()


@pytest.fixture(autouse=True)
def own_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    path = tmp_path / "keys" / "fields.keys"
    monkeypatch.setenv("MINZHENG_FIELD_KEYS_FILE", str(path))
    monkeypatch.setattr(keyring, "LOOK_AGAIN", -1.0)
    keyring.made_if_missing()
    yield path
    monkeypatch.undo()
    keyring.read_again()


def lying(folder: Path, content: bytes) -> Path:
    path = folder / "paper"
    with path.open("wb") as out:
        sealer = filesealing.Sealer(out)
        for at in range(0, len(content), 100_000):
            sealer.write(content[at : at + 100_000])
        sealer.finish()
    return path


def read(path: Path) -> bytes:
    with path.open("rb") as file, filesealing.opened_file(file) as content:
        return content.read()


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_what_is_read_is_what_was_written_from_any_place(tmp_path: Path, size: int) -> None:
    whole = (SECRET * (size // len(SECRET) + 1))[:size]
    path = lying(tmp_path, whole)
    assert SECRET[:12] not in path.read_bytes()
    assert path.stat().st_size == HEAD + size + max(1, -(-size // PIECE)) * TAG
    with path.open("rb") as file, filesealing.opened_file(file) as content:
        assert content.read() == whole
        assert content.seek(-min(size, 9), io.SEEK_END) == size - min(size, 9)
        assert content.read() == whole[size - min(size, 9) :]
        content.seek(size // 2)
        assert content.read(50) == whole[size // 2 :][:50]
    assert filesealing.digest(path) == hashlib.new("sm3", whole).hexdigest()


def test_whatever_is_changed_in_it_is_not_read(tmp_path: Path) -> None:
    path = lying(tmp_path, SECRET * 12_000)
    whole = path.read_bytes()
    first, second = whole[HEAD : HEAD + PIECE + TAG], whole[HEAD + PIECE + TAG : HEAD + 2 * (PIECE + TAG)]
    wrong = {
        "the key": whole[:40] + bytes([whole[40] ^ 1]) + whole[41:],
        "a byte": whole[:-30] + bytes([whole[-30] ^ 1]) + whole[-29:],
        "the end": whole[:-1],
        "the last piece": whole[: HEAD + 2 * (PIECE + TAG)],
        "a stub of it": whole[: HEAD + 2 * (PIECE + TAG) + 5],
        "the order": whole[:HEAD] + second + first + whole[HEAD + 2 * (PIECE + TAG) :],
        "all of it": whole[:HEAD],
    }
    for what, content in wrong.items():
        path.write_bytes(content)
        assert filesealing.digest(path) == "", what
        with pytest.raises(Mistake):
            read(path)


def test_a_newer_key_takes_the_file_over_though_it_is_stopped_at_any_moment(tmp_path: Path) -> None:
    path, old = lying(tmp_path, SECRET), keyring.kept().newest
    pieces, new = path.read_bytes()[HEAD:], keyring.add_key()
    puts: list[int] = []
    real = filesealing._put
    for stopped_at in (0, 1, 2):

        def put(file: io.BufferedRandom, at: int, slot: bytes, most: int = stopped_at) -> None:
            if len(puts) == most:
                raise OSError("killed")
            puts.append(at)
            real(file, at, slot)

        copy = Path(shutil.copy(path, tmp_path / f"copy{stopped_at}"))
        puts.clear()
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(filesealing, "_put", put)
            if stopped_at < 2:
                with pytest.raises(OSError, match="killed"):
                    filesealing.rewrap(copy, new)
        assert read(copy) == SECRET
        filesealing.rewrap(copy, new)
        assert (filesealing.key_of_file(copy), read(copy), copy.read_bytes()[HEAD:]) == (new, SECRET, pieces)
        filesealing.rewrap(copy, new)
        assert read(copy) == SECRET
    keyring.drop_keys({old})
    assert read(copy) == SECRET
    with pytest.raises(Mistake, match=f"编号 {old} 的密钥"):
        read(path)


def test_an_erased_file_is_read_by_nobody_who_has_kept_its_name_or_the_keys(tmp_path: Path) -> None:
    path = lying(tmp_path, SECRET)
    kept = tmp_path / "kept"
    kept.hardlink_to(path)
    filesealing.erase(path)
    assert not path.exists()
    assert kept.stat().st_size > len(SECRET)
    with pytest.raises(Mistake, match="已销毁"):
        read(kept)


@pytest.mark.django_db
def test_files_from_before_are_sealed_in_their_place_and_one_that_is_broken_is_named(
    settings: object,
) -> None:
    root = Path(settings.MEDIA_ROOT)  # type: ignore[attr-defined]
    (root / "ab").mkdir(parents=True)
    plain, broken = root / "ab" / "one", root / "ab" / "two"
    plain.write_bytes(SECRET)
    lying(root / "ab", SECRET).rename(broken)
    broken.write_bytes(broken.read_bytes()[:50] + bytes(70))
    name, sha = shelves.put("exports", [SECRET])
    keyring.add_key()
    assert refiling.files_left() == 3
    assert dict(refiling.refile(by=system("nightly"))) == {
        plain: True, broken: False, shelves.folder("exports") / name: True,
    }  # fmt: skip
    assert SECRET[:12] not in plain.read_bytes()
    assert read(plain) == SECRET
    assert refiling.files_left() == 1
    found = shelves.opened("exports", name, sha)
    assert found is not None
    with found:
        assert found.read() == SECRET
    assert shelves.opened("exports", name, "00") is None
    shelves.removed("exports", name)
    assert shelves.opened("exports", name, sha) is None


def test_a_large_upload_lies_sealed_and_nameless_until_it_is_read() -> None:
    whole = SECRET * 60_000
    request = RequestFactory().post("/", {"file": SimpleUploadedFile("a.pdf", whole), "label": "户口簿"})
    file = request.FILES["file"]
    lying = file.file.raw._file
    assert (file.name, file.size, request.POST["label"]) == ("a.pdf", len(whole), "户口簿")
    assert not Path(str(lying.name)).is_file()
    lying.seek(0)
    assert SECRET[:12] not in lying.read()
    assert b"".join(file.chunks()) == whole
    file.seek(0)
    assert file.read(30) == whole[:30]
    request.close()
    assert lying.closed
