"""An identity number, a phone or an account as it is stored: SM4-GCM under a key that is not in the database.

``!`` and a digest of 22 characters (HMAC-SM3, 128 bits), by which the value is found again and compared; the name of
the key; nonce, ciphertext and tag.  Of an account the last four digits and the outcome of the check digit (y, n) follow
in clear, for what is said to the payee and doubted of it is written by whole statements.  The tag also binds
the kind of value, so that a phone is no account.  While the key of the digests is changed, a point and a second digest
stand behind the first (ADR 36).
"""

from __future__ import annotations

import base64
import hmac
import secrets
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from minzheng.kernel.errors import Mistake

from . import keyring
from .identity import luhn_passes

__all__ = [
    "BODY", "END", "MARK", "PATTERN", "SECOND", "SIGN", "Opened", "alike", "beside", "body_at", "head", "is_sealed",
    "key_of", "label", "last_mark", "mark", "marks", "of_these", "opened", "passes", "sealed", "sealing_key", "tail",
]  # fmt: skip

SIGN = "!"
MARK = 23  # the sign and the digest
_NONCE, _TAG = 12, 16
SECOND = 23  # a point and the second digest, while there are two
BODY = MARK + 6  # .name.
END = 6  # of an account: .four digits and a letter

# A sealed account where it stands in a line of text.
PATTERN = r"![\w-]{22}(?:\.[\w-]{22})?\.[0-9a-f]{4}\.[\w-]{38,}\.[0-9*]{4}[yn]"


class Opened(str):
    """A value as it was read, which remembers how it stands in the database: stored again, it stays as it was."""

    __slots__ = ("kind", "stored")
    stored: str
    kind: str


def label(column: str) -> str:
    """SQL: the mark of a sealed text, which tells whether it was written anew."""
    return f"left({column}, {MARK})"


def last_mark(column: str) -> str:
    """SQL: the digest under the newest key with which a sealed value stands: the second, where there are two."""
    at = MARK + SECOND + 1
    return (
        f"CASE WHEN substr({column}, {at}, 1) = '.' THEN '{SIGN}' || substr({column}, {MARK + 2}, {SECOND - 1})"
        f" ELSE left({column}, {MARK}) END"
    )


def alike(column: str) -> str:
    """SQL: what two sealed values of the same number have in common.

    While values are being given a second digest all of them have the first; from then on all have the last.
    """
    return (
        f"CASE WHEN EXISTS (SELECT FROM people_digestchange) THEN left({column}, {MARK})"
        f" ELSE {last_mark(column)} END"
    )


def tail(column: str) -> str:
    """SQL: the last four digits of a sealed account."""
    return f"left(right({column}, 5), 4)"


def passes(column: str) -> str:
    """SQL: whether a sealed account has 12 to 19 digits and passes the check of ISO/IEC 7812 (Luhn)."""
    return f"(right({column}, 1) = 'y')"


def is_sealed(text: str) -> bool:
    """Whether this is a stored value, not the number itself."""
    return text.startswith(SIGN)


def key_of(stored: str) -> str:
    """The name of the key under which a stored value is sealed."""
    at = body_at(stored)
    return stored[at - 5 : at - 1]


def body_at(stored: str) -> int:
    """Where the sealed content begins: behind one digest or two, and the name of the key."""
    return BODY + SECOND if stored[MARK + SECOND : MARK + SECOND + 1] == "." else BODY


def mark(text: str, kind: str, key: bytes = b"") -> str:
    """The sign and the digest: the same for the same value of a kind, and nothing without the key."""
    mac = _mac(key or keyring.kept().index, kind).copy()
    mac.update(text.encode())
    return SIGN + _text(mac.digest()[:16])


def marks(text: str, kind: str) -> list[str]:
    """Every mark under which the value may stand: more than one while the key of the digests is changed."""
    return [mark(text, kind, key) for key in keyring.kept().digesting]


def head(text: str, kind: str) -> str:
    """What stands before the name of the key: the mark, and the second digest while there are two."""
    coming = keyring.kept().coming
    first = mark(text, kind)
    return f"{first}.{mark(text, kind, coming)[1:]}" if coming else first


def of_these(stored: str, expected: list[str]) -> bool:
    """Whether every digest of a stored value is one of those the value may have."""
    found = stored[: body_at(stored) - 6].lstrip(SIGN).split(".")
    return all(SIGN + one in expected for one in found)


def sealed(text: str, kind: str) -> str:
    """The value as it is stored, under the newest key and a nonce of its own; what is blank stays blank."""
    if not text or is_sealed(text):
        return text
    ring = keyring.kept()
    before = head(text, kind)
    if isinstance(text, Opened) and text.kind == kind and text.stored.startswith(f"{before}.{ring.newest}."):
        return text.stored
    nonce = secrets.token_bytes(_NONCE)
    cipher = Cipher(algorithms.SM4(ring.keys[ring.newest]), modes.GCM(nonce)).encryptor()
    cipher.authenticate_additional_data(kind.encode())
    body = cipher.update(text.encode()) + cipher.finalize()
    return f"{before}.{ring.newest}.{_text(nonce + body + cipher.tag)}{beside(text, kind)}"


def beside(text: str, kind: str) -> str:
    """What stands in clear behind the seal of an account: the last four digits, whether its check digit is right."""
    return f".{text[-4:].rjust(4, '*')}{'y' if _luhn(text) else 'n'}" if kind == "account" else ""


def opened(stored: str, kind: str) -> str:
    """The value itself; altered, moved to another kind of column or digest, or without its key, it is not opened."""
    if not is_sealed(stored):
        return stored
    at = body_at(stored)
    raw = stored[at:-END] if kind == "account" else stored[at:]
    try:
        content = base64.urlsafe_b64decode(raw + "=" * (-len(raw) % 4))
        nonce, body, tag = content[:_NONCE], content[_NONCE:-_TAG], content[-_TAG:]
        cipher = Cipher(algorithms.SM4(sealing_key(key_of(stored))), modes.GCM(nonce, tag)).decryptor()
        cipher.authenticate_additional_data(kind.encode())
        text = Opened((cipher.update(body) + cipher.finalize()).decode())
    except (InvalidTag, ValueError):
        raise _unreadable() from None
    if not of_these(stored, marks(text, kind)):
        raise _unreadable()
    text.kind, text.stored = kind, stored
    return text


def _unreadable() -> Mistake:
    return Mistake("sealed_unreadable", "封存的号码打不开：数据被改动，或密钥不对。请联系系统管理员。")


def sealing_key(name: str) -> bytes:
    """The key of this name, if it was added since the file was last looked at too."""
    found = keyring.kept().keys.get(name) or keyring.read_again().keys.get(name)
    if found is None:
        raise Mistake(
            "seal_key_missing", f"密钥文件中没有编号 {name} 的密钥，封存的号码打不开。请放回完整的密钥文件。"
        )
    return found


@lru_cache(maxsize=8)
def _mac(index: bytes, kind: str) -> hmac.HMAC:
    """Keyed once for each kind; each value goes on from a copy."""
    return hmac.new(hmac.digest(index, f"minzheng {kind}".encode(), "sm3"), b"", "sm3")


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _luhn(text: str) -> bool:
    """Whether it is as long as an account and carries its own check digit."""
    return text.isascii() and text.isdigit() and 12 <= len(text) <= 19 and luhn_passes(text)
