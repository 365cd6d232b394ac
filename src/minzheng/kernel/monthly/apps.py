from django.apps import AppConfig


class MonthlyConfig(AppConfig):
    name = "minzheng.kernel.monthly"
    label = "monthly"
    verbose_name = "月度发放"
