from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "minzheng.kernel.casework"
    label = "casework"
    verbose_name = "办件"
