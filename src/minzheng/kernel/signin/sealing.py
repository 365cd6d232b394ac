"""What the door keeps secret: seeds sealed with SM4-GCM, names and keys as digests; the key is not in the database."""

from __future__ import annotations

import hmac
import secrets
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from minzheng.kernel.errors import Mistake

__all__ = ["digest", "opened", "same", "sealed"]

_NONCE, _TAG = 12, 16


def digest(what: str, text: str) -> str:
    """An HMAC-SM3 in hexadecimal: the same for the same text, and nothing without the platform's key."""
    mac = HMAC(_key(f"digest {what}", settings.SECRET_KEY, 32), hashes.SM3())
    mac.update(text.encode())
    return mac.finalize().hex()


def same(one: str, other: str) -> bool:
    """Whether two digests are equal, in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())


def sealed(content: bytes, *, bound_to: str) -> bytes:
    """Nonce, ciphertext and tag; opened only for whom it was sealed."""
    nonce = secrets.token_bytes(_NONCE)
    cipher = Cipher(algorithms.SM4(_key("seal", settings.SECRET_KEY, 16)), modes.GCM(nonce)).encryptor()
    cipher.authenticate_additional_data(bound_to.encode())
    body = cipher.update(content) + cipher.finalize()
    return nonce + body + cipher.tag


def opened(content: bytes, *, bound_to: str) -> bytes:
    """What was sealed; altered, moved to another account or sealed under another key, it is not opened."""
    nonce, body, tag = content[:_NONCE], content[_NONCE:-_TAG], content[-_TAG:]
    cipher = Cipher(algorithms.SM4(_key("seal", settings.SECRET_KEY, 16)), modes.GCM(nonce, tag)).decryptor()
    cipher.authenticate_additional_data(bound_to.encode())
    try:
        return cipher.update(body) + cipher.finalize()
    except InvalidTag:
        message = "动态口令的种子打不开：平台密钥换过，或数据被改动。请由上级系统管理员重置动态口令。"
        raise Mistake("seed_unreadable", message) from None


@lru_cache(maxsize=16)
def _key(purpose: str, secret: str, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, None, f"minzheng sign-in {purpose}".encode()).derive(secret.encode())
