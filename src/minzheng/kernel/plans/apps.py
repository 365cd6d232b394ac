from django.apps import AppConfig


class PlansConfig(AppConfig):
    name = "minzheng.kernel.plans"
    label = "plans"
    verbose_name = "规划监测"
