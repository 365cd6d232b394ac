"""Who may move a batch, and the batch as it stands at that moment."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from minzheng.kernel import catalogue, declare
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import NotAllowed, NotFound, Refused

from .models import Batch

__all__ = [
    "locked",
    "ratio", "require_payer", "require_reviewer", "require_role", "require_scheme_payer", "require_scheme_reviewer",
    "require_state",
]  # fmt: skip


def locked(batch: Batch) -> Batch:
    """The batch as it is now, held until the verb ends: of two clicks at once the second sees the first."""
    found = Batch.objects.select_for_update().filter(pk=batch.pk).first()
    if found is None:
        raise NotFound("batch_unknown", "没有这个发放批次。请返回批次列表重新选择。")
    return found


def require_role(by: Actor, role: str, *, path: str, duty: str) -> None:
    """The actor holds this role over this place, at the level at which it is declared to be held."""
    post, declared = by.post_for(role, path=path), catalogue.current().roles.get(role)
    if post is None or (declared is not None and post.level != declared.item.at):
        raise NotAllowed(
            "payment_role", f"您在该地区没有{duty}岗位，不能办理。请由相应岗位的工作人员办理。", role=role
        )


def require_payer(batch: Batch, by: Actor) -> None:
    """The actor pays for this place (资金经办)."""
    require_role(by, batch.payer_role, path=batch.path, duty="资金经办")


def require_reviewer(batch: Batch, by: Actor) -> None:
    """The actor reviews payments for this place (资金复核)."""
    require_role(by, batch.reviewer_role, path=batch.path, duty="资金复核")


def require_scheme_payer(scheme: str, *, path: str, by: Actor) -> None:
    """The actor pays for this scheme in this place (资金经办)."""
    declared = _declared(scheme)
    require_role(by, declared.role(declared.item.prepared_by), path=path, duty="资金经办")


def require_scheme_reviewer(scheme: str, *, path: str, by: Actor) -> None:
    """The actor reviews this scheme's payments in this place (资金复核)."""
    declared = _declared(scheme)
    require_role(by, declared.role(declared.item.reviewed_by), path=path, duty="资金复核")


def ratio(key: str, *, path: str, on: date) -> Fraction:
    """A dated share of the place, exactly."""
    return Fraction(str(catalogue.current().parameters().get(key, path=path, on=on).value))


def _declared(scheme: str) -> catalogue.Declared[declare.Scheme]:
    found = catalogue.current().schemes.get(scheme)
    if found is None:
        raise NotFound("scheme_unknown", "没有这个保障项目。请从目录中选择。")
    return found


def require_state(batch: Batch, *states: Batch.State) -> None:
    """The batch stands where this verb starts."""
    if batch.state not in states:
        wanted = "或".join(f"“{state.label}”" for state in states)
        raise Refused(
            "batch_state",
            f"批次 {batch.number} 现为“{batch.get_state_display()}”，须为{wanted}才能办理。请刷新页面。",
            state=batch.state,
        )
