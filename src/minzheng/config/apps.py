from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class ConfigConfig(AppConfig):
    name = "minzheng.config"
    label = "config"
    verbose_name = "平台"

    def ready(self) -> None:
        """Row security follows the tables: every migration is done when this is called, once, with the audit's."""
        if not apps.is_installed("minzheng.kernel.audit"):
            return  # a process apart from the platform has no tables
        from .walls.raising import raise_walls

        post_migrate.connect(raise_walls, sender=apps.get_app_config("audit"), dispatch_uid="minzheng.walls")
