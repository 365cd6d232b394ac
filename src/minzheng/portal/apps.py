from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "minzheng.portal"
    label = "portal"
    verbose_name = "群众服务"
