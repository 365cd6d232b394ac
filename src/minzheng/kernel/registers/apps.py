from django.apps import AppConfig


class RegistersConfig(AppConfig):
    name = "minzheng.kernel.registers"
    label = "registers"
    verbose_name = "台账"
