from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "minzheng.kernel.visits"
    label = "visits"
    verbose_name = "走访"
