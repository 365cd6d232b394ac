"""The key shared with the other departments: from the environment, or made once and kept outside the code."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings

from minzheng.kernel.signing import shared_key

__all__ = ["exchange_key", "partner_key"]


def exchange_key() -> bytes:
    """The key of ``MINZHENG_EXCHANGE_KEY``, or of the file ``exchange.key`` made at the first start."""
    given = getattr(settings, "MINZHENG_EXCHANGE_KEY", "") or os.environ.get("MINZHENG_EXCHANGE_KEY", "")
    file = Path(settings.VAR) / "exchange.key"
    return shared_key(str(given), file=file, setting="MINZHENG_EXCHANGE_KEY")


def partner_key(department: str) -> bytes:
    """The key of a department that asks us: of ``var/partners``, made once and handed over to it."""
    file = Path(settings.VAR) / "partners" / f"{department}.key"
    return shared_key("", file=file, setting=str(file))
