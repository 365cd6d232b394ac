"""The deeds of public notices about entries of registers; answering is a deed of their register of objections."""

from __future__ import annotations

from collections.abc import Iterator

from minzheng.kernel import catalogue, declare
from minzheng.kernel.publicity import objecting

from .deed import Deed

__all__ = ["objecting_to"]


def objecting_to(code: str, declared: catalogue.Declared[declare.Publicity]) -> Iterator[Deed]:
    """Whoever reads a notice may object to it; the line of the audit shows nobody's place and not what was said."""
    del declared
    yield Deed(
        f"{code} publicity: object", lambda g: {"notice": g.entry(f"{code}_notices")},
        lambda g, ids, by: objecting.object_to(notice_id=ids["notice"], name="", text="不符合条件", by=by),
        parts=frozenset({"anybody"}), told=True,
    )  # fmt: skip
