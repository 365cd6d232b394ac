"""A request to another department or a bank is signed: HMAC-SM3 over method, path, time, nonce and hash of the body.

Both ends share this page.  It imports no Django, so that the process at the other end stays apart.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, hmac

from minzheng.kernel.errors import Mistake

__all__ = [
    "NONCE", "SIGNATURE", "TIME", "WINDOW_SECONDS", "Answer", "Guard", "HmacSm3", "Signer", "asked", "connected",
    "is_signed", "mac_of", "same", "shared_key", "sign", "signer", "sm3",
]  # fmt: skip

TIME = "X-Minzheng-Time"
NONCE = "X-Minzheng-Nonce"
SIGNATURE = "X-Minzheng-Signature"

# How far two machines' clocks may lie apart; a nonce is remembered for as long as its request could return.
WINDOW_SECONDS = 300
SHORTEST_KEY = 32


class Headers(Protocol):
    """The headers of a request or a reply, however the library keeps them."""

    def get(self, name: str, failobj: Any = ..., /) -> Any: ...


def sm3(content: bytes) -> str:
    """The SM3 hash (GB/T 32905) in hexadecimal."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(content)
    return digest.finalize().hex()


class Signer(Protocol):
    """How a message is signed and a signature believed: with a shared key, or with one's own and the other's.

    HMAC-SM3 is built in.  SM2 (GB/T 32918), or a cryptographic device, comes in as another signer, given wherever
    a key may be given; see :func:`signer`.
    """

    def sign(self, message: bytes) -> bytes: ...

    def verifies(self, message: bytes, signature: bytes) -> bool: ...


@dataclass(frozen=True)
class HmacSm3:
    """Both ends hold one key."""

    key: bytes = field(repr=False)

    def sign(self, message: bytes) -> bytes:
        """The HMAC-SM3 of the message."""
        return self._running(message).finalize()

    def verifies(self, message: bytes, signature: bytes) -> bool:
        """Whether a holder of the key has signed, compared in constant time."""
        try:
            self._running(message).verify(signature)
        except InvalidSignature:
            return False
        return True

    def _running(self, message: bytes) -> hmac.HMAC:
        running = hmac.HMAC(self.key, hashes.SM3())
        running.update(message)
        return running


Key = bytes | Signer


def signer(scheme: str, *, key: bytes = b"", provider: Callable[[], Signer] | None = None) -> Signer:
    """The signer of that scheme; SM2 needs a provider, for no library of the lock signs with it."""
    if scheme == "hmac-sm3":
        return HmacSm3(key)
    if scheme == "sm2" and provider is not None:
        return provider()
    if scheme == "sm2":
        message = (
            "没有 SM2 签名：所装的 cryptography 库只有 SM3 和 SM4，没有 SM2 曲线。请接入密码机或经认证的 SM2 组件"
            "（实现 sign 和 verifies 两个方法），或者继续使用 HMAC-SM3。"
        )
        raise Mistake("sm2_missing", message)
    raise Mistake("signature_scheme", f"没有“{scheme}”这种签名方式。可用：hmac-sm3、sm2。")


def mac_of(key: Key, message: bytes) -> str:
    """The signature of a message that is no request, such as a file."""
    return _as_signer(key).sign(message).hex()


def same(key: Key, message: bytes, signature: str) -> bool:
    """Whether that is the signature of the message."""
    try:
        return _as_signer(key).verifies(message, bytes.fromhex(signature))
    except ValueError:
        return False


def _as_signer(key: Key) -> Signer:
    return HmacSm3(key) if isinstance(key, bytes) else key


def _canonical(*, what: str, path: str, at: str, nonce: str, body: bytes) -> bytes:
    """What is signed; ``what`` is the method, or the status of a reply."""
    return "\n".join((what, path, at, nonce, sm3(body))).encode()


def sign(key: Key, *, what: str, path: str, body: bytes, nonce: str = "") -> dict[str, str]:
    """The headers that make a message ours; a reply repeats the nonce of its request."""
    # Machine time, not the office's: a clock stopped for a test or a replay must not make requests stale.
    at = f"{time.time():.3f}"
    nonce = nonce or secrets.token_hex(16)
    signature = mac_of(key, _canonical(what=what, path=path, at=at, nonce=nonce, body=body))
    return {TIME: at, NONCE: nonce, SIGNATURE: signature}


