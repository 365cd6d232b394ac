"""Records of agreed files whose number nobody bears: compared by what else they say, the night after they came in.

A record that is certain is bound to its person at once; what is unsure waits for a steward, whose word is remembered
when the same record comes again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.conf import settings

from minzheng.kernel import catalogue
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.declare import Linking, LooseRecord

from . import frames, left_open
from .incoming import begun, link_rows
from .models import Incoming, IncomingLink, Unsure

__all__ = ["link_records"]

_State = Unsure.State
# A record that came in while the last comparison ran may have been kept after it.
_BACK = timedelta(hours=1)


@verb("linkage.link_records", label="数据集记录与人员档案比对")
def link_records(*, extract: str, by: Actor) -> Incoming | None:
    """Those that came in since the last time; None if there was nobody to look for."""
    declared = catalogue.current().extracts[extract].item
    assert declared.linking is not None, extract
    loose = {one.key: one for one in declared.linking.loose()}
    _close(extract, loose)
    last = Incoming.objects.filter(extract=extract).order_by("-at").values_list("at", flat=True).first()
    fresh = [one for one in loose.values() if last is None or one.recorded_at > last - _BACK]
    rest = _remembered(extract, fresh, declared.linking)
    note(after={"extract": extract, "loose": len(loose), "compared": len(rest)})
    if not rest:
        return None
    made = begun(
        source=declared.with_whom[:60], purpose=declared.label[:60], extract=extract,
        path=settings.MINZHENG_PLACE, by=by, subjects=len(rest),
    )  # fmt: skip
    subjects = frames.told(
        (at, one.number, one.name, one.sex, one.birth, one.path, "") for at, one in enumerate(rest)
    )
    link_rows(made, subjects, by=by, keys=[one.key for one in rest])
    sure = IncomingLink.objects.filter(incoming_id=made.pk).exclude(how=IncomingLink.How.UNSURE)
    for row, person in sure.values_list("row", "linked_id"):
        declared.linking.bind(rest[row].key, person, None)
    return made


def _close(extract: str, loose: Mapping[str, LooseRecord]) -> None:
    """What was asked of a record that says something else by now, or has found its person, need not be answered."""
    asked = Unsure.objects.filter(extract=extract, state=_State.OPEN).only("key", "said")
    gone = [one.pk for one in asked if one.key not in loose or not _same(one, loose[one.key])]
    Unsure.objects.filter(pk__in=gone).update(state=_State.GONE)


def _same(asked: Unsure, record: LooseRecord) -> bool:
    """Whether the record says what it said when it was asked about."""
    return all(asked.said[name] == getattr(record, name) for name in left_open.SAID if name != "phone")


def _remembered(extract: str, fresh: Sequence[LooseRecord], linking: Linking) -> list[LooseRecord]:
    """Those that no steward was asked about, or that have changed since; a word that was given is carried out anew."""
    asked = Unsure.objects.filter(extract=extract, key__in=[one.key for one in fresh]).exclude(
        state=_State.GONE
    )
    last = {one.key: one for one in asked.order_by("pk")}
    rest = []
    for record in fresh:
        answered = last.get(record.key)
        if answered is None or not _same(answered, record):
            rest.append(record)
        elif answered.person_id is not None:
            linking.bind(record.key, answered.person_id, None)
    return rest
