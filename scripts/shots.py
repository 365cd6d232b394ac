"""The screenshots of the README and the tour, taken from the running demonstration: `python3 run.py shots [names]`.

The platform is served for a moment on a free port; DATABASE_URL says which demonstration.  The letter is not
photographed: it is set anew from what is kept of it.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
SITE = "minzheng.config.wsgi:application"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
)
PHONE, DESK, TALL = (390, 844, 2), (1440, 900, 1), (1440, 1080, 1)
PATIENCE = 60


def main(names: list[str]) -> int:
    """Take those named, or all; the exit code says whether all are there."""
    unknown = set(names) - set(SHOTS)
    if unknown:
        print(f"没有名为 {'、'.join(sorted(unknown))} 的截图。可用：{'、'.join(SHOTS)}", file=sys.stderr)
        return 2
    sys.path[:0] = [str(ROOT / "src")]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "minzheng.config.settings")
    import django

    django.setup()
    IMAGES.mkdir(parents=True, exist_ok=True)
    with served() as base, browser() as chromium:
        for name in names or SHOTS:
            path = IMAGES / f"{name}.png"
            SHOTS[name](path, base, chromium)
            print(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1024} KB")
    return 0


@contextmanager
def served() -> Iterator[str]:
    """The platform on a port of its own, for as long as the block lasts."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--no-ws", SITE]
    base = f"http://127.0.0.1:{port}"
    with subprocess.Popen([sys.executable, "-m", *words], stdout=subprocess.DEVNULL, cwd=ROOT) as program:
        try:
            wait_for(f"{base}/healthz", program)
            yield base
        finally:
            program.terminate()
            program.wait()


def wait_for(url: str, program: subprocess.Popen[bytes]) -> None:
    """Until the platform answers."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, OSError) as error:
            if program.poll() is not None or time.monotonic() > until:
                raise SystemExit(f"平台没有启动：{error}") from error
            time.sleep(0.2)


@contextmanager
def browser() -> Iterator[Any]:
    """The machine's Chromium, without a window."""
    from playwright.sync_api import sync_playwright

    # The pages are looked up in the database between two pictures, in the thread the browser is driven from.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    where = os.environ.get("MINZHENG_CHROMIUM", "/usr/bin/chromium")
    with sync_playwright() as playwright:
        speaks = {
            **os.environ,
            "LANGUAGE": "zh_CN",
            "LANG": "zh_CN.UTF-8",
        }  # the browser's own words in a date box
        chromium = playwright.chromium.launch(executable_path=where, args=list(FLAGS), env=speaks)
        yield chromium
        chromium.close()


def page_of(
    username: str, url: str | Callable[[], str], size: tuple[int, int, int]
) -> Callable[[Path, str, Any], None]:
    """A picture of one page as this account sees it, or anybody; ``url`` may be looked up when its turn comes."""

    def take(path: Path, base: str, chromium: Any) -> None:
        from minzheng.config.management.commands import _cast

        width, height, scale = size
        context = chromium.new_context(
            viewport={"width": width, "height": height}, device_scale_factor=scale, locale="zh-CN",
            timezone_id="Asia/Shanghai",
        )  # fmt: skip
        tab = context.new_page()
        if username:
            tab.goto(f"{base}/login/?next=/")
            tab.fill("#username", username)
            tab.fill("#password", _cast.password())
            tab.get_by_role("button", name="登录").click()
        tab.goto(base + (url if isinstance(url, str) else url()), wait_until="networkidle")
        tab.wait_for_timeout(800)  # charts draw themselves in
        tab.screenshot(path=path)
        context.close()

    return take


def a_case_to_decide() -> str:
    """The page of a case that waits for its decision, with everything on it that leads there."""
    from minzheng.kernel.casework.models import Task

    task = Task.objects.filter(step="confirm", state="open").order_by("id").first()
    if task is None:
        raise SystemExit(
            "演示数据中没有等待审核确认的办件，户数太少时不会有。请先 reset，再按默认户数 demo。"
        )
    return f"/desk/cases/{task.case_id}/"


def own_case(username: str, state: str, address: str) -> Callable[[], str]:
    """A page of the case in this state of the resident behind an account."""

    def find() -> str:
        from minzheng.kernel.access.models import User
        from minzheng.kernel.casework.models import Case

        person = User.objects.get(username=username).person_id
        case = Case.objects.filter(applicant_id=person, state=state).order_by("id").first()
        if case is None:
            raise SystemExit(f"演示居民 {username} 没有这样的办件。请先运行 python3 run.py reset，再重拍。")
        return address.format(case.pk)

    return find


def letter(path: Path, _base: str, _chromium: Any) -> None:
    """The latest decision that granted something, set as a picture of its first page."""
    from minzheng.kernel.documents import letters, typeset
    from minzheng.kernel.documents.models import Document

    document = Document.objects.filter(letter="decision_grant").order_by("-id").first()
    if document is None:
        raise SystemExit("演示数据中没有确认通知书。请先运行 python3 run.py reset，再重拍。")
    kind = letters.find(document.letter)
    content = letters.build(kind.shape, document.data["content"], name=kind.label)
    frame = typeset.Frame.from_json(document.data["frame"])
    path.write_bytes(typeset.pictures(kind, content, frame, ppi=110)[0])


SHOTS: dict[str, Callable[[Path, str, Any], None]] = {
    "portal-home-390": page_of("", "/", PHONE),
    "portal-home-390-large": page_of("", "/?elder=1", PHONE),
    "portal-correction-390-large": page_of(
        "resident2", own_case("resident2", "correcting", "/my/cases/{}/?elder=1"), PHONE
    ),
    "portal-decision-390": page_of("resident3", own_case("resident3", "refused", "/my/cases/{}/"), PHONE),
    "desk-tasks": page_of("clerk", "/desk/", DESK),
    "desk-case": page_of("county", a_case_to_decide, TALL),
    "desk-money": page_of("payer", "/desk/money/", DESK),
    "board-province": page_of("province", "/desk/boards/", TALL),
    "desk-plan-years": page_of("planner", "/desk/plans/years/", DESK),
    "portal-courses-390": page_of("resident", "/my/learning/", PHONE),
    "decision-letter": letter,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
