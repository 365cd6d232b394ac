"""The fingerprint of evidence and of approved content: what was looked at is what was decided."""

from __future__ import annotations

import hashlib
import json

from django.core.serializers.json import DjangoJSONEncoder

__all__ = ["digest"]


def digest(content: object) -> str:
    """SHA-256 over a canonical JSON text, so that key order does not matter."""
    text = json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
