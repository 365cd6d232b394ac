from django.apps import AppConfig


class StandardsConfig(AppConfig):
    name = "minzheng.kernel.standards"
    label = "standards"
    verbose_name = "标准与日历"

    def ready(self) -> None:
        """A verb is decided by one state of calendar and parameters."""
        from minzheng.kernel.audit import deed

        from .queries import one_reading

        deed.held_while_running.append(one_reading)
