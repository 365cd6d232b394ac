"""Whether what is kept is still what was received: each answer against its hash, the report against the audit.

From a figure of a decision one goes back by hashes: the audit chain names the report, the report names the hash of each
answer, and the hash is that of the answer as it was received, which lies sealed beside it (handbook 01 §8).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from minzheng.kernel.areas.paths import county_of
from minzheng.kernel.audit import viewing
from minzheng.kernel.audit.deed import name_of
from minzheng.kernel.audit.models import Entry

from .bulkkept import digest_of
from .models import Query, RecheckPart, Verification
from .reporting import report_hash

__all__ = ["Proof", "Report", "of_answers", "of_part", "of_report"]


class Proof(StrEnum):
    """What a comparison has shown."""

    INTACT = "intact"
    ALTERED = "altered"
    MISPLACED = "misplaced"
    UNPROVED = "unproved"

    @property
    def label(self) -> str:
        """The word on a page."""
        return _WORDS[self.value]


_WORDS = {
    "intact": "与原文一致", "altered": "与原文不符", "misplaced": "不是这次查询的答复", "unproved": "无从比对",
}  # fmt: skip


def of_answers(asked: Iterable[Query]) -> dict[int, Proof]:
    """Each answered question by its number: the answer is the one that was hashed, and an answer to this question."""
    answered = [one for one in asked if one.state == Query.State.ANSWERED]
    known = _files({str(one.answer.get("file", "")) for one in answered if one.answer} - {""})
    return {one.pk: _of_answer(one, known) for one in answered}


def _files(named: set[str]) -> set[tuple[str, str]]:
    """Which of the answer files that are named a source has really sent; the county keeps them."""
    if not named:
        return set()
    with viewing.door("evidence"):
        return set(RecheckPart.objects.filter(answer_sha__in=named).values_list("source", "answer_sha"))


def _of_answer(one: Query, files: set[tuple[str, str]]) -> Proof:
    if not one.intact:
        return Proof.ALTERED
    file = str((one.answer or {}).get("file", ""))
    if file:
        return Proof.INTACT if (one.source, file) in files else Proof.MISPLACED
    asked, body = one.taken_from or one, one.body or {}
    same = (body.get("source"), body.get("request_id")) == (one.source, str(asked.request_id))
    return Proof.INTACT if same and asked.raw_sha == one.raw_sha else Proof.MISPLACED


@dataclass(frozen=True, slots=True)
class Report:
    """What the comparisons of a report have shown: its own words, the audit's, the answers it names."""

    words: Proof
    audit: Proof
    answers: Proof


def of_report(one: Verification, asked: Iterable[Query]) -> Report:
    """The report of a check against its hash, the audit row of its issue, and the answers kept of its round."""
    kept = one.report or {}
    words = Proof.INTACT if report_hash(dict(kept)) == one.report_sha else Proof.ALTERED
    return Report(words, _in_audit(one), _of_listed(kept, asked))


def _in_audit(one: Verification) -> Proof:
    """The audit names the hash under which a report was issued; whoever altered both is found by the chain."""
    done = Entry.objects.filter(outcome=Entry.Outcome.DONE)
    issued = [{"verification": one.pk, "report": one.report_sha}]
    with viewing.door("evidence"):
        found = (
            done.filter(case_id=one.case_id, after__report=one.report_sha).exists()
            or done.filter(
                path=county_of(one.path) or one.path, verb="exchange.recheck_compare", parts__contains=issued
            ).exists()
        )
    return Proof.INTACT if found else Proof.UNPROVED


def _of_listed(kept: Mapping[str, object], asked: Iterable[Query]) -> Proof:
    listed = kept.get("answers")
    if not isinstance(listed, list):
        return Proof.UNPROVED
    named = {(row["source"], row["person"], row["sha"]) for row in listed}
    found = {(one.source, one.person_id, one.raw_sha) for one in asked if one.round == kept.get("round")}
    return Proof.INTACT if named <= found else Proof.ALTERED


def of_part(part: RecheckPart) -> Proof:
    """The sealed answers of a re-check's part, all of them and in order, against the digest the audit keeps of them."""
    about = (name_of(part), name_of(part.run))
    rows = Entry.objects.filter(subject__in=about, outcome=Entry.Outcome.DONE, after__has_key="kept")
    for said in rows.order_by("-id").values_list("after", flat=True):
        if (digest := said["kept"].get(str(part.pk))) is not None:
            return Proof.INTACT if digest == digest_of(part) else Proof.ALTERED
    return Proof.UNPROVED
