from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "minzheng.kernel.exchange"
    label = "exchange"
    verbose_name = "数据核对与共享"

    def ready(self) -> None:
        """The answers as they were received can be opened."""
        from . import revealed  # noqa: F401
