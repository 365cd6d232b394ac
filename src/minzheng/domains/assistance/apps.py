from django.apps import AppConfig


class AssistanceConfig(AppConfig):
    name = "minzheng.domains.assistance"
    label = "assistance"
    verbose_name = "社会救助"
