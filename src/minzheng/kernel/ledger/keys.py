"""The key shared with the bank: from the environment, or made once and kept outside the code."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings

from minzheng.kernel.signing import shared_key

__all__ = ["bank_key"]


def bank_key() -> bytes:
    """The key of ``MINZHENG_BANK_KEY``, or of the file ``bank.key`` made at the first start."""
    given = getattr(settings, "MINZHENG_BANK_KEY", "") or os.environ.get("MINZHENG_BANK_KEY", "")
    return shared_key(str(given), file=Path(settings.VAR) / "bank.key", setting="MINZHENG_BANK_KEY")
