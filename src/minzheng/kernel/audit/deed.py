"""One verb is one transaction, one audit row and one actor.

A public write of the kernel or of a domain is decorated with ``@verb("casework.accept", label="受理")``.  The
decorator refuses a missing actor, opens the transaction, carries out the deed once for an idempotency key,
and appends the audit row.  A verb called inside another joins it as a part: still one row.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, connection, models, transaction
from django.dispatch import Signal

from minzheng.kernel import clock
from minzheng.kernel.errors import MinzhengError, NotAllowed

from . import tracing, viewing
from .actor import Actor
from .outcomes import Outcome
from .watching import DEED

if TYPE_CHECKING:
    from .models import Entry

__all__ = ["Deed", "announced", "appended", "aside", "current", "note", "part", "read", "stretch", "verb"]

F = TypeVar("F", bound=Callable[..., Any])
_current: ContextVar[Deed | None] = ContextVar("deed", default=None)
# Whoever counts what is done listens here: told verb, outcome and number of each row, and nothing of what stands in it.
appended = Signal()
# What holds while a verb is carried out, said by the rooms above when they are ready.
held_while_running: list[Callable[[], AbstractContextManager[None]]] = []


@dataclass
class Deed:
    """What the running verb has said about itself so far."""

    verb: str
    label: str
    by: Actor
    key: str | None = None
    subject: str = ""
    case_id: int | None = None
    path: str = ""
    article: str = ""
    reason: str = ""
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    parts: list[dict[str, Any]] = field(default_factory=list)

    def append(self, outcome: Outcome, *, result: str = "") -> None:
        """Write the audit row."""
        with viewing.door("audit"), connection.cursor() as cursor:
            cursor.execute(_APPEND, self._row(outcome, result))
            (entry,) = cursor.fetchone()
            appended.send(Deed, verb=self.verb, outcome=str(outcome), entry=entry)

    def _row(self, outcome: Outcome, result: str) -> dict[str, Any]:
        return {
            "at": clock.now(), "actor": self.by.id, "actor_name": self.by.name, "verb": self.verb,
            "label": self.label, "outcome": str(outcome), "subject": self.subject, "case_id": self.case_id,
            "path": self.path, "article": self.article, "reason": self.reason[:500], "key": self.key,
            "before": _as_json(self.before), "after": _as_json(self.after), "parts": _as_json(self.parts),
            "result": result, "request": tracing.current(), "address": tracing.whence(),
        }  # fmt: skip


# Every verb ends in it: its words are put together once.
_KEPT = (
    "at", "actor", "actor_name", "verb", "label", "outcome", "subject", "case_id", "path", "article", "reason",
    "key", "before", "after", "parts", "result", "request", "address",
)  # fmt: skip
_PLACES = ", ".join(f"%({one})s" for one in _KEPT)
_APPEND = f"INSERT INTO audit_entry ({', '.join(_KEPT)}) VALUES ({_PLACES}) RETURNING id"


def _as_json(value: Any) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder)


def current() -> Deed:
    """The verb now running; a write outside any verb is a mistake of the program."""
    deed = _current.get()
    if deed is None:
        raise RuntimeError("a write outside any verb: decorate the public function with @verb")
    return deed


def note(
    *,
    about: models.Model | None = None,
    case_id: int | None = None,
    path: str | None = None,
    article: object = None,
    reason: str | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    label: str | None = None,
) -> None:
    """Say what the running verb is about; personal numbers never go in here."""
    deed = current()
    deed.subject = name_of(about) if about is not None else deed.subject
    deed.case_id = case_id if case_id is not None else deed.case_id
    deed.path = path if path is not None else deed.path
    deed.article = str(article) if article is not None else deed.article
    deed.reason = reason if reason is not None else deed.reason
    deed.label = label if label is not None else deed.label
    deed.before |= before or {}
    deed.after |= after or {}


def part(verb_code: str, **facts: Any) -> None:
    """Something the running verb brought about elsewhere, kept in the same row."""
    current().parts.append({"verb": verb_code, **facts})


@contextmanager
def aside() -> Iterator[Deed]:
    """What verbs within say of themselves is kept apart; the running one takes of it what it tells."""
    outer = current()
    said = Deed(verb=outer.verb, label=outer.label, by=outer.by)
    token = _current.set(said)
    try:
        yield said
    finally:
        _current.reset(token)


def read(
    what: str, *, by: Actor, about: models.Model, path: str, reason: str = "", label: str = "查看"
) -> None:
    """Keep that personal data were looked at."""
    deed = Deed(verb=what, label=label, by=by, subject=name_of(about), path=path, reason=reason)
    if about._meta.label == "casework.Case":
        deed.case_id = about.pk
    deed.append(Outcome.READ)


def name_of(row: models.Model) -> str:
    """The stable name under which audit keeps a row."""
    return f"{row._meta.label_lower}:{row.pk}"


def verb(
    code: str, *, label: str = "", beyond: str = "", opens: tuple[str, str] = ("", "")
) -> Callable[[F], F]:
    """Make a function a verb: ``by=`` required, one transaction, one audit row, once per ``key=``.

    ``beyond`` is the reason why it writes rows of places outside the counties of its actor; without one the database
    refuses them (``viewing``).  ``opens`` is a closed compartment that it reads whoever acts, and the reason why.
    """

    def decorate(function: F) -> F:
        @functools.wraps(function)
        def carry_out(*args: Any, by: Actor, key: str | None = None, **kwargs: Any) -> Any:
            if not isinstance(by, Actor):
                raise NotAllowed("no_actor", "没有办理人身份，不能办理。请先登录。")
            outer = _current.get()
            with viewing.in_deed(code, by, beyond, opens[0]):
                if outer is not None:
                    outer.parts.append({"verb": code})
                    return function(*args, by=by, **kwargs)
                return _alone(Deed(verb=code, label=label, by=by, key=key), function, args, kwargs)

        carry_out.verb = code  # type: ignore[attr-defined]
        if beyond:
            viewing.BEYOND[code] = beyond
        if opens[0]:
            viewing.OPENED[code] = opens
        return cast(F, carry_out)

    return decorate


def _alone(deed: Deed, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Carry out an outermost verb; a second call with the same key answers with the first one's result."""
    if (earlier := _earlier(deed)) is not None:
        return _result(earlier)
    token = _current.set(deed)
    try:
        with ExitStack() as held, transaction.atomic():
            for one in held_while_running:
                held.enter_context(one())
            _announce(deed.verb)
            result = function(*args, by=deed.by, **kwargs)
            named = name_of(result) if isinstance(result, models.Model) else ""
            deed.append(Outcome.DONE, result=named)
        return result
    except IntegrityError:
        # Two clicks at once: the second waited on the unique key and finds the first one's row.
        if (earlier := _earlier(deed)) is not None:
            return _result(earlier)
        raise
    except MinzhengError as error:
        # The second click may also have waited on a row lock, and then met the state the first one left.
        if (earlier := _earlier(deed)) is not None:
            return _result(earlier)
        deed.after = {"error": error.code}
        deed.reason = deed.reason or error.message
        deed.append(Outcome.REFUSED)
        raise
    finally:
        _current.reset(token)


