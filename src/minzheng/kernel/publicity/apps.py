from django.apps import AppConfig


class PublicityConfig(AppConfig):
    name = "minzheng.kernel.publicity"
    label = "publicity"
    verbose_name = "结果公示"
