from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "minzheng.config"
    label = "config"
    verbose_name = "平台"
