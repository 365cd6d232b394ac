"""The verbs of `run.py`: what each does, in one line, and the order in which things are made ready for it."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from launch import archiving, backing, beside, conditions, places, say, setup
from launch.processes import Interrupted, end_on_signals
from launch.say import Stop


@dataclass(frozen=True)
class Verb:
    """One verb: `passes_on` gives everything after it, untouched, to another program."""

    name: str
    help: str
    act: Callable[[argparse.Namespace], int]
    passes_on: str = ""


def main(words: Sequence[str]) -> int:
    """Run one verb; every failure ends in one sentence."""
    say.readable_output()
    end_on_signals()
    places.keep_compiled()
    try:
        options = understand(list(words))
        return int(options.act(options))
    except Stop as sentence:
        print(sentence, file=sys.stderr, flush=True)
        return sentence.code
    except OSError as refusal:
        print(conditions.told_by_the_system(refusal), file=sys.stderr, flush=True)
        return 1
    except Interrupted:
        print("\n已停止。Stopped.", file=sys.stderr, flush=True)
        return 130


def understand(words: list[str]) -> argparse.Namespace:
    """The verb and its options; no verb means serve."""
    parser = _parser()
    if not words or (words[0].startswith("-") and words[0] not in ("-h", "--help")):
        words = ["serve", *words]
    if words[0] == "help":
        words = [*words[1:2], "-h"]
    for verb in VERBS:
        if verb.passes_on and verb.name == words[0] and words[1:] not in (["-h"], ["--help"]):
            return argparse.Namespace(act=verb.act, rest=words[1:])
    return parser.parse_args(words)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="run.py",
        description="民政平台：不带命令时安装并启动。Minzheng: without a verb, set up and serve.",
        epilog="DATABASE_URL=postgresql://… 改用别的数据库 uses another PostgreSQL (15 or newer)",
        formatter_class=_wide,
    )
    verbs = parser.add_subparsers(metavar="verb", required=True)
    for verb in VERBS:
        part = verbs.add_parser(verb.name, help=verb.help, description=verb.help)
        part.set_defaults(act=verb.act, rest=[])
        if verb.passes_on:
            part.add_argument("rest", nargs="*", metavar=verb.passes_on)
        _OPTIONS.get(verb.name, lambda _part: None)(part)
    return parser


def _wide(prog: str) -> argparse.HelpFormatter:
    """One line a verb, also in a narrow terminal."""
    return argparse.HelpFormatter(prog, max_help_position=18, width=118)


def _port(text: str) -> int:
    if text.isdigit() and 0 < int(text) < 65536:
        return int(text)
    raise argparse.ArgumentTypeError("端口须为 1–65535 的整数 a port is a whole number from 1 to 65535")


def _serve_options(part: argparse.ArgumentParser) -> None:
    part.add_argument("--port", type=_port, default=8000, help="网站端口 port of the site (8000)")
    part.add_argument(
        "--departments-port", type=_port, default=8100, help="外部门端口 departments' port (8100)"
    )
    part.add_argument("--no-departments", action="store_true", help="不启动外部门 without the departments")
    part.add_argument("--bank-port", type=_port, default=8200, help="发放银行端口 bank's port (8200)")
    part.add_argument("--no-bank", action="store_true", help="不启动发放银行 without the bank")
    part.add_argument("--gateway-port", type=_port, default=8300, help="短信通道端口 gateway's port (8300)")
    part.add_argument("--no-gateway", action="store_true", help="不启动短信通道 without the gateway")
    part.add_argument("--no-demo", action="store_true", help="不生成演示数据 without demo data")


def _departments_options(part: argparse.ArgumentParser) -> None:
    part.add_argument("--port", type=_port, default=8100, help="端口 port (8100)")


def _bank_options(part: argparse.ArgumentParser) -> None:
    part.add_argument("--port", type=_port, default=8200, help="端口 port (8200)")
    part.add_argument("--folder", default="", help="文件交换目录 drop folder (var/bank)")


def _reset_options(part: argparse.ArgumentParser) -> None:
    part.add_argument("--yes", action="store_true", help="不再询问 do not ask")


def _serve(options: argparse.Namespace) -> int:
    from launch import serving

    return serving.serve(
        port=options.port,
        departments_port=None if options.no_departments else options.departments_port,
        bank_port=None if options.no_bank else options.bank_port,
        gateway_port=None if options.no_gateway else options.gateway_port,
        demo=not options.no_demo,
    )


def _departments(options: argparse.Namespace) -> int:
    conditions.free_port(options.port)
    return _manage_with(["departments", "--port", str(options.port)], filled=False)


def _bank(options: argparse.Namespace) -> int:
    conditions.free_port(options.port)
    folder = ["--folder", options.folder] if options.folder else []
    return _manage_with(["bank", "--port", str(options.port), *folder], filled=False)


def _setup(_options: argparse.Namespace) -> int:
    setup.parts(dev=True, try_again=True)
    with setup.address() as url:
        setup.fill(url, demo=False)
    say.line("准备就绪。Ready: python3 run.py")
    return 0


def _manage(options: argparse.Namespace) -> int:
    return _manage_with(options.rest)


def _bench(options: argparse.Namespace) -> int:
    measures = {"law": "law", "run": "month", "exchange": "exchange", "indicators": "indicators",
                "web": "web"}  # fmt: skip
    if options.rest[:1] and options.rest[0] in measures:
        from launch import benching

        return int(getattr(benching, measures[options.rest[0]])(options.rest[1:], _run))
    return _manage_with(["bench", *options.rest])


def _cases(options: argparse.Namespace) -> int:
    return _manage_with(["cases", *options.rest], filled=False)


def _demo(options: argparse.Namespace) -> int:
    return _manage_with(["demo", *options.rest])


def _ledger(options: argparse.Namespace) -> int:
    return _manage_with(["ledger", *options.rest])


def _manage_with(words: list[str], *, filled: bool = True) -> int:
    """A Django command, on a database that has its tables."""
    setup.parts(dev=False)
    with setup.address() as url:
        if filled and words[:1] not in (["makemigrations"], ["migrate"], ["help"]):
            setup.fill(url, demo=False)
        return _run(setup.manage(*words), url)


def _run(command: list[str], url: str | None = None, **extra: str) -> int:
    """A program at this terminal: Ctrl-C is its own affair, its exit code is ours."""
    env = {**os.environ, **extra} if url is None else setup.environment(url, **extra)
    with subprocess.Popen(command, env=env, cwd=places.ROOT) as program:
        before = signal.signal(signal.SIGINT, lambda _number, _frame: None)
        try:
            code = program.wait()
        except Interrupted:
            program.terminate()
            program.wait()
            raise
        finally:
            signal.signal(signal.SIGINT, before)
    return code if code >= 0 else 128 - code


def _test(options: argparse.Namespace) -> int:
    setup.parts(dev=True)
    if not options.rest and beside.java() >= beside.JAVA:
        beside.ready("spark")
    # The whole suite on two cores; whoever names tests or options runs them as named.
    words = options.rest or ["-q", "-n", "2", "--dist", "worksteal"]
    return _run([str(places.venv_program("python")), "-m", "pytest", *words])


def _browser(options: argparse.Namespace) -> int:
    setup.parts(dev=True)
    rest = options.rest or ["-q", "-n", "2", "--dist", "worksteal", "tests/browser"]
    words = ["-o", "addopts=-ra --strict-markers -p tests.collected", *rest]
    return _run([str(places.venv_program("python")), "-m", "pytest", *words], MINZHENG_CHROMIUM=_chromium())


def _shots(options: argparse.Namespace) -> int:
    script = places.ROOT / "scripts" / "shots.py"
    setup.parts(dev=True)
    with setup.address() as url:
        setup.fill(url, demo=True)
        chromium = _chromium()
        return _run(
            [str(places.venv_program("python")), str(script), *options.rest], url, MINZHENG_CHROMIUM=chromium
        )


def _chromium() -> str:
    given = os.environ.get("MINZHENG_CHROMIUM")
    for name in (given, "chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name) if name else None
        if found:
            return found
    raise Stop(
        "没有找到 Chromium 浏览器。请安装（Debian：apt install chromium），"
        "或用环境变量 MINZHENG_CHROMIUM 指明位置。",
        "No Chromium found; install it (Debian: apt install chromium) or name it in MINZHENG_CHROMIUM.",
    )


def _check(_options: argparse.Namespace) -> int:
    from launch import quality

    setup.parts(dev=True)
    with setup.address() as url:
        return quality.check(setup.environment(url))


def _docs(_options: argparse.Namespace) -> int:
    setup.parts(dev=True)
    target = places.BUILD / "docs"
    words = ["build", "--clean", "--strict", "-q", "-d", str(target)]
    code = _run([str(places.venv_program("python")), "-m", "mkdocs", *words], NO_MKDOCS_2_WARNING="1")
    if code == 0:
        say.line(f"文档在 {target / 'index.html'} The documentation is there.")
    return code


def _backup(options: argparse.Namespace) -> int:
    # Also a database whose tables are older than the program is kept as it is: the best moment is before an upgrade.
    return _manage_with(backing.backup_words(options), filled=False)


def _restore(options: argparse.Namespace) -> int:
    code = _manage_with(backing.restore_words(options), filled=False)
    if options.switch:
        backing.forget_stamps()
    return code


def _archive(options: argparse.Namespace) -> int:
    from launch import database

    setup.parts(dev=False)
    return database.archive(options)


def _rehearse(options: argparse.Namespace) -> int:
    return _manage_with(backing.rehearse_words(options), filled=False)


def _audit(options: argparse.Namespace) -> int:
    return _manage_with(["audit", *options.rest])


def _reset(options: argparse.Namespace) -> int:
    from launch import resetting

    return resetting.reset(sure=options.yes)


VERBS = (
    Verb("serve", "安装并启动平台（默认）set up and serve, print address and demo accounts", _serve),
    Verb("test", "运行测试 run the tests", _test, passes_on="pytest arguments"),
    Verb("check", "检查代码与文档 lint, types, storeys, migrations, generated docs", _check),
    Verb("demo", "生成演示人口 make a demo population", _demo, passes_on="--households N"),
    Verb("backup", "备份到一个加密文件 database and papers into one encrypted file", _backup),
    Verb("restore", "恢复到新的数据库并核对 a backup into a new database, compared", _restore),
    Verb("archive", "归档：基础备份、恢复到某一时刻 any minute of the embedded server", _archive),
    Verb("rehearse", "升级演练：恢复、迁移、核验、删除 try the migrations on a backup", _rehearse),
    Verb("reset", "清空数据库，先询问 empty the database, asks before", _reset),
    Verb("cases", "运行业务算例 run the worked examples of a domain", _cases, passes_on="domain"),
    Verb(
        "ledger",
        "核验账簿 prove the ledger, name what is wrong",
        _ledger,
        passes_on="verify [--no-contents] [--json]",
    ),
    Verb(
        "audit",
        "核验审计链 prove the audit chain, name the first break",
        _audit,
        passes_on="verify | link | anchor",
    ),
    Verb(
        "bench",
        "测量性能 measure how fast it is",
        _bench,
        passes_on="law | run | exchange | indicators | population",
    ),
    Verb("manage", "运行 Django 管理命令 run a Django command", _manage, passes_on="command"),
    Verb("departments", "单独启动外部门模拟 the other departments as a process of their own", _departments),
    Verb("bank", "单独启动发放银行 a bank as a process of its own", _bank),
    Verb("docs", "生成文档到 build/docs build the documentation", _docs),
    Verb(
        "browser", "用真实浏览器走查 walk the pages in a real browser", _browser, passes_on="pytest arguments"
    ),
    Verb("shots", "重拍 README 截图 take the screenshots of the README", _shots, passes_on="names"),
    Verb("setup", "只准备，不启动 make everything ready without serving", _setup),
)
_OPTIONS: dict[str, Callable[[argparse.ArgumentParser], None]] = {
    "serve": _serve_options,
    "departments": _departments_options,
    "bank": _bank_options,
    "backup": backing.backup_options,
    "restore": backing.restore_options,
    "archive": archiving.options,
    "rehearse": backing.rehearse_options,
    "reset": _reset_options,
}
