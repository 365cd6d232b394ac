"""What can be wrong with what a domain watches, and with the files that it exchanges."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from minzheng.kernel import declare

__all__ = ["exchanging", "watching"]


def watching(domain: declare.Domain) -> Iterator[str]:
    """A warning leads to a visit of the domain's own, whose form asks for the result; its services exist."""
    services = {one.code for one in domain.services}
    for monitor in domain.monitors:
        what = f"monitor {monitor.code!r}"
        if monitor.visit not in domain.visits:
            yield f"{what} sends people on the visit {monitor.visit.code!r}, which the domain does not list"
        result = next((one for one in monitor.visit.form.fields if one.code == "result"), None)
        if set(getattr(result, "options", {})) != set(declare.WARNING_RESULTS):
            yield f"{what}: the form of its visit asks for no 'result' out of declare.WARNING_RESULTS"
        for role in monitor.followed_by:
            if role not in domain.roles:
                yield f"{what} names a role the domain does not list: {role.code!r}; add it to roles"
        for code, times in Counter(one.code for one in monitor.rules).items():
            if times > 1:
                yield f"{what} lists the rule {code!r} twice; give each its own code"
        for rule in monitor.rules:
            if strange := sorted(set(rule.proposes) - services):
                yield f"{what}: rule {rule.code!r} proposes {strange[0]!r}, which is no service of the domain"


def exchanging(domain: declare.Domain) -> Iterator[str]:
    """A file has a key, says by what column a record ends, and somebody of the domain handles it."""
    for extract in domain.extracts:
        what = f"extract {extract.code!r}"
        columns = Counter(one.code for one in extract.fields)
        labels = Counter(one.label for one in extract.fields)
        if twice := [one for one, times in (*columns.items(), *labels.items()) if times > 1]:
            yield f"{what} has the column {twice[0]!r} twice"
        if not extract.fields or extract.fields[0].kind != "key":
            yield f"{what} begins with no key; put the column that names the record first"
        if extract.until not in columns:
            yield f"{what} ends a record by {extract.until!r}, which is none of its columns"
        for role in extract.handled_by:
            if role not in domain.roles:
                yield f"{what} names a role the domain does not list: {role.code!r}; add it to roles"
