from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    name = "minzheng.kernel.monitoring"
    label = "monitoring"
    verbose_name = "动态监测"
