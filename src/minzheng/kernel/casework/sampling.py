"""抽查: a higher level draws decided files at random; a faulty one is put right within a limit."""

from __future__ import annotations

import hashlib
import math
import random
import secrets
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from minzheng.kernel import audit, catalogue, clock, declare
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.errors import NotFound, Refused
from minzheng.kernel.standards.queries import calendar

from .authority import no_such_case, post_at
from .models import Case, Sample, SampledCase
from .terms import term

__all__ = ["check_sampled", "close_sampled", "draw", "rectify", "replay"]

DECIDED = (Case.State.GRANTED, Case.State.REFUSED)


def _declared(code: str) -> catalogue.Declared[declare.Sampling]:
    known = catalogue.current().samplings
    if code not in known:
        raise NotFound("sampling_unknown", "没有这种抽查。")
    return known[code]


def _pool(declared: catalogue.Declared[declare.Sampling], path: str) -> list[int]:
    service = f"{declared.domain.code}.{declared.item.service}"
    decided = Case.objects.filter(service=service, path__startswith=path, state__in=DECIDED)
    return list(decided.order_by("id").values_list("id", flat=True))


@verb("casework.draw", label="随机抽取")
def draw(sampling: str, *, path: str, size: int, by: Actor, seed: str | None = None) -> Sample:
    """Draw decided files of a place; seed and list digest are kept, so that anyone can draw the same again."""
    declared = _declared(sampling)
    post_at(path, declared, declared.item.by, by)
    pool = _pool(declared, path)
    if not 1 <= size <= len(pool):
        raise Refused(
            "sample_size",
            f"可抽查的办件有 {len(pool)} 件，抽取数量应在 1 到 {len(pool)} 之间。",
            field="size",
        )
    _enough(declared, path, size, of=len(pool))
    seed = seed or secrets.token_hex(16)
    sample = Sample.objects.create(
        sampling=declared.code, path=path, seed=seed, pool_sha=_sha(pool), pool_size=len(pool), size=size,
        drawn_at=clock.now(), drawn_by=by.id,
    )  # fmt: skip
    SampledCase.objects.bulk_create(SampledCase(sample=sample, case_id=pk) for pk in _drawn(pool, seed, size))
    audit.note(about=sample, path=path, article=declared.item.basis, after={"size": size, "pool": len(pool)})
    return sample


def _enough(declared: catalogue.Declared[declare.Sampling], path: str, size: int, *, of: int) -> None:
    """Where the law wants a share of the files looked at, a smaller draw is refused."""
    if not declared.item.least_share:
        return
    share = catalogue.current().parameters().get(declared.item.least_share, path=path, on=clock.today()).value
    assert isinstance(share, Fraction)
    least = math.ceil(share * of)
    if size < least:
        raise Refused(
            "sample_share",
            f"按规定抽查比例不少于 {share * 100}%，{of} 件中至少抽取 {least} 件。请增加抽取数量。",
            field="size",
        )


def _drawn(pool: list[int], seed: str, size: int) -> list[int]:
    return random.Random(seed).sample(pool, size)


def _sha(pool: list[int]) -> str:
    return hashlib.sha256(",".join(map(str, pool)).encode()).hexdigest()


def replay(sample: Sample, pool: list[int]) -> list[int]:
    """The same draw again from the kept seed; Refused if the list is not the one drawn from."""
    if _sha(pool) != sample.pool_sha:
        raise Refused("pool_differs", "名单与抽取时不一致，不能复核。")
    return _drawn(pool, sample.seed, sample.size)


def _sampled(sampled_id: int) -> SampledCase:
    found = (
        SampledCase.objects.select_for_update().select_related("sample", "case").filter(pk=sampled_id).first()
    )
    if found is None:
        raise no_such_case()
    return found


@verb("casework.check_sampled", label="抽查检查")
def check_sampled(sampled_id: int, *, findings: Mapping[str, Any], sound: bool, by: Actor) -> SampledCase:
    """Record what the file shows; a faulty one must be put right within the limit."""
    sampled = _sampled(sampled_id)
    declared = _declared(sampled.sample.sampling)
    post_at(sampled.case.path, declared, declared.item.by, by)
    if sampled.state != SampledCase.State.DRAWN:
        raise Refused("checked_already", "这件办件已经检查过。")
    sampled.findings = declared.item.form.clean(findings).plain
    sampled.state = SampledCase.State.SOUND if sound else SampledCase.State.FAULTY
    sampled.checked_by = by.id
    if not sound:
        limit = term(declared.item.rectify_term, path=sampled.case.path, on=clock.today())
        sampled.rectify_by = clock.deadline(clock.today(), limit, calendar()).on
    sampled.save()
    audit.note(about=sampled, case_id=sampled.case_id, path=sampled.case.path, after={"state": sampled.state})
    return sampled


@verb("casework.rectify", label="整改")
def rectify(sampled_id: int, *, text: str, by: Actor) -> SampledCase:
    """The office that answers for the file says what it has put right."""
    sampled = _sampled(sampled_id)
    declared = _declared(sampled.sample.sampling)
    post_at(sampled.case.path, declared, declared.item.answered_by, by)
    if sampled.state != SampledCase.State.FAULTY:
        raise Refused("nothing_to_rectify", "这件办件没有待整改的问题。")
    if not text.strip() or len(text) > 1000:
        raise Refused("text_needed", "请写明整改情况（不超过1000个字）。", field="text")
    sampled.state, sampled.rectified_text, sampled.rectified_by = (
        SampledCase.State.RECTIFIED,
        text.strip(),
        by.id,
    )
    sampled.save()
    audit.note(about=sampled, case_id=sampled.case_id, path=sampled.case.path)
    return sampled


@verb("casework.close_sampled", label="整改销号")
def close_sampled(sampled_id: int, *, by: Actor) -> SampledCase:
    """The level that drew the file accepts the rectification."""
    sampled = _sampled(sampled_id)
    declared = _declared(sampled.sample.sampling)
    post_at(sampled.case.path, declared, declared.item.by, by)
    if sampled.state != SampledCase.State.RECTIFIED:
        raise Refused("not_rectified", "尚未收到整改情况，不能销号。")
    sampled.state = SampledCase.State.CLOSED
    sampled.save()
    audit.note(about=sampled, case_id=sampled.case_id, path=sampled.case.path)
    return sampled
