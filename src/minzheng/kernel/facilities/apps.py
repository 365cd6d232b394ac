from django.apps import AppConfig


class FacilitiesConfig(AppConfig):
    name = "minzheng.kernel.facilities"
    label = "facilities"
    verbose_name = "设施和床位"
