"""manage bank: serves a bank until it is stopped."""

from __future__ import annotations

from argparse import ArgumentParser
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from minzheng.config.apart import Apart
from minzheng.config.bank.server import Bank
from minzheng.kernel.ledger.keys import bank_key


class Command(Apart):
    """Own books, reached by a drop folder, too."""

    help = "启动发放银行（收付款文件、付款、回执），与平台分开运行"
    name, port, data_help = "bank", 8200, "银行自己的账，默认 var/bank.sqlite"
    taken = "端口 {port} 或目录 {folder} 不能使用（{why}）。请换一个：--port、--folder。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        folder = Path(settings.MINZHENG_BANK_FOLDER)
        parser.add_argument("--folder", type=Path, default=folder, help="文件交换目录，默认 var/bank")

    def server(self, address: tuple[str, int], options: dict[str, Any]) -> Bank:
        data = options["data"] or Path(settings.VAR) / "bank.sqlite"
        return Bank(address, key=bank_key(), data=data, folder=options["folder"])

    def greeting(self, address: str, options: dict[str, Any]) -> str:
        return f"发放银行：文件交换目录 {options['folder']}，接口 {address}"

    def serve(self, server: ThreadingHTTPServer) -> None:
        """Serve until a signal; a bank that stops by itself lost its books.

        Raises:
            CommandError: what works off the files ended.
        """
        super().serve(server)
        raise CommandError("银行的记账程序意外停止，已关门。请查看日志后重新启动。")
