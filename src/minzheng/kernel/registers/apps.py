from django.apps import AppConfig


class RegistersConfig(AppConfig):
    name = "minzheng.kernel.registers"
    label = "registers"
    verbose_name = "台账"

    def ready(self) -> None:
        """Its masked fields can be opened."""
        from . import revealed  # noqa: F401
