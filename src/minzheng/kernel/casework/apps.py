from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "minzheng.kernel.casework"
    label = "casework"
    verbose_name = "办件"

    def ready(self) -> None:
        """Its masked fields can be opened."""
        from . import revealed  # noqa: F401
