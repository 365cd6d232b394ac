from django.apps import AppConfig


class LinkageConfig(AppConfig):
    name = "minzheng.kernel.linkage"
    label = "linkage"
    verbose_name = "一人一档"

    def ready(self) -> None:
        """Its masked fields can be opened."""
        from . import revealed  # noqa: F401
