"""The key shared with the gateway of short messages: from the environment, or made once and kept outside the code."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings

from minzheng.kernel.signing import shared_key

__all__ = ["sms_key"]


def sms_key() -> bytes:
    """The key of ``MINZHENG_SMS_KEY``, or of the file ``sms.key`` made at the first start."""
    given = getattr(settings, "MINZHENG_SMS_KEY", "") or os.environ.get("MINZHENG_SMS_KEY", "")
    return shared_key(str(given), file=Path(settings.VAR) / "sms.key", setting="MINZHENG_SMS_KEY")
