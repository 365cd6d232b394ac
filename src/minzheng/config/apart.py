"""Processes beside the platform: the other departments, a bank, a gateway; each serves until it is stopped."""

from __future__ import annotations

import logging
import signal
from argparse import ArgumentParser
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError

__all__ = ["Apart"]


class Apart(BaseCommand):
    """A command that runs apart from the platform: own data file, no database, reached over HTTP only."""

    # The process must start without the platform's database and pages.
    requires_system_checks: list[str] = []  # noqa: RUF012
    name: ClassVar[str]
    port: ClassVar[int]
    data_help: ClassVar[str]
    taken: ClassVar[str] = "端口 {port} 不能使用（{why}）。请换一个端口：--port {next}。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="监听地址")
        parser.add_argument("--port", type=int, default=self.port, help="监听端口，0 为任一空闲端口")
        parser.add_argument("--data", type=Path, default=None, help=self.data_help)

    def server(self, address: tuple[str, int], options: dict[str, Any]) -> ThreadingHTTPServer:
        """The process's door, opened at this address."""
        raise NotImplementedError

    def greeting(self, address: str, options: dict[str, Any]) -> str:
        """The line that says where it is reached; it ends with the address."""
        raise NotImplementedError

    def serve(self, server: ThreadingHTTPServer) -> None:
        """Serve until a signal."""
        server.serve_forever(poll_interval=0.2)

    def handle(self, *_: Any, **options: Any) -> None:
        """Serve; SIGTERM and Ctrl-C both end it cleanly.

        Raises:
            CommandError: the port, or a folder, cannot be used.
        """
        logging.getLogger(f"minzheng.{self.name}").setLevel(logging.INFO)
        port = options["port"]
        try:
            server = self.server((options["host"], port), options)
        except OSError as error:
            said = self.taken.format(**options | {"next": self.port + 1, "why": error.strerror})
            raise CommandError(said) from error
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        host, taken = server.server_address[:2]
        self.stdout.write(self.greeting(f"http://{host!s}:{taken}", options))
        self.stdout.flush()
        try:
            self.serve(server)
        except KeyboardInterrupt:
            for signalled in (signal.SIGTERM, signal.SIGINT):
                signal.signal(signalled, signal.SIG_IGN)  # asked twice, it still ends in order
            self.stdout.write("已停止。")
        finally:
            server.server_close()
