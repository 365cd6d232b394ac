"""manage gateway: serves a gateway for short messages until it is stopped."""

from __future__ import annotations

import logging
import signal
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from minzheng.config.gateway.server import SmsGateway
from minzheng.kernel.notices.keys import sms_key


class Command(BaseCommand):
    """Runs apart from the platform: own books, no database, reached over HTTP only."""

    help = "启动短信通道（收下短信、报告送达），与平台分开运行"
    # The process must start without the platform's database and pages.
    requires_system_checks: list[str] = []  # noqa: RUF012

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="监听地址")
        parser.add_argument("--port", type=int, default=8300, help="监听端口，0 为任一空闲端口")
        parser.add_argument("--data", type=Path, default=None, help="通道自己的账，默认 var/gateway.sqlite")

    def handle(self, *_: Any, **options: Any) -> None:
        """Serve; SIGTERM and Ctrl-C both end it cleanly."""
        logging.getLogger("minzheng.gateway").setLevel(logging.INFO)
        data = options["data"] or Path(settings.VAR) / "gateway.sqlite"
        try:
            server = SmsGateway((options["host"], options["port"]), key=sms_key(), data=data)
        except OSError as error:
            message = f"端口 {options['port']} 不能使用（{error.strerror}）。请换一个端口：--port 8301。"
            raise CommandError(message) from error
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        host, port = server.server_address[:2]
        self.stdout.write(f"短信通道接口 http://{host!s}:{port}")
        self.stdout.flush()
        try:
            server.serve_forever(poll_interval=0.2)
        except KeyboardInterrupt:
            self.stdout.write("已停止。")
        finally:
            server.server_close()
