"""An entry of each register."""

from __future__ import annotations

from ..company import HERE
from ..people import person
from ..standings import aid_grant, funeral_sum, hotline, national_record, rural_watch, standing
from .family import Family

__all__ = ["Entries"]


class Entries(Family):
    """What registers keep."""

    def entry(self, register: str = "assistance.standings") -> int:
        """An entry of a register in the village."""
        from .. import care

        if register in care.ENTRIES:
            ends = ("here", "other level")
            keepers = [
                one.actor.id
                for one in self.people
                if one.role == "eldercare.home_keeper" and one.where in ends
            ]
            assert self.paper is not None
            return int(care.entry(register, HERE, keepers=keepers, paper=self.paper).pk)
        if register == "assistance.people":
            return person(path=HERE.village, name="测在册").pk
        if register == "assistance.hotlines":
            return hotline(path=HERE.county, name="测在册").pk
        other = {
            "assistance.aid_grants": aid_grant, "assistance.national_records": national_record,
            "assistance.funeral_sums": funeral_sum, "assistance.rural_watch": rural_watch,
        }  # fmt: skip
        return other.get(register, standing)(path=HERE.village, name="测在册").pk
