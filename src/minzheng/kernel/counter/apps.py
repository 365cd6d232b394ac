from django.apps import AppConfig


class CounterConfig(AppConfig):
    name = "minzheng.kernel.counter"
    label = "counter"
    verbose_name = "一门受理"
