from django.apps import AppConfig


class FundsConfig(AppConfig):
    name = "minzheng.kernel.funds"
    label = "funds"
    verbose_name = "备用金与购买服务"
    ledger_checks = "minzheng.kernel.funds.proof.CHECKS"
