"""A source that stays silent in a re-check is no longer waited for, by the policy of the place and with a reason."""

from __future__ import annotations

from django.db import connection

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.errors import Refused

from . import rechecksql
from .models import BulkAnswer, Recheck, RecheckPart
from .policies import Policy
from .rechecking import require_verifier, run_locked
from .silence import policy_of
from .sources import source
from .standing import written

__all__ = ["give_up"]

Part = RecheckPart.State


@verb("exchange.give_up_source", label="不再等待未返回的来源")
def give_up(*, run: Recheck, code: str, reason: str, by: Actor) -> Recheck:
    """What is still valid from the last re-check stands in where the place says so; whatever is left is unknown."""
    row = run_locked(run)
    note(about=row, path=row.path, article=row.basis)
    require_verifier(by, path=row.path)
    why = written(reason, field="reason", missing="没有填写理由。请写明为什么不再等待。")
    parts = list(row.parts.select_for_update().filter(source=source(code).code, state=Part.FAILED))
    if not parts:
        raise Refused("nothing_silent", "该来源没有未返回的分项。请刷新页面查看进度。")
    taken = sum(_end(row, part) for part in parts)
    row.state, row.finished_at = Recheck.State.RUNNING, None
    row.save(update_fields=["state", "finished_at"])
    note(reason=why, after={"source": code, "parts": len(parts), "taken_over": taken})
    return row


def _end(run: Recheck, part: RecheckPart) -> int:
    """How many subjects an earlier answer stands in for."""
    part.policy = policy_of(part.source, path=part.path, on=clock.today()).value
    if part.policy == Policy.HOLD:
        message = f"按本地规定，{source(part.source).label}未返回时暂缓办理，不能放弃等待。请继续重试，或者先调整规定。"
        raise Refused("source_held", message, source=part.source)
    facts = {
        "part": part.pk, "run": run.pk, "path": part.path, "source": part.source, "on": clock.today(),
    }  # fmt: skip
    taken = 0
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM exchange_bulkanswer WHERE part_id = %s", [part.pk])
        if part.policy == Policy.LAST_KNOWN:
            cursor.execute(rechecksql.TAKE_OVER, facts)
            taken = cursor.rowcount
            cursor.execute(rechecksql.TAKEN_FROM, facts)
            part.as_of, part.valid_until, part.answered_at, part.answer_sha = cursor.fetchone()
        cursor.execute(rechecksql.UNANSWERED, facts)
        part.unknown = cursor.rowcount
    held = BulkAnswer.objects.filter(part_id=part.pk)
    part.found = held.filter(state=BulkAnswer.State.FOUND).count()
    part.none = held.filter(state=BulkAnswer.State.NONE).count()
    part.state = Part.GIVEN_UP
    part.answer_sha = part.answer_sha or ""
    part.save()
    return taken
