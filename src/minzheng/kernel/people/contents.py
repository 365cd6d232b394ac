"""A text or a form's answers as they are stored: SM4-GCM, found by nothing, told apart by a label without meaning.

``!`` and 22 characters drawn by chance, the name of the key, then nonce, ciphertext and tag: the shape of a sealed
number, so that one way through the guards serves both.  The label is bound into the tag and stays when a newer key
seals the same content anew; what is written otherwise gets another label.  Nobody without the key sees whether two
rows say the same.
"""

from __future__ import annotations

import base64
import json
import secrets
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.core.serializers.json import DjangoJSONEncoder

from minzheng.kernel.errors import Mistake

from . import keyring
from .sealing import BODY, MARK, SIGN, Opened, is_sealed, key_of, sealing_key

__all__ = [
    "EMPTY", "KIND", "Sealed", "Table", "Things", "again", "as_text", "opened_content", "read", "resealed",
    "sealed_content", "written",
]  # fmt: skip

KIND = "content"
# What says nothing is kept as it is.
EMPTY = frozenset({"", "{}", "[]"})
_NONCE, _TAG = 12, 16


class Sealed(str):
    """A content as it is stored, on its way there."""

    __slots__ = ()


class Table(dict[str, Any]):
    """Answers as they were read, which remember how they stand in the database: unchanged, they stay as they were."""

    stored: str
    text: str


class Things(list[Any]):
    """The same of a list."""

    stored: str
    text: str


def as_text(value: Any) -> str:
    """A value as it is sealed."""
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))


def written(value: Any) -> str:
    """Answers as they are stored; those that were read and not changed stand as they stood."""
    if isinstance(value, Sealed):
        return value
    text = as_text(value)
    if isinstance(value, Table | Things) and value.text == text:
        return _kept(value.stored, text)
    return sealed_content(text)


def read(stored: str) -> Any:
    """The answers themselves."""
    text = opened_content(stored)
    value = json.loads(text)
    if is_sealed(stored) and isinstance(value, dict | list):
        value = Table(value) if isinstance(value, dict) else Things(value)
        value.stored, value.text = stored, str(text)
    return value


def again(text: str, stored: str) -> Sealed:
    """The same text as it was stored before."""
    return Sealed(_kept(stored, text) if is_sealed(stored) else stored)


def sealed_content(text: str) -> str:
    """A text as it is stored, under a label of its own; what was read and not changed stands as it stood."""
    if text in EMPTY or isinstance(text, Sealed):
        return text
    if isinstance(text, Opened) and text.kind == KIND:
        return _kept(text.stored, text)
    return _closed(text, SIGN + _text(secrets.token_bytes(16)))


def opened_content(stored: str) -> str:
    """The text itself; altered, put under another label or without its key, it is not opened."""
    if not is_sealed(stored):
        return stored
    try:
        content = base64.urlsafe_b64decode(stored[BODY:] + "=" * (-len(stored[BODY:]) % 4))
        nonce, body, tag = content[:_NONCE], content[_NONCE:-_TAG], content[-_TAG:]
        cipher = Cipher(algorithms.SM4(sealing_key(key_of(stored))), modes.GCM(nonce, tag)).decryptor()
        cipher.authenticate_additional_data(_bound(stored[:MARK]))
        text = Opened((cipher.update(body) + cipher.finalize()).decode())
    except (InvalidTag, ValueError):
        raise Mistake(
            "sealed_unreadable", "封存的内容打不开：数据被改动，或密钥不对。请联系系统管理员。"
        ) from None
    text.kind, text.stored = KIND, stored
    return text


def resealed(stored: str) -> str:
    """The same content under the newest key and the same label."""
    return _kept(stored, opened_content(stored)) if is_sealed(stored) else stored


def _kept(stored: str, text: str) -> str:
    return stored if key_of(stored) == keyring.kept().newest else _closed(text, stored[:MARK])


def _closed(text: str, label: str) -> str:
    ring = keyring.kept()
    nonce = secrets.token_bytes(_NONCE)
    cipher = Cipher(algorithms.SM4(ring.keys[ring.newest]), modes.GCM(nonce)).encryptor()
    cipher.authenticate_additional_data(_bound(label))
    body = cipher.update(text.encode()) + cipher.finalize()
    return f"{label}.{ring.newest}.{_text(nonce + body + cipher.tag)}"


def _bound(label: str) -> bytes:
    return f"{KIND} {label}".encode()


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
