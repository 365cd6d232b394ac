"""manage departments: serves the other departments' answers until it is stopped."""

from __future__ import annotations

from typing import Any

from minzheng.config.apart import Apart
from minzheng.config.departments import records
from minzheng.config.departments.server import Departments
from minzheng.kernel.exchange.keys import exchange_key


class Command(Apart):
    """Ten sources, the platform of government services and the feed of events."""

    help = "启动其他部门数据接口（户籍、婚姻、税务社保、不动产、交管、市场监管、金融、残联、医保等），与平台分开运行"
    name, port, data_help = "departments", 8100, "数据文件，默认 var/departments.sqlite"

    def server(self, address: tuple[str, int], options: dict[str, Any]) -> Departments:
        data = options["data"] or records.data_file()
        records.opened(data).close()
        return Departments(address, key=exchange_key(), data=data)

    def greeting(self, address: str, options: dict[str, Any]) -> str:
        return f"其他部门数据接口 {address}"
