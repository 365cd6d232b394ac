from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "minzheng.kernel.notices"
    label = "notices"
    verbose_name = "通知与公示"
