"""The key of the digests is changed while the office works: every number is found and unique all the time (ADR 36).

First each value gets a second digest beside the first; meanwhile all have the first in common.  Then, in one
transaction, the last digest counts; meanwhile all have that one.  At last the first is taken away.  Each step
waits until every process knows the one before.
"""

from __future__ import annotations

from django.db import transaction

from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.errors import Mistake, Refused

from . import keyring
from .bulksealing import opened_many
from .models import DigestChange
from .rotating import Column, Work, by_the_platform, nobody_writes
from .sealing import MARK, SECOND, SIGN, body_at, head, marks, of_these

__all__ = ["DOUBLING", "THINNING", "begin", "drop", "switch", "tell"]

_VERB = "people.redigest"
_TWO = f"""substr("{{0}}", {MARK + SECOND + 1}, 1) = '.'"""


@verb("people.add_digest_key", label="启用新的号码摘要密钥")
def begin(*, by: Actor) -> None:
    """From now on what is written has two digests, and the first is the one that counts."""
    by_the_platform(by)
    ring = keyring.read_again()
    if ring.coming or ring.going:
        raise Refused("digest_change_open", "摘要密钥正在更换，不能再启用一个。请先完成这一次更换。")
    DigestChange.objects.get_or_create(pk=1)
    note(after={"digest": "second"})
    transaction.on_commit(keyring.add_digest_key)


@verb("people.take_digest_key", label="改用新的号码摘要密钥")
def switch(*, by: Actor) -> None:
    """Every value has both digests, so the second may count from here on; nobody writes while that is looked at."""
    by_the_platform(by)
    if left := nobody_writes(DOUBLING):
        raise Refused("digest_missing", f"还有号码没有新摘要（{_told(left)}），不能改用。请再次运行本命令。")
    DigestChange.objects.all().delete()
    note(after={"digest": "new"})
    transaction.on_commit(keyring.take_digest_key)


@verb(_VERB, label="号码换用新摘要")
def tell(*, rows: dict[str, int], unreadable: dict[str, list[int]], by: Actor) -> None:
    """A pass is finished: how many rows of which table."""
    note(after={"rows": rows, "unreadable": unreadable})


@verb("people.retire_digest_key", label="停用旧的号码摘要密钥")
def drop(*, by: Actor) -> None:
    """The key of before leaves the file once no value has its digest."""
    by_the_platform(by)
    if keyring.read_again().coming:
        raise Refused(
            "old_digest_in_use", "新摘要尚未改用，旧摘要密钥不能停用。请先运行 rotate_keys --digests。"
        )
    if left := nobody_writes(THINNING):
        message = f"还有号码带着旧摘要（{_told(left)}），旧摘要密钥不能停用。请先运行 rotate_keys --digests。"
        raise Refused("old_digest_in_use", message)
    note(after={"digest": "one"})
    transaction.on_commit(keyring.drop_digest_key)


def _told(left: dict[str, int]) -> str:
    return "、".join(f"{table} {count} 行" for table, count in left.items())


def _doubled(values: Column, kind: str) -> Column:
    """Each value with the second digest put in, its content as it stood; one under a strange digest is named."""
    at = [place for place, value in enumerate(values) if value and body_at(value) == body_at("")]
    stored = [str(values[place]) for place in at]
    for place, text, before in zip(at, opened_many(stored, kind), stored, strict=True):
        if not of_these(before, marks(text, kind)):
            raise Mistake("sealed_unreadable", "封存的号码与其摘要不符。请联系系统管理员。")
        values[place] = head(text, kind) + before[MARK:]
    return values


def _thinned(values: Column, _kind: str) -> Column:
    """Each value with its last digest alone."""
    return [SIGN + one[MARK + 1 :] if one and body_at(one) != body_at("") else one for one in values]


DOUBLING = Work(_VERB, f"""(left("{{0}}", 1) = '!' AND NOT {_TWO})""", _doubled, digests_only=True)
THINNING = Work(_VERB, f"({_TWO})", _thinned, digests_only=True)
