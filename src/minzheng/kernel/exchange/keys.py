"""The key shared with the other departments: from the environment, or made once and kept outside the code."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from django.conf import settings

from minzheng.kernel.errors import Mistake

__all__ = ["exchange_key"]

SHORTEST = 32


def exchange_key() -> bytes:
    """The key of ``MINZHENG_EXCHANGE_KEY``, or of the file ``exchange.key`` made at the first start."""
    given = getattr(settings, "MINZHENG_EXCHANGE_KEY", "") or os.environ.get("MINZHENG_EXCHANGE_KEY", "")
    key = str(given or _kept(Path(settings.VAR) / "exchange.key"))
    if len(key) < SHORTEST:
        message = f"数据交换密钥太短（少于 {SHORTEST} 个字符）。请更换 MINZHENG_EXCHANGE_KEY 后重新启动。"
        raise Mistake("exchange_key_short", message)
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
