"""What a release would make of the dated values: the values after it, and the fingerprints that hold it fast."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from datetime import date
from typing import Any

from minzheng.kernel import catalogue, law
from minzheng.kernel.law.expressions import Expression
from minzheng.kernel.law.plan import Plan
from minzheng.kernel.standards.models import ParameterRow
from minzheng.kernel.standards.queries import as_values, local_parameters

from .models import Release, ReleaseValue

__all__ = [
    "after",
    "before",
    "fingerprint",
    "payload",
    "payload_sha",
    "rules_digest",
    "value_of",
    "values_digest",
    "without",
]


def fingerprint(content: Any) -> str:
    """The digest of something as JSON, independent of how it was written down."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def payload(release: Release) -> dict[str, Any]:
    """Everything that two people sign for: whose, from when, by what document, which values."""
    rows = release.values.order_by("key", "path")
    return {
        "domain": release.domain,
        "kind": release.kind,
        "source": release.source,
        "path": release.path,
        "from_month": release.from_month.isoformat(),
        "alternative": release.alternative,
        "values": [[r.key, r.path, r.value, r.unit, str(r.from_on), str(r.until_on)] for r in rows],
    }


def payload_sha(release: Release) -> str:
    """The digest of the payload as it stands."""
    return fingerprint(payload(release))


def before() -> law.Parameters:
    """The values as they are known today."""
    return catalogue.current().parameters()


def after(release: Release) -> law.Parameters:
    """The values as publishing the release would leave them; an overlap is refused here as it would be there."""
    new = [value_of(row, source=release.source) for row in release.values.order_by("id")]
    return catalogue.current().parameters_with(_amended(local_parameters(), new))


def without(release: Release) -> law.Parameters:
    """The values as they would be, had the published release never been."""
    taken = {row.row_id: row for row in release.values.all() if row.row_id is not None}
    rows = list(ParameterRow.objects.order_by("id"))
    ends = {row.pk: row.until_on for row in rows}
    reopened = {one.closed_id: ends.get(pk) for pk, one in taken.items() if one.closed_id is not None}
    kept = [row for row in rows if row.pk not in taken]
    for row in kept:
        row.until_on = reopened.get(row.pk, row.until_on)
    return catalogue.current().parameters_with(as_values(kept))


def value_of(row: ReleaseValue, *, source: str) -> law.Value:
    """The row as the law reads it."""
    return law.Value(
        key=row.key, place=row.path, from_=row.from_on, until=row.until_on, value=row.value, unit=row.unit,
        source=source, confidence="law", title=row.title,
    )  # fmt: skip


def _amended(local: Iterable[law.Value], new: list[law.Value]) -> Iterator[law.Value]:
    """The open value of the same place ends on the day the new one begins, as ``set_parameter`` does it."""
    begins = {(value.key, value.place): value.from_ for value in new}
    for value in local:
        day = begins.get((value.key, value.place))
        closes = day is not None and value.until is None and value.from_ < day
        yield replace(value, until=day) if closes else value
    yield from new


def values_digest(parameters: law.Parameters, keys: Iterable[str], *, path: str, on: date) -> str:
    """The fingerprint of every value that the rules may read in the place on that day."""
    read = set(keys)
    return law.digest(
        value
        for value in parameters
        if value.key in read
        and value.covers(on)
        and (path.startswith(value.place) or value.place.startswith(path))
    )


def rules_digest(*plans: Plan) -> str:
    """The fingerprint of the rules themselves: another sentence of the law, another digest."""
    said = [[_said(node.of), [part.index for part in node.parts]] for plan in plans for node in plan.nodes]
    roots = [
        [f"{rule.entity}.{rule.name}", node.index] for plan in plans for rule, node in plan.roots.items()
    ]
    return fingerprint([said, roots])


def _said(of: Expression) -> list[str]:
    """What a node says beside its parts."""
    values = ((one.name, getattr(of, one.name)) for one in fields(of))
    return [
        type(of).__name__,
        *(f"{name}={value!r}" for name, value in values if not isinstance(value, Expression)),
    ]