def is_signed(key: Key, headers: Headers, *, what: str, path: str, body: bytes) -> bool:
    """Whether the signature is that of a holder of the key."""
    at, nonce = headers.get(TIME, ""), headers.get(NONCE, "")
    message = _canonical(what=what, path=path, at=at, nonce=nonce, body=body)
    return same(key, message, headers.get(SIGNATURE, ""))


def connected(address: str, *, timeout: float, wrong: Mistake) -> HTTPConnection:
    """A fresh connection to the other end, given up after ``timeout`` seconds; no proxies are asked.

    Raises:
        Mistake: ``wrong``, if the address is none.
    """
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise wrong
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    return kind(parts.hostname, parts.port, timeout=timeout)


@dataclass(frozen=True)
class Answer:
    """What came back; where ``why`` says ``timeout``, ``unreachable`` or ``unsigned``, nothing of it is believed."""

    status: int = 0
    content: bytes = b""
    why: str = ""


def asked(
    over: HTTPConnection, key: Key, *, path: str, body: bytes, most: int, method: str = "POST", kind: str = ""
) -> Answer:
    """One signed request of a content type, and at most so many bytes of a reply that is signed back."""
    headers = sign(key, what=method, path=path, body=body) | ({"Content-Type": kind} if kind else {})
    try:
        over.request(method, path, body=body or None, headers=headers)
        response = over.getresponse()
        content = response.read(most)
    except TimeoutError:
        return Answer(why="timeout")
    except (OSError, HTTPException):
        return Answer(why="unreachable")
    finally:
        over.close()
    signed = is_signed(key, response.headers, what=str(response.status), path=path, body=content)
    believed = signed and response.headers.get(NONCE) == headers[NONCE]
    return Answer(response.status, content, "" if believed else "unsigned")


@dataclass
class Guard:
    """Lets a signed request in once: unsigned, stale and replayed ones get a reason instead.

    What was signed before the guard began is stale too, so that a restart forgets no nonce that still counts; times
    are told in thousandths of a second, so it begins with the one in which it began.
    """

    key: Key
    began: float

    def __post_init__(self) -> None:
        self.began = int(self.began * 1000) / 1000
        self._seen: dict[str, tuple[float, object]] = {}

    def refuse(self, headers: Headers, *, what: str, path: str, body: bytes) -> str:
        """Why the request may not come in: ``unsigned``, ``stale``, ``replayed``, or empty if it may."""
        if len(headers.get(NONCE, "")) < 16:
            return "unsigned"
        if not is_signed(self.key, headers, what=what, path=path, body=body):
            return "unsigned"
        now = time.time()
        try:
            at = float(headers.get(TIME, ""))
        except ValueError:
            return "unsigned"
        if not max(now - WINDOW_SECONDS, self.began) <= at <= now + WINDOW_SECONDS:
            return "stale"
        return self._replayed(headers.get(NONCE, ""), at=at, now=now)

    def _replayed(self, nonce: str, *, at: float, now: float) -> str:
        # setdefault is one step under the interpreter's lock: of two equal nonces at once, one is refused.
        mark = object()
        if self._seen.setdefault(nonce, (at, mark))[1] is not mark:
            return "replayed"
        if len(self._seen) > 10_000:
            for old, (when, _) in list(self._seen.items()):
                if when < now - WINDOW_SECONDS:
                    self._seen.pop(old, None)
        return ""


def shared_key(given: str, *, file: Path, setting: str) -> bytes:
    """The key both ends hold: the one given, or that of a file made at the first start and kept outside the code."""
    key = given or _kept(file)
    if len(key) < SHORTEST_KEY:
        message = f"签名密钥太短（少于 {SHORTEST_KEY} 个字符）。请更换 {setting} 后重新启动。"
        raise Mistake("shared_key_short", message)
    return key.encode()


def _kept(file: Path) -> str:
    """Two processes may start at once: written aside and linked, the key is one and whole for both."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        aside = file.with_name(f"{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
        aside.touch(mode=0o600)
        aside.write_text(secrets.token_hex(32))
        try:
            os.link(aside, file)
        except FileExistsError:
            pass  # the other process was first, and its key is the one
        finally:
            aside.unlink()
    return file.read_text().strip()