def _announce(verb_code: str) -> None:
    """The database is told which verb writes: what is written without one leaves a row of its own (``watching``)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [DEED, verb_code])


@contextmanager
def announced(verb_code: str) -> Iterator[None]:
    """One transaction that writes under a name of its own, for whoever is not yet an actor: the door before sign-in.

    Its rows are appended by the caller (:meth:`Deed.append`), also where the answer is no.
    """
    with viewing.door("sign_in"), transaction.atomic():
        _announce(verb_code)
        yield


@contextmanager
def stretch(verb_code: str, *, by: Actor) -> Iterator[None]:
    """One transaction of a work too long for one, which writes under the verb that tells of it when it is finished."""
    with viewing.in_deed(verb_code, by, ""), transaction.atomic():
        _announce(verb_code)
        yield


def _entries() -> models.Manager[Entry]:
    """The audit table; looked up late, because every app imports this module before the tables are known."""
    found: models.Manager[Entry] = apps.get_model("audit.Entry")._default_manager
    return found


def _earlier(deed: Deed) -> Entry | None:
    if deed.key is None:
        return None
    same = _entries().filter(actor=deed.by.id, verb=deed.verb, key=deed.key, outcome=Outcome.DONE)
    return same.first()


def _result(entry: Entry) -> models.Model | None:
    """The row the first call gave back."""
    if not entry.result:
        return None
    label, pk = entry.result.rsplit(":", 1)
    found: models.Model = apps.get_model(label)._default_manager.get(pk=pk)
    return found
