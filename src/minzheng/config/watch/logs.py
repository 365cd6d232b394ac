"""A line of the log is one JSON object of a few known fields; no line holds a person's name, number or account.

What an exception says is never written, because a database repeats in it what a form held: its kind and the lines of
the program are.  Numbers that slip into a message all the same are taken out by the last filter, before it is written.
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from typing import Any

from minzheng.kernel.audit import tracing

__all__ = ["Lines", "Redacting", "redacted"]

# What a caller may hand over with ``extra=``; everything else that hangs on a record stays out.
FIELDS = ("route", "method", "status", "ms", "outcome", "job", "task")
_LONG = re.compile(r"[0-9Xx]{10,}")
_CALL = re.compile(r"\[([0-9]+)\]\([^\n]*\)")
_PATH = re.compile(r": /\S*")
_HIDDEN = "[…]"


def redacted(text: str) -> str:
    """The text without identity numbers, telephones and accounts, and without any long run of digits at all."""
    # Looked up late: logging is set up before the tables are known.
    from minzheng.kernel.people.masks import Audience, mask_text

    return _LONG.sub(_HIDDEN, mask_text(text, Audience.PUBLIC))


class Redacting(logging.Filter):
    """The last line of defence, whoever wrote the message."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Every record passes, as a message without numbers; arguments of a job and addresses of pages are left out."""
        said = _CALL.sub(r"[\1]", redacted(record.getMessage()))
        record.msg, record.args = _PATH.sub("", said) if record.name.startswith("django") else said, ()
        return True


class Lines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Time, level, logger, message, number of the request; then the known fields and the way of an exception."""
        told: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname, "logger": record.name, "message": record.getMessage(),
        }  # fmt: skip
        if number := tracing.current():
            told["request"] = number
        given = {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if isinstance(
            job := given.get("job"), dict
        ):  # the worker's own records carry the job with its arguments
            given |= {"job": job.get("id"), "task": job.get("task_name")}
        told |= {name: value for name, value in given.items() if isinstance(value, str | int | float)}
        if record.exc_info and (error := record.exc_info[1]) is not None:
            told["exception"] = _told(error)
        return json.dumps(told, ensure_ascii=False)


def _told(error: BaseException) -> list[dict[str, Any]]:
    """The exception and what led to it: kinds, codes and lines of the program, never what was said."""
    told: list[dict[str, Any]] = []
    found: BaseException | None = error
    while found is not None and len(told) < 5:
        steps = traceback.extract_tb(found.__traceback__)[-12:]
        one: dict[str, Any] = {"kind": f"{type(found).__module__}.{type(found).__qualname__}"}
        codes = {"code": getattr(found, "code", None), "sqlstate": getattr(found, "sqlstate", None)}
        diag = getattr(found, "diag", None)
        codes |= {name: getattr(diag, name, None) for name in ("constraint_name", "table_name")}
        one |= {name: redacted(value) for name, value in codes.items() if isinstance(value, str)}
        one["lines"] = [f"{step.filename.rpartition('/src/')[2]}:{step.lineno} {step.name}" for step in steps]
        told.append(one)
        found = found.__cause__ or (None if found.__suppress_context__ else found.__context__)
    return told
