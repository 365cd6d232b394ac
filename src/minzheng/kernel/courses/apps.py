from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "minzheng.kernel.courses"
    label = "courses"
    verbose_name = "在线学习"
