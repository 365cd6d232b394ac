"""Funds, contracts, batches, and what is claimed or owed."""

from __future__ import annotations

from minzheng.kernel import catalogue, clock
from minzheng.kernel.clock import Month
from minzheng.kernel.funds import actions as funds
from minzheng.kernel.funds.models import Handover, ReserveFund
from minzheng.kernel.ledger import actions as ledger
from minzheng.kernel.ledger.models import Adjustment, Batch, Fund, Recovery

from ..company import HERE
from ..money import a_card, terms
from .family import DAY, Family

__all__ = ["Money"]


class Money(Family):
    """What is paid, and out of what."""

    def fund(self, reserve: str) -> ReserveFund:
        """The township's reserve fund of the year, nothing advanced yet."""
        declared = catalogue.current().reserve(reserve)
        return funds.set_quota(
            reserve=reserve, path=HERE.township, year=DAY.year, amount=1_000_00, document="额度1号",
            by=self.someone(declared.role(declared.item.overseer)),
        )  # fmt: skip

    def handover(self, purchasing: str) -> Handover:
        """Services delivered under a contract of the county, not yet accepted."""
        declared = catalogue.current().purchasing(purchasing)
        scheme = f"{declared.domain.code}.{declared.item.out_of[0].code}"
        ledger.allot(
            scheme=scheme, path=HERE.county, fund=Fund.CENTRAL, year=DAY.year, amount=10**9, document="中央1号",
            by=self.someone(catalogue.current().schemes[scheme].role(declared.item.out_of[0].reviewed_by)),
        )  # fmt: skip
        contract = funds.sign(
            purchasing=purchasing, path=HERE.county,
            terms=terms("1", 1_000, service=next(iter(declared.item.services))),
            by=self.someone(declared.role(declared.item.signer)),
        )  # fmt: skip
        return funds.deliver(
            contract=contract, period="1", served=1, claimed=100, record="记录",
            by=self.someone(declared.role(declared.item.registrar)),
        )  # fmt: skip

    def batch(self, scheme: str) -> Batch:
        """The county's batch as its payer drafts it."""
        declared = catalogue.current().schemes[scheme]
        payer, reviewer = (
            declared.role(one) for one in (declared.item.prepared_by, declared.item.reviewed_by)
        )
        by = self.someone(payer)
        ledger.entitle(
            scheme=scheme, path=self.family.path, class_ur="rural", amount=38400, from_month=Month.of(DAY),
            household=self.family, members=[self.applicant, self.wife], exclusive_group="g", by=by,
            payee=ledger.Payee(person=self.applicant, account=a_card(), owner=self.applicant.name),
            basis=ledger.Basis(decision_number="D", rule_set="t", trace_sha="0" * 64, case_id=1),
        )  # fmt: skip
        return ledger.draft_batch(
            scheme=scheme,
            path=HERE.county,
            month=Month.of(DAY),
            prepared_by=payer,
            reviewed_by=reviewer,
            by=by,
        )

    def claim(self, batch: Batch) -> Recovery:
        """Money of a batch that is claimed back."""
        payment = batch.payments.get()
        return Recovery.objects.create(
            scheme=batch.scheme, path=payment.path, books_path=batch.path, fund=batch.fund, household=self.family,
            entitlement=payment.entitlement, for_from=batch.month, for_until=Month.of(batch.month).next.first,
            amount=100, reason="多发", decision_number="D", rule_set="t", by="user:0", at=clock.now(),
        )  # fmt: skip

    def owed(self, batch: Batch) -> Adjustment:
        """What a payment of a batch lacked, made up with a later month."""
        payment, month = batch.payments.get(), Month.of(batch.month)
        return Adjustment.objects.create(
            kind="makeup", scheme=batch.scheme, path=payment.path, household=self.family,
            entitlement=payment.entitlement, amount=100, from_month=month.next.first, for_from=month.first,
            for_until=month.next.first, reason="少发", decision_number="D", rule_set="t", by="user:0", at=clock.now(),
        )  # fmt: skip
