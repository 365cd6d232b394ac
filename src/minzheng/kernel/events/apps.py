from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "minzheng.kernel.events"
    label = "events"
    verbose_name = "生活事件"
