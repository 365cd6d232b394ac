from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    name = "minzheng.kernel.inspections"
    label = "inspections"
    verbose_name = "监督检查"
