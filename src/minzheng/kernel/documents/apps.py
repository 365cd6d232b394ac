from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "minzheng.kernel.documents"
    label = "documents"
    verbose_name = "文书"
