"""What can be wrong with an act that is declared to be done without network."""

from __future__ import annotations

from collections.abc import Iterator

from minzheng.kernel import declare

__all__ = ["outdoors"]


def outdoors(domain: declare.Domain) -> Iterator[str]:
    """A telephone draws plain questions: no table, nothing that is kept sealed; and the step just goes on."""
    for service in domain.services:
        for step in service.steps:
            if step.outdoors is None:
                continue
            what = f"service {service.code!r}: step {step.code!r}"
            if type(step) is not declare.Step or step.evidence is None or step.together > 2:
                yield f"{what} cannot be done out of doors; only a plain step with a form and at most two officers can"
            elif step.outcomes[0].then != "advance" or step.outcomes[0].needs_reason:
                yield f"{what} is handed in by its first outcome, which must advance without a reason"
            else:
                yield from _plain(what, step.evidence)
            if step.outdoors.position or step.outdoors.photo:
                yield f"{what} has no place for a position or a picture beside its form; ask for it in the form"
    for monitor in domain.monitors:
        if monitor.outdoors is not None:
            yield from _plain(f"monitor {monitor.code!r}", monitor.visit.form)


def _plain(what: str, form: declare.Form) -> Iterator[str]:
    for one in form.fields:
        if isinstance(one, declare.Rows) or one.sealed:
            yield f"{what} is done out of doors but asks {one.code!r}, which a telephone may not keep or draw"
