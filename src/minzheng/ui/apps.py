from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "minzheng.ui"
    label = "ui"
    verbose_name = "页面"
