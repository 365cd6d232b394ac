from django.apps import AppConfig


class ReleasesConfig(AppConfig):
    name = "minzheng.kernel.releases"
    label = "releases"
    verbose_name = "标准与规则发布"
