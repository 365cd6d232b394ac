from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "minzheng.kernel.indicators"
    label = "indicators"
    verbose_name = "指标"
