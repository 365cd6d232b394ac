"""Reads of this room: the papers of a case, one paper, and what a check code proves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from minzheng.kernel import catalogue
from minzheng.kernel.access.queries import evaluates, in_scope
from minzheng.kernel.audit import Actor
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.audit.viewing import door
from minzheng.kernel.clock import at_office_time
from minzheng.kernel.errors import NotFound

from .models import Document
from .store import open_file, place_of

__all__ = ["Verified", "as_spoken", "by_check_code", "by_digest", "get", "of_case", "open_file", "visible_to"]


@dataclass(frozen=True)
class Verified:
    """What anybody may learn of a letter whose check code they hold: no name and no sum."""

    number: str
    label: str
    office: str
    issued_on: date
    sha: str
    standing: str
    # For the door alone, which says of a receipt where its holder may rate; shown to nobody.
    letter: str = ""
    case_id: int | None = None

    @property
    def in_force(self) -> bool:
        """Whether the letter still stands."""
        return self.standing == "有效"


def visible_to(by: Actor) -> QuerySet[Document]:
    """The papers within an officer's scope; for a resident, those handed in by or written to them.

    Whoever evaluates from outside has no scope and sees what they handed in.
    Papers of cases are for officers of domains that have cases: whoever watches a plan does not read them.
    """
    if by.kind is not Kind.RESIDENT and not evaluates(by):
        within = in_scope(Document.objects.all(), by)
        return within if _has_cases(by) else within.filter(case_id=None)
    own = Q(created_by=by.id)
    if by.person_id is not None:
        own |= Q(person_id=by.person_id)
    return Document.objects.filter(own)


def _has_cases(by: Actor) -> bool:
    served = {one.domain.code for one in catalogue.current().services.values()}
    return by.kind is Kind.SYSTEM or any(post.role.split(".")[0] in served for post in by.posts)


def of_case(case_id: int, by: Actor) -> list[Document]:
    """The papers of a case that the actor may see, oldest first."""
    return list(visible_to(by).filter(case_id=case_id).order_by("id"))


def get(document_id: int, by: Actor) -> Document:
    """One paper the actor may see."""
    found = visible_to(by).filter(pk=document_id).first()
    if found is None:
        raise NotFound("document_not_found", "没有找到这份文件，或者不在您的查看范围内。")
    return found


def as_spoken(code: str) -> str:
    """A code as it was given out, however it was typed."""
    return "".join(code.upper().split()).replace("-", "").translate(str.maketrans("OIL", "011"))


@door("public")
def by_check_code(code: str) -> Verified:
    """What a letter's check code proves; typed with or without hyphens, in either case."""
    found = _letters().filter(check_code=as_spoken(code)).first()
    if found is None:
        raise NotFound("check_code_unknown", "没有这个核验码的文书。请对照文书左下角的核验码重新输入。")
    return _proved(found)


@door("public")
def by_digest(sha: str) -> Verified:
    """What the digest of a file proves: that this very file is a letter as it was issued, not a character altered."""
    found = _letters().filter(stored_name=place_of(sha.strip().lower())).order_by("id").first()
    if found is None:
        raise NotFound(
            "digest_unknown",
            "这份电子文件与本平台出具的任何一份文书都不一致：可能被改动过，是扫描件或照片，或者不是本平台出具的。"
            "请用文书左下角的核验码再核验一次。",
        )
    return _proved(found)


def _letters() -> QuerySet[Document]:
    return Document.objects.filter(kind=Document.Kind.LETTER)


def _proved(found: Document) -> Verified:
    return Verified(
        number=found.number, label=found.label, office=found.office, sha=found.sha,
        issued_on=at_office_time(found.created_at).date(), standing=_standing(found), letter=found.letter,
        case_id=found.case_id,
    )  # fmt: skip


def _standing(document: Document) -> str:
    if document.withdrawn_at is not None:
        return "已撤回"
    return "有效" if document.superseded_by_id is None else "已被新的文书替代"
