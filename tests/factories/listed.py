"""A county with protected families, and an index or an emergency that has them paid."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from minzheng.domains.assistance.models import Standing
from minzheng.kernel.audit import Actor
from minzheng.kernel.clock import Month
from minzheng.kernel.ledger import actions as ledger
from minzheng.kernel.ledger.models import Batch, Entitlement
from minzheng.kernel.people.models import Household, Person
from minzheng.kernel.standards.models import ParameterRow
from minzheng.kernel.subsidies import actions, tasks
from minzheng.kernel.subsidies.models import Emergency, IndexRow, SubsidyList

from .cast import Cast, cast, staff
from .money import PAYER, REVIEWER, allotted, payee_of
from .people import household, person

__all__ = ["JANUARY", "LIVING", "PRICE", "Ground", "ground"]

AUTUMN, JANUARY = Month(2021, 9), Month(2022, 1)
PRICE, LIVING = "assistance.price", "assistance.living"


@dataclass
class Ground:
    """The county's officers, the province's, and families by name."""

    who: Cast
    enters: Actor
    checks: Actor
    homes: dict[str, Household] = field(default_factory=dict)
    people: dict[str, tuple[Person, ...]] = field(default_factory=dict)

    @property
    def county(self) -> str:
        return self.who.seat.county

    @property
    def city(self) -> str:
        return self.who.seat.city

    def family(
        self, name: str, members: int = 1, *, class_ur: str = "urban", since: Month = AUTUMN,
        scheme: str = "assistance.dibao", path: str = "", by: Actor | None = None,
    ) -> Entitlement:  # fmt: skip
        """A family on dibao."""
        where = path or self.who.seat.village
        people = tuple(person(path=where, name=f"测{name}") for _ in range(members))
        self.people[name], self.homes[name] = people, household(*people, path=where, class_ur=class_ur)
        return ledger.entitle(
            scheme=scheme, path=where, class_ur=class_ur, amount=30000, from_month=since, household=self.homes[name],
            members=people, exclusive_group="livelihood", payee=payee_of(people[0]), by=by or self.who.payer,
            basis=ledger.Basis(decision_number=f"决{name}", rule_set="SA-2014", trace_sha="0" * 64),
        )  # fmt: skip

    def edge(self, name: str, members: int = 1, *, since: date = date(2021, 9, 1)) -> Standing:
        """A family on the register as low-income edge; nothing is paid to it."""
        where = self.who.seat.village
        people = tuple(person(path=where, name=f"测{name}") for _ in range(members))
        self.people[name], self.homes[name] = people, household(*people, path=where, class_ur="urban")
        return Standing.objects.create(
            household=self.homes[name], applicant=people[0], path=where, low_income_class="L3", class_ur="urban",
            decision_number=f"边{name}", members=members, valid_from=since, review_due=date(2030, 1, 1),
        )  # fmt: skip

    def index(
        self, month: Month = JANUARY, *, cpi: int = 310, food: int = 620, scpi: int | None = 340, **more: Any
    ) -> IndexRow:
        """Entered by one, checked by another; the lists are not drawn up yet."""
        row = self.entered(month, cpi=cpi, food=food, scpi=scpi, **more)
        return actions.check_index(row=row, by=self.checks)

    def entered(
        self, month: Month = JANUARY, *, cpi: int = 310, food: int = 620, scpi: int | None = 340, **more: Any
    ) -> IndexRow:
        """Entered by one."""
        facts: dict[str, Any] = {
            "subsidy": PRICE, "path": self.city, "published_on": month.next.first, "source": "统计部门月度公报",
        }  # fmt: skip
        return actions.enter_index(
            month=month, figures=actions.Figures(cpi, food, scpi), by=self.enters, **facts | more
        )

    def drafted(self, row: IndexRow) -> SubsidyList:
        """The county's list, as the job draws it up."""
        tasks.draft_lists.func(row.pk)
        return SubsidyList.objects.exclude(state="withdrawn").get(
            path=self.county, month=row.month, index=row
        )

    def approved(self, one: SubsidyList) -> SubsidyList:
        """Signed by two."""
        for by in (self.who.payment_reviewer, self.who.second_payment_reviewer):
            one = actions.sign(listing=one, seen=one.content_sha, by=by)
        return one

    def emergency(self, **more: Any) -> Emergency:
        """A second-level response in the county's prefecture, with money for everyone protected."""
        facts: dict[str, Any] = {
            "domain": "assistance", "path": self.city, "grade": 2, "title": "暴雪灾害",
            "order_number": "吉政应急〔2022〕1号",
            "from_on": date(2022, 1, 10), "measures": {"living_subsidy": 10000, "price_check": 0},
        }  # fmt: skip
        return actions.declare_emergency(by=self.enters, **facts | more)

    def parameter(self, key: str, value: str, unit: str) -> None:
        """The county's own value."""
        ParameterRow.objects.create(
            key=key, path=self.county, from_on=date(2022, 1, 1), value=value, unit=unit, source="县文件",
            confidence="law",
        )  # fmt: skip

    def batch(self, scheme: str, month: Month) -> Batch:
        """The ordinary batch of the month, approved."""
        batch = ledger.draft_batch(
            scheme=scheme,
            path=self.county,
            month=month,
            prepared_by=PAYER,
            reviewed_by=REVIEWER,
            by=self.who.payer,
        )
        allotted(self.who, amount=batch.total, scheme=scheme, year=month.year)
        ledger.review(batch=batch, seen=batch.content_sha, by=self.who.payment_reviewer)
        return ledger.review(batch=batch, seen=batch.content_sha, by=self.who.second_payment_reviewer)


def ground() -> Ground:
    """The cast, and who enters and checks figures in the province."""
    who = cast()
    return Ground(
        who,
        enters=who.provincial_officer,
        checks=staff("provincial_signer", at=who.seat.province, name="石会签"),
    )
