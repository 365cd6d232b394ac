from django.apps import AppConfig


class LinkageConfig(AppConfig):
    name = "minzheng.kernel.linkage"
    label = "linkage"
    verbose_name = "一人一档"
