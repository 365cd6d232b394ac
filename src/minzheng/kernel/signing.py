"""A request to another department or a bank is signed: HMAC-SM3 over method, path, time, nonce and hash of the body.

Both ends share this page.  It imports no Django, so that the process at the other end stays apart.
"""

from __future__ import annotations

import os
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, hmac

from minzheng.kernel.errors import Mistake

__all__ = ["NONCE", "SIGNATURE", "TIME", "WINDOW_SECONDS", "Guard", "is_signed", "shared_key", "sign", "sm3"]

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


def _mac(key: bytes, *, what: str, path: str, at: str, nonce: str, body: bytes) -> hmac.HMAC:
    """The running HMAC-SM3 over the canonical form; ``what`` is the method, or the status of a reply."""
    running = hmac.HMAC(key, hashes.SM3())
    running.update("\n".join((what, path, at, nonce, sm3(body))).encode())
    return running


def sign(key: bytes, *, what: str, path: str, body: bytes, nonce: str = "") -> dict[str, str]:
    """The headers that make a message ours; a reply repeats the nonce of its request."""
    # Machine time, not the office's: a clock stopped for a test or a replay must not make requests stale.
    at = f"{time.time():.3f}"
    nonce = nonce or secrets.token_hex(16)
    signature = _mac(key, what=what, path=path, at=at, nonce=nonce, body=body).finalize().hex()
    return {TIME: at, NONCE: nonce, SIGNATURE: signature}


def is_signed(key: bytes, headers: Headers, *, what: str, path: str, body: bytes) -> bool:
    """Whether the signature is that of a holder of the key, compared in constant time."""
    try:
        signature = bytes.fromhex(headers.get(SIGNATURE, ""))
        at, nonce = headers.get(TIME, ""), headers.get(NONCE, "")
        _mac(key, what=what, path=path, at=at, nonce=nonce, body=body).verify(signature)
    except (ValueError, InvalidSignature):
        return False
    return True


@dataclass
class Guard:
    """Lets a signed request in once: unsigned, stale and replayed ones get a reason instead.

    What was signed before the guard began is stale too, so that a restart forgets no nonce that still counts.
    """

    key: bytes
    began: float

    def __post_init__(self) -> None:
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
