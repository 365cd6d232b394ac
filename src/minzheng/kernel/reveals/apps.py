from django.apps import AppConfig


class RevealsConfig(AppConfig):
    name = "minzheng.kernel.reveals"
    label = "reveals"
    verbose_name = "敏感信息查看"
