"""Subsidies paid by a list, and what starts one."""

from __future__ import annotations

from minzheng.kernel import catalogue, clock
from minzheng.kernel.subsidies.models import Emergency, IndexRow, Measure, MeasureTask, SubsidyList

from ..company import HERE
from .family import DAY, Family

__all__ = ["Subsidies"]


class Subsidies(Family):
    """Indexes, emergencies and lists."""

    def index(self, subsidy: str) -> IndexRow:
        """Figures of the prefecture that wait for their check."""
        return IndexRow.objects.create(
            subsidy=subsidy, path=HERE.city, month=DAY.replace(day=1), cpi=500, food_cpi=0, published_on=DAY,
            source="公报", entered_by="user:0", entered_by_name="某", entered_at=clock.now(),
        )  # fmt: skip

    def emergency(self, domain: str) -> Emergency:
        """An emergency of the prefecture, with one measure and the county's task."""
        made = Emergency.objects.create(
            domain=domain, path=HERE.city, grade=2, title="暴雪", order_number="令1号", from_on=DAY,
            declared_by="user:0", declared_by_name="某", declared_at=clock.now(),
        )  # fmt: skip
        measure = Measure.objects.create(emergency=made, code="living_subsidy", value=100, from_on=DAY)
        MeasureTask.objects.create(measure=measure, path=HERE.county, opened_at=clock.now(), due_on=DAY)
        return made

    def listing(self, subsidy: str) -> SubsidyList:
        """A list of the county that waits for its first signature."""
        declared = catalogue.current().subsidies[subsidy]
        by_index, by_order = (declared.item.started_by == one for one in ("index", "emergency"))
        return SubsidyList.objects.create(
            subsidy=subsidy, scheme=f"{declared.domain.code}.{declared.item.scheme.code}", path=HERE.county,
            month=DAY.replace(day=1), number=f"名单{SubsidyList.objects.count()}",
            counted_on=DAY, rule_set="t", trace_sha="t", persons=1,
            index=self.index(subsidy) if by_index else None, drafted_by="system:subsidies", drafted_by_name="subsidies",
            measure=self.emergency(declared.domain.code).measures.get() if by_order else None,
            drafted_at=clock.now(), content_sha="x",
        )  # fmt: skip
