from django.apps import AppConfig


class PlanningConfig(AppConfig):
    name = "minzheng.domains.planning"
    label = "planning"
    verbose_name = "规划监测"
