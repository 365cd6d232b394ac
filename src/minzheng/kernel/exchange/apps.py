from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "minzheng.kernel.exchange"
    label = "exchange"
    verbose_name = "数据核对与共享"
