"""manage bank: serves a bank until it is stopped."""

from __future__ import annotations

import logging
import signal
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from minzheng.config.bank.server import Bank
from minzheng.kernel.ledger.keys import bank_key


class Command(BaseCommand):
    """Runs apart from the platform: own books, no database, reached by folder and HTTP only."""

    help = "启动发放银行（收付款文件、付款、回执），与平台分开运行"
    # The process must start without the platform's database and pages.
    requires_system_checks: list[str] = []  # noqa: RUF012

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="监听地址")
        parser.add_argument("--port", type=int, default=8200, help="监听端口，0 为任一空闲端口")
        parser.add_argument("--folder", type=Path, default=None, help="文件交换目录，默认 var/bank")
        parser.add_argument("--data", type=Path, default=None, help="银行自己的账，默认 var/bank.sqlite")

    def handle(self, *_: Any, **options: Any) -> None:
        """Serve; SIGTERM and Ctrl-C both end it cleanly."""
        logging.getLogger("minzheng.bank").setLevel(logging.INFO)
        folder = options["folder"] or Path(settings.MINZHENG_BANK_FOLDER)
        data = options["data"] or Path(settings.VAR) / "bank.sqlite"
        try:
            server = Bank((options["host"], options["port"]), key=bank_key(), data=data, folder=folder)
        except OSError as error:
            port = options["port"]
            message = (
                f"端口 {port} 或目录 {folder} 不能使用（{error.strerror}）。请换一个：--port、--folder。"
            )
            raise CommandError(message) from error
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        host, port = server.server_address[:2]
        self.stdout.write(f"发放银行：文件交换目录 {folder}，接口 http://{host!s}:{port}")
        self.stdout.flush()
        try:
            server.serve_forever(poll_interval=0.2)
            raise CommandError("银行的记账程序意外停止，已关门。请查看日志后重新启动。")
        except KeyboardInterrupt:
            for name in (signal.SIGTERM, signal.SIGINT):
                signal.signal(name, signal.SIG_IGN)  # asked twice, it still ends in order
            self.stdout.write("已停止。")
        finally:
            server.server_close()
