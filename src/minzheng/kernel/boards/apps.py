from django.apps import AppConfig


class BoardsConfig(AppConfig):
    name = "minzheng.kernel.boards"
    label = "boards"
    verbose_name = "看板"
