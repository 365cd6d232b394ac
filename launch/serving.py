"""`run.py` without a verb: the site, its worker, the other departments, the bank and the gateway, until Ctrl-C."""

from __future__ import annotations

import os
import shutil
import subprocess

from launch import conditions, database, places, say, setup
from launch.processes import Company, Interrupted, Program

SITE = "minzheng.config.wsgi:application"
# Requests at once, of all processes together; each thread keeps a connection to the database. The proxy in front takes
# what is made at once, however slowly a telephone then fetches it.
AT_ONCE = 16
NO_DATABASE = "postgresql://nobody@127.0.0.1:1/none"  # the other departments and the bank have none of ours
NOT_APART = (
    "注意：没有设置 MINZHENG_SERVING_DATABASE_URL，网站以数据库所有者的身份连接，行级安全得不到完整保证。"
    "请按 docs/how-to/run-on-your-postgresql.md 建立服务账户。\n"
    "The site connects as the owner of the database; see docs/how-to/run-on-your-postgresql.md."
)


def serve(
    *, port: int, departments_port: int | None, bank_port: int | None, gateway_port: int | None, demo: bool
) -> int:
    """Make everything ready, start the programs, print where to go, and wait."""
    conditions.free_port(port)
    if departments_port is not None:
        conditions.free_port(departments_port, option="--departments-port")
    if bank_port is not None:
        conditions.free_port(bank_port, option="--bank-port")
    if gateway_port is not None:
        conditions.free_port(gateway_port, option="--gateway-port")
    setup.parts(dev=False)
    with setup.address() as url:
        setup.fill(url, demo=demo)
        extra = {"MINZHENG_DEPARTMENTS": f"http://127.0.0.1:{departments_port}"} if departments_port else {}
        if bank_port:
            extra |= {"MINZHENG_BANK": f"http://127.0.0.1:{bank_port}"}
        if gateway_port:
            extra |= {"MINZHENG_SMS": f"http://127.0.0.1:{gateway_port}"}
        if demo:
            extra |= {"MINZHENG_DEMO": "1"}
        env = setup.environment(url, MINZHENG_ADDRESS=f"http://127.0.0.1:{port}", **extra)
        extra |= {"PROMETHEUS_MULTIPROC_DIR": _counters()}
        serving = setup.serving_address(url)
        if serving == url:
            say.line(NOT_APART)
            if conditions.may_become(url, database.SERVING):
                extra |= {"MINZHENG_APP_ROLE": database.SERVING}
        programs = _programs(
            setup.environment(serving, MINZHENG_ADDRESS=env["MINZHENG_ADDRESS"], **extra),
            port=port,
            departments_port=departments_port,
            bank_port=bank_port,
            gateway_port=gateway_port,
        )
        with Company(programs, database_alive=None if setup.outside() else database.alive) as company:
            accounts = _ask_for_accounts(env)
            try:
                company.wait_for(port)
                table, _ = accounts.communicate()
                _welcome(port, table if accounts.returncode == 0 else "")
                company.watch()
            except Interrupted:
                say.line("\n正在停止…… Stopping …")
            finally:
                accounts.kill()
    say.line("已停止，数据已保存。Stopped; the data are kept.")
    return 0


def _counters() -> str:
    """An empty folder in which the processes of this run add up what they count."""
    folder = places.VAR / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return str(folder)


def _ask_for_accounts(env: dict[str, str]) -> subprocess.Popen[str]:
    """Asked while the site is starting, so that it costs no time of its own."""
    return subprocess.Popen(
        setup.manage("demo_accounts"), env=env, cwd=places.ROOT, stdin=subprocess.DEVNULL, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8", errors="replace",
    )  # fmt: skip


def site(port: int) -> list[str]:
    """The site as the words of a process."""
    workers = max(1, min(4, os.cpu_count() or 1))
    return [
        str(places.venv_program("python")), "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1",
        "--port", str(port), "--workers", str(workers), "--blocking-threads", str(AT_ONCE // workers),
        "--blocking-threads-idle-timeout", "600", "--no-ws", "--process-name", "minzheng", SITE,
    ]  # fmt: skip


def _programs(
    env: dict[str, str],
    *,
    port: int,
    departments_port: int | None,
    bank_port: int | None,
    gateway_port: int | None,
) -> list[Program]:
    programs = [Program("site", site(port), env)]
    programs += [Program(name, setup.manage("worker"), env) for name in ("worker", "worker-2")]
    apart = env | {"DJANGO_SETTINGS_MODULE": setup.SETTINGS_APART, "DATABASE_URL": NO_DATABASE}
    if departments_port is not None:
        words = setup.manage("departments", "--port", str(departments_port))
        programs.append(Program("departments", words, apart))
    if bank_port is not None:
        programs.append(Program("bank", setup.manage("bank", "--port", str(bank_port)), apart))
    if gateway_port is not None:
        programs.append(Program("gateway", setup.manage("gateway", "--port", str(gateway_port)), apart))
    return programs


def _welcome(port: int, accounts: str) -> None:
    say.line(f"\n民政平台已启动 Minzheng is served at  http://127.0.0.1:{port}/\n")
    if accounts.strip():
        say.line(f"演示账户 Demo accounts\n{accounts.rstrip()}\n")
    say.line(f"日志 Logs: {places.LOGS}    停止 Stop: Ctrl-C")
