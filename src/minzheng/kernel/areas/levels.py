"""The five levels at which civil affairs work: province, city, county, township, village."""

from __future__ import annotations

from enum import IntEnum

__all__ = ["Level"]


class Level(IntEnum):
    """A level of government or self-government; a smaller number is higher."""

    PROVINCE = 1
    CITY = 2
    COUNTY = 3
    TOWNSHIP = 4
    VILLAGE = 5

    @property
    def label(self) -> str:
        """The word on the office's door."""
        return ("省级", "市级", "县级", "乡镇级", "村级")[self - 1]
