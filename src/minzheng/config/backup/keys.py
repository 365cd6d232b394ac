"""The key of the backups lies in a file outside the database; without it no backup can be read."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from django.conf import settings

from minzheng.kernel.errors import Refused

__all__ = ["kept", "kept_or_made", "place"]

_BYTES = 32


def place() -> Path:
    """The file of MINZHENG_BACKUP_KEY_FILE, else keys/backup.key beside the documents."""
    given = os.environ.get("MINZHENG_BACKUP_KEY_FILE", "").strip()
    return Path(given) if given else Path(settings.VAR) / "keys" / "backup.key"


def kept() -> bytes:
    """The key as it is kept; a restore never makes one."""
    path = place()
    if not path.is_file():
        raise Refused(
            "backup_key_missing",
            f"没有找到备份密钥 {path}。请把备份时的密钥文件放到该处，"
            "或用环境变量 MINZHENG_BACKUP_KEY_FILE 指明位置。没有密钥，备份无法恢复。\n"
            f"No backup key at {path}; put the key file there or name it in MINZHENG_BACKUP_KEY_FILE.",
        )
    written = path.read_text(encoding="ascii", errors="replace").strip()
    if len(written) != 2 * _BYTES or set(written) - set("0123456789abcdef"):
        raise Refused(
            "backup_key_unreadable",
            f"备份密钥文件 {path} 的内容不对：应为 64 位十六进制数。请换回原来的密钥文件。\n"
            f"The key file {path} must hold 64 hexadecimal digits; put the right file back.",
        )
    return bytes.fromhex(written)


def kept_or_made() -> tuple[bytes, bool]:
    """The key, made on first use and readable by this account alone; and whether it is new."""
    path = place()
    new = not path.exists()
    if new:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(secrets.token_hex(_BYTES) + "\n")
            out.flush()
            os.fsync(handle)
    return kept(), new
