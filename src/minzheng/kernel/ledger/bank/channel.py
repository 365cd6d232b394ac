"""The way to the bank and back: a drop folder, or signed HTTP.  No database here; it is safe to do all of it again.

A file has a number.  The bank takes a number once, so a sender that did not hear the acknowledgement sends the
same file under the same number again.  ``Unacknowledged`` says just that: perhaps it arrived; try again later.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from minzheng.kernel.errors import MinzhengError, Mistake, Refused
from minzheng.kernel.signing import Answer, asked, connected

__all__ = [
    "Acknowledged", "Collected", "Unacknowledged", "collect_folder", "collect_http", "deliver_folder", "deliver_http",
    "put_aside",
]  # fmt: skip

PART = ".part"
TIMEOUT_SECONDS = 30
LARGEST_ANSWER = 512 * 1024 * 1024
_LATER = "稍后会以同一编号再试，银行不会重复付款。"


class Unacknowledged(MinzhengError):
    """Nobody knows whether the bank has it: to be tried again, under the same number."""

    status = 503


@dataclass(frozen=True)
class Acknowledged:
    """The bank has the file; ``repeated`` if it had taken it before."""

    message_id: str
    count: int = 0
    total: int = 0
    repeated: bool = False


@dataclass(frozen=True)
class Collected:
    """One answer as it came; the cursor says where to go on (0 from a folder)."""

    cursor: int
    name: str
    content: bytes


def deliver_http(
    address: str, key: bytes, message_id: str, name: str, content: bytes, *, timeout: float = TIMEOUT_SECONDS
) -> Acknowledged:
    """Hand a file to the bank's door: acknowledged, refused by the bank for good, or unacknowledged."""
    path = "/files?" + urlencode({"message": message_id, "name": name})
    status, body = _ask(address, key, "POST", path, content, timeout=timeout)
    said = _json(body)
    if status in (409, 422):
        reason = str(said.get("message", "银行未说明原因"))[:120]
        raise Refused(
            "bank_refused_file", f"银行拒收文件：{reason}。请核对文件后作为新的文件送出。", status=status
        )
    if status != 200 or said.get("message_id") != message_id:
        raise Unacknowledged("bank_unacknowledged", f"银行没有确认收到文件（答复 {status}）。{_LATER}")
    return Acknowledged(message_id, int(said["count"]), int(said["total"]), bool(said["repeated"]))


def collect_http(
    address: str, key: bytes, after: int, *, timeout: float = TIMEOUT_SECONDS
) -> Iterator[Collected]:
    """The bank's answers since a cursor, one by one; keep each and its cursor before the next is asked for."""
    more = True
    while more:
        status, body = _ask(address, key, "GET", f"/answers?after={after}", b"", timeout=timeout)
        listed = _json(body)
        if status != 200 or not isinstance(listed.get("answers"), list):
            raise Unacknowledged("bank_answers", f"银行没有给出回执目录（答复 {status}）。稍后会再取。")
        for one in listed["answers"]:
            status, content = _ask(
                address, key, "GET", f"/answers/{int(one['cursor'])}", b"", timeout=timeout
            )
            if status != 200:
                raise Unacknowledged("bank_answers", f"银行没有给出回执（答复 {status}）。稍后会再取。")
            after = int(one["cursor"])
            yield Collected(after, Path(str(one["name"])).name[:200], content)
        more = bool(listed.get("more")) and bool(listed["answers"])


def deliver_folder(folder: Path, name: str, content: bytes) -> Acknowledged:
    """Put a file into the bank's drop folder: on disk first, then under its name, so that no half file is taken."""
    if Path(name).name != name or name.endswith(PART) or name.startswith("."):
        raise Mistake("bank_file_name", f"“{name[:40]}”不能作为送银行的文件名。请报告系统管理员。")
    inbox = folder / "in"
    place, aside = inbox / name, inbox / f"{name}.{secrets.token_hex(4)}{PART}"
    try:
        inbox.mkdir(parents=True, exist_ok=True)
        if place.is_file() and place.read_bytes() == content:
            return Acknowledged(Path(name).stem, repeated=True)
        try:
            with aside.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(aside, place)
        finally:
            aside.unlink(missing_ok=True)
        _on_disk(inbox)
    except OSError as error:
        raise Unacknowledged(
            "bank_folder", f"不能写入银行文件交换目录（{error.strerror}）。{_LATER}"
        ) from error
    return Acknowledged(Path(name).stem)


def collect_folder(folder: Path) -> Iterator[Collected]:
    """Answers that lie complete in the drop folder, by name; they stay there until they are put aside."""
    try:
        files = sorted(file for file in (folder / "out").iterdir() if file.is_file())
    except FileNotFoundError:
        return
    except OSError as error:
        raise Unacknowledged(
            "bank_folder", f"不能读取银行文件交换目录（{error.strerror}）。稍后会再取。"
        ) from error
    for file in files:
        if not file.name.endswith(PART) and not file.name.startswith("."):
            yield Collected(0, file.name[:200], file.read_bytes())


def put_aside(folder: Path, name: str) -> None:
    """An answer that is kept leaves the drop folder; gone already is as good."""
    done = folder / "out" / "done"
    done.mkdir(exist_ok=True)
    try:
        os.replace(folder / "out" / Path(name).name, done / Path(name).name)
    except FileNotFoundError:
        return


def _on_disk(folder: Path) -> None:
    """The name too survives a power cut, where the system lets a folder be synced."""
    if os.name != "nt":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _ask(
    address: str, key: bytes, method: str, path: str, body: bytes, *, timeout: float
) -> tuple[int, bytes]:
    """One signed request; only an answer that is signed back is believed."""
    wrong = Mistake(
        "bank_address", f"银行接口地址“{address}”不对。请把 MINZHENG_BANK 设为 http://主机:端口。"
    )
    over = connected(address, timeout=timeout, wrong=wrong)
    told = asked(over, key, method=method, path=path, body=body, most=LARGEST_ANSWER)
    if told.why:
        seen = {"status": told.status} if told.status else {}
        raise Unacknowledged(f"bank_{told.why}", _unheard(told, timeout), **seen)
    return told.status, told.content


def _unheard(told: Answer, timeout: float) -> str:
    if told.why == "timeout":
        return f"银行在 {timeout:.0f} 秒内没有答复。{_LATER}"
    if told.why == "unreachable":
        return f"与银行的连接中断或没有接通。{_LATER}"
    return f"银行的答复（{told.status}）没有正确签名，不予采信。请核对 MINZHENG_BANK_KEY；{_LATER}"


def _json(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}
