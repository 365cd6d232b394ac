"""Files of papers follow the keys: each file's own key is sealed under the newest of the office's, and a file from
before files were sealed is sealed as a whole.

One file after the other, while the office reads and writes; stopped, it goes on where files are left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings

from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.errors import Mistake, NotAllowed

from . import filesealing, keyring
from .closed import closed_folder
from .shelves import SHELVES, folder

__all__ = ["INCOMING", "files_left", "refile", "refile_all", "tell_files"]

# Files that are still arriving lie here; whoever receives them has the newest key.
INCOMING = "incoming"


def _files() -> Iterator[Path]:
    """Every file of a paper, then those that wait a day."""
    root = Path(settings.MEDIA_ROOT)
    for place in (root, *map(folder, SHELVES)):
        for path in place.rglob("*"):
            if path.parent != root / INCOMING and path.is_file():
                yield path


def _older() -> Iterator[Path]:
    newest = keyring.read_again().newest
    for path in _files():
        try:
            if filesealing.key_of_file(path) != newest:
                yield path
        except FileNotFoundError:  # its day was over
            continue


def files_left() -> int:
    """How many files lie in clear or under an older key; one that was erased is not counted."""
    return sum(1 for _ in _older())


def refile(*, by: Actor) -> Iterator[tuple[Path, bool]]:
    """Every such file, and whether it could be done; one that does not open is left as it is."""
    if by.kind is not Kind.SYSTEM:
        raise NotAllowed("keys_by_the_platform", "密钥由系统管理员在服务器上更换，不能在网页上办理。")
    root = Path(settings.MEDIA_ROOT)
    beside = closed_folder(root / INCOMING, below=root)
    newest = keyring.kept().newest
    for path in _older():
        try:
            with path.open("rb") as file:
                sealed = filesealing.is_sealed_file(file)
            if sealed:
                filesealing.rewrap(path, newest)
            else:
                filesealing.seal_plain(path, beside=beside)
            yield path, True
        except FileNotFoundError:
            continue
        except Mistake:
            yield path, False


def refile_all(*, by: Actor, told: Callable[[int], None] = lambda _: None) -> tuple[int, list[str]]:
    """All of them, and the row that says so: how many were done, and the names of those that do not open."""
    done, wrong = 0, list[str]()
    for path, opens in refile(by=by):
        if opens:
            done += 1
            told(done)
        else:
            wrong.append(path.name)
    if done or wrong:
        tell_files(done=done, unreadable=wrong, by=by)
    return done, wrong


@verb("people.refile", label="文书文件封存或换用新密钥")
def tell_files(*, done: int, unreadable: list[str], by: Actor) -> None:
    """A pass over the files is finished: how many were done, and which do not open."""
    note(after={"key": keyring.kept().newest, "files": done, "unreadable": unreadable[:50]})
