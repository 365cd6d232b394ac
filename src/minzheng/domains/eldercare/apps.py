from django.apps import AppConfig


class EldercareConfig(AppConfig):
    name = "minzheng.domains.eldercare"
    label = "eldercare"
    verbose_name = "养老服务"
