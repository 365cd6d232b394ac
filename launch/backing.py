"""`run.py backup` and `run.py restore`: what they take, and what the key has to do with it."""

from __future__ import annotations

import argparse
import os

from launch import places

_KEY = (
    "密钥文件：默认 var/keys/backup.key（首次备份时建立），或环境变量 MINZHENG_BACKUP_KEY_FILE 指明的绝对路径。"
    "请把密钥另存一份，与备份分开放：密钥丢失，备份就无法恢复。 "
    "The key is kept in var/keys/backup.key or where MINZHENG_BACKUP_KEY_FILE says; keep a copy apart from the "
    "backups: a lost key means a lost backup."
)


def backup_options(part: argparse.ArgumentParser) -> None:
    part.epilog = _KEY
    part.add_argument(
        "file", nargs="?", default="", help="备份文件 the file (var/backups/minzheng-TIME.backup)"
    )
    part.add_argument(
        "--verify", action="store_true", help="恢复到临时数据库核对后删除 try a restore, compare, drop it"
    )


def restore_options(part: argparse.ArgumentParser) -> None:
    part.epilog = _KEY
    part.add_argument("file", help="备份文件 the backup file")
    part.add_argument(
        "--switch",
        action="store_true",
        help="核对一致后改用恢复的数据，原数据改名保留 then work on it, keep the old",
    )
    part.add_argument(
        "--into",
        default="minzheng_restored",
        metavar="NAME",
        help="新数据库名 the new database (minzheng_restored)",
    )


def forget_stamps() -> None:
    """The database is another one now: the next start looks again which tables it lacks."""
    for name in ("prepared", "demo"):
        (places.VAR / "pg" / name).unlink(missing_ok=True)


def backup_words(options: argparse.Namespace) -> list[str]:
    """The Django command; a file is meant from where the person stands."""
    file = [os.path.abspath(options.file)] if options.file else []
    return ["backup", *file, *(["--verify"] if options.verify else [])]


def restore_words(options: argparse.Namespace) -> list[str]:
    return [
        "restore",
        os.path.abspath(options.file),
        "--into",
        options.into,
        *(["--switch"] if options.switch else []),
    ]


def rehearse_options(part: argparse.ArgumentParser) -> None:
    part.epilog = _KEY
    part.add_argument("file", nargs="?", default="", help="备份文件 the file (the newest in var/backups)")


def rehearse_words(options: argparse.Namespace) -> list[str]:
    return ["rehearse", *([os.path.abspath(options.file)] if options.file else [])]
