"""Sixteen clerks at their desks: each opens a page, looks at it, opens the next, and now and then hands one in."""

from __future__ import annotations

import asyncio
import json
import random
import re
import statistics
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import httpx

from bench.web.pages import READS, address

SUBMIT_EVERY = 12  # one click in so many
_ASSET = re.compile(r'(?:src|href)="(/static/[^"]+)"')
Took = dict[str, list[float]]


async def run(plan: dict[str, Any], base: str, seconds: int, think: float) -> dict[str, Any]:
    """Each page once as it comes to a process that has just started, then everyone at once."""
    cold = await _cold(plan["clerks"][0], base)
    took: Took = defaultdict(list)
    until = time.monotonic() + seconds
    await asyncio.gather(*(_clerk(n, one, base, until, think, took) for n, one in enumerate(plan["clerks"])))
    reads = sorted(ms for page in READS for ms in took[page])
    pages = {
        page: {"p50_ms": _at(took[page], 50), "p95_ms": _at(took[page], 95)} for page in [*READS, "submit"]
    }
    for page, ms in cold.items():
        pages[page]["cold_ms"] = ms
    return {
        "requests": sum(map(len, took.values())), "pages": pages, "first_page_kb": await _weight(base),
        "p50_read_ms": _at(reads, 50), "p95_read_ms": _at(reads, 95),
        "p50_submit_ms": _at(took["submit"], 50), "p95_submit_ms": _at(took["submit"], 95),
    }  # fmt: skip


async def _cold(clerk: dict[str, Any], base: str) -> dict[str, float]:
    async with _browser(clerk, base) as browser:
        return {page: round(await _read(browser, address(page, 0, clerk))) for page in READS}


async def _clerk(
    number: int, clerk: dict[str, Any], base: str, until: float, think: float, took: Took
) -> None:
    chance, turn, drafts = random.Random(number), number, list(clerk["drafts"])
    async with _browser(clerk, base) as browser:
        await asyncio.sleep(chance.random() * think)
        while time.monotonic() < until:
            turn += 1
            if drafts and turn % SUBMIT_EVERY == 0:
                took["submit"].append(await _submit(browser, drafts.pop()))
            else:
                page = chance.choices(list(READS), list(READS.values()))[0]
                took[page].append(await _read(browser, address(page, turn, clerk)))
            await asyncio.sleep(chance.uniform(0.5, 1.5) * think)


def _browser(clerk: dict[str, Any], base: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=base, cookies={"sessionid": clerk["session"]}, timeout=60, trust_env=False
    )


async def _read(browser: httpx.AsyncClient, url: str) -> float:
    began = time.perf_counter()
    answer = await browser.get(url)
    ms = (time.perf_counter() - began) * 1000
    if answer.status_code != 200:
        raise SystemExit(f"{url}: {answer.status_code}\n{answer.text[:1500]}")
    return ms


async def _submit(browser: httpx.AsyncClient, case: int) -> float:
    """The page is opened and read; what is timed is handing in."""
    url = f"/desk/cases/{case}/draft/submit/"
    page = (await browser.get(url)).text
    form = page[page.rindex("<form", 0, page.index('value="submit"')) :]
    fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form[: form.index("</form>")]))
    began = time.perf_counter()
    answer = await browser.post(url, data=fields)
    ms = (time.perf_counter() - began) * 1000
    if answer.status_code != 302:
        raise SystemExit(f"{url}: {answer.status_code}\n{answer.text[-3000:]}")
    return ms


async def _weight(base: str) -> int:
    """What a resident's phone loads for the first page: the page and everything it asks for, as it travels."""
    async with httpx.AsyncClient(base_url=base, timeout=60, trust_env=False) as browser:
        page = await browser.get("/")
        total = _travelled(page)
        for asset in dict.fromkeys(_ASSET.findall(page.text)):
            total += _travelled(await browser.get(asset))
    return round(total / 1024)


def _travelled(answer: httpx.Response) -> int:
    return answer.num_bytes_downloaded


def _at(values: list[float], percent: int) -> int:
    if not values:
        return 0
    if len(values) < 2:
        return round(values[0])
    return round(statistics.quantiles(values, n=100, method="inclusive")[percent - 1])


if __name__ == "__main__":
    _plan, _base, _seconds, _think, _out = sys.argv[1:6]
    _found = asyncio.run(run(json.loads(Path(_plan).read_text("utf-8")), _base, int(_seconds), float(_think)))
    Path(_out).write_text(json.dumps(_found), encoding="utf-8")
