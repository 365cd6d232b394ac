from django.apps import AppConfig


class SubsidiesConfig(AppConfig):
    name = "minzheng.kernel.subsidies"
    label = "subsidies"
    verbose_name = "名单发放"
