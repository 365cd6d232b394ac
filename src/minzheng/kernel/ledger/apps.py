from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "minzheng.kernel.ledger"
    label = "ledger"
    verbose_name = "资金账"
