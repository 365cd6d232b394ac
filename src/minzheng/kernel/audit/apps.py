from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    name = "minzheng.kernel.audit"
    label = "audit"
    verbose_name = "审计"

    def ready(self) -> None:
        """Tables are watched from the moment they exist: every migration is done when this is called."""
        from .watching import watch

        post_migrate.connect(watch, sender=self, dispatch_uid="minzheng.audit.watch")
