from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "minzheng.kernel.feedback"
    label = "feedback"
    verbose_name = "好差评与意见箱"
