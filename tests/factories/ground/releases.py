"""A standard on its way into force."""

from __future__ import annotations

from minzheng.kernel import catalogue, declare
from minzheng.kernel.access.models import User
from minzheng.kernel.access.queries import actor_of
from minzheng.kernel.clock import Month
from minzheng.kernel.releases import actions as releases
from minzheng.kernel.releases import simulating
from minzheng.kernel.releases.models import Release
from minzheng.kernel.releases.queries import current_simulation

from ..company import HERE, staff_at
from .family import DAY, Family

__all__ = ["Releases"]


class Releases(Family):
    """Drafted, tried, signed, published."""

    def release(self, domain: str) -> Release:
        """A standard as the county drafts it."""
        declared = catalogue.current().simulated[domain]
        role = next(role for role in declared.item.drafted_by if role.at == declare.COUNTY)
        by = self.someone(declared.role(role))
        made = releases.draft(
            domain=domain, title="标准", source="某文件", kind="standard", path=HERE.county,
            from_month=Month.of(DAY), by=by,
        )  # fmt: skip
        releases.change_value(release=made, parameter="money.unit", value="100", by=by)
        return Release.objects.get(pk=made.pk)

    def seal(self, release: Release) -> str:
        """What those sign who sign it."""
        found = current_simulation(release)
        return found.seal if found is not None else ""

    def tried(self, release: Release) -> Release:
        """The release after its run over everyone."""
        asked = releases.simulate(release=release, by=actor_of(User.objects.get(pk=release.drafted_by[5:])))
        simulating.run(asked.pk)
        return Release.objects.get(pk=release.pk)

    def signed(self, release: Release) -> Release:
        """The release signed by two others."""
        tried = self.tried(release)
        declared = catalogue.current().simulated[release.domain]
        role = next(role for role in declared.item.signed_by if role.at == declare.COUNTY)
        for name in ("甲会签", "乙会签"):
            by = staff_at(declared.role(role), HERE, declare.COUNTY, name=name)
            releases.sign(release=tried, seen=self.seal(tried), by=by)
        return Release.objects.get(pk=release.pk)

    def published(self, release: Release) -> Release:
        """The release in force."""
        signed = self.signed(release)
        return releases.publish(release=signed, by=actor_of(User.objects.get(pk=release.drafted_by[5:])))
