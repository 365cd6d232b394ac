"""manage gateway: serves a gateway for short messages until it is stopped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings

from minzheng.config.apart import Apart
from minzheng.config.gateway.server import SmsGateway
from minzheng.kernel.notices.keys import sms_key


class Command(Apart):
    """Short messages taken in, what arrived reported."""

    help = "启动短信通道（收下短信、报告送达），与平台分开运行"
    name, port, data_help = "gateway", 8300, "通道自己的账，默认 var/gateway.sqlite"

    def server(self, address: tuple[str, int], options: dict[str, Any]) -> SmsGateway:
        return SmsGateway(
            address, key=sms_key(), data=options["data"] or Path(settings.VAR) / "gateway.sqlite"
        )

    def greeting(self, address: str, options: dict[str, Any]) -> str:
        return f"短信通道接口 {address}"
