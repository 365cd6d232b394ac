"""What has come to its end stands."""

from __future__ import annotations

__all__ = ["kept_once"]


def kept_once(state: str, why: str) -> str:
    """A row that has come to its end is not written again."""
    return (
        f"IF {state} THEN RAISE EXCEPTION '{why}' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW;"
    )
