"""The deeds of papers."""

from __future__ import annotations

from collections.abc import Iterator

from minzheng.kernel.documents import queries as documents

from .deed import Deed, having_cases

__all__ = ["reading_papers"]


def reading_papers() -> Iterator[Deed]:
    yield Deed(
        "documents: read a paper of a case", lambda g: {"paper": g.paper.pk if g.paper else 0},
        lambda g, ids, by: documents.get(ids["paper"], by), having_cases(), frozenset({"applicant"}), "GET",
        "/documents/{paper}", anyhow=True, hidden=True,
    )  # fmt: skip
    yield Deed(
        "documents: fetch a paper of a case", lambda g: {"paper": g.paper.pk if g.paper else 0},
        lambda g, ids, by: documents.open_file(documents.get(ids["paper"], by)).close(),
        having_cases(), frozenset({"applicant"}), "GET", "/documents/{paper}/content", anyhow=True, hidden=True,
    )  # fmt: skip
