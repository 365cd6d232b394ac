"""What can go wrong, in one tree, in words a clerk or a resident can act on.

    MinzhengError
    ├── Refused      400  the citizen or the clerk can put it right
    ├── NotAllowed   403  this actor may not do this, here
    ├── NotFound     404  no such thing, or none within the actor's scope (the two look the same)
    ├── Stale        409  someone else changed it first
    ├── Hurried      429  too often in too short a time; ``seconds`` says how long to wait
    ├── Away         503  what the platform leans on does not answer now; the same may be tried again later
    └── Mistake      500  ours: a declaration or the program is wrong

Every error has a stable ``code``, a Chinese ``message`` that says what, why and what next, and typed
``fields``.  It is raised, never returned, and caught only at a door (portal, desk, api, shell).
"""

from __future__ import annotations

from typing import Any

__all__ = ["Away", "Hurried", "MinzhengError", "Mistake", "NotAllowed", "NotFound", "Refused", "Stale"]


class MinzhengError(Exception):
    """The root: a code for programs, a sentence for people, fields for both."""

    status = 500

    def __init__(self, code: str, message: str, **fields: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.fields = fields

    def as_json(self) -> dict[str, Any]:
        """The same error for the API and the audit row."""
        return {"code": self.code, "message": self.message, "fields": self.fields}


class Refused(MinzhengError):
    """The citizen or the clerk can put it right."""

    status = 400

    @property
    def errors(self) -> dict[str, str]:
        """Messages by form field, for a door that shows each beside its input."""
        by_field: dict[str, str] = self.fields.get("errors", {})
        if not by_field and "field" in self.fields:
            return {self.fields["field"]: self.message}
        return by_field


class NotAllowed(MinzhengError):
    """This actor may not do this, at this step or in this place."""

    status = 403


class NotFound(MinzhengError):
    """No such thing within the actor's scope."""

    status = 404


class Stale(MinzhengError):
    """Someone else changed it after the actor had read it."""

    status = 409


class Hurried(MinzhengError):
    """Too often in too short a time, at a door that anybody may knock at."""

    status = 429


class Away(MinzhengError):
    """Something the platform leans on does not answer; nothing was done, and the same may be tried again."""

    status = 503


class Mistake(MinzhengError):
    """Ours: a declaration or the program is wrong."""

    status = 500
