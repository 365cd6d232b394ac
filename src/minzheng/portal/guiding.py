"""The guide of a service for one place: limits, standards and who decides, each with its source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from minzheng.kernel import catalogue, declare, law
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.casework.terms import LEVEL_CODES

__all__ = ["DECIDERS", "Known", "decider", "limits", "standards", "step_limits"]

DECIDERS = {
    Level.VILLAGE: "村（社区）",
    Level.TOWNSHIP: "乡镇（街道），受县级民政部门委托",
    Level.COUNTY: "县级民政部门",
    Level.CITY: "市级民政部门",
    Level.PROVINCE: "省民政厅",
}
Service = catalogue.Declared[declare.Service]


@dataclass(frozen=True)
class Known:
    """One dated value in words, with where it comes from."""

    title: str
    words: str
    source: str
    local: bool
    planned: bool

    @classmethod
    def of(cls, value: law.Value) -> Known:
        """The value as a resident reads it."""
        local = value.place.count("/") > 1
        return cls(value.title, value.in_words(), value.source, local, value.confidence == "plan")


def _known(keys: list[str], *, path: str, on: date) -> list[Known]:
    parameters = catalogue.current().parameters()
    values = (parameters.find(key, path=path, on=on) for key in keys if key)
    return [Known.of(value) for value in values if value is not None]


def limits(service: Service, *, path: str, on: date) -> list[Known]:
    """How long the whole matter may take there; the limit that ordinarily applies there comes first."""
    within = service.item.within
    keys = [within.ordinary, within.delegated, within.special]
    if within.delegated and decider(service, path=path, on=on) != _deciding(service).by.at:
        keys = [within.delegated, within.ordinary, within.special]
    return _known(keys, path=path, on=on)


def step_limits(service: Service, *, path: str, on: date) -> list[tuple[str, str]]:
    """The steps in order, each with its limit where the law sets one."""
    parameters, rows = catalogue.current().parameters(), []
    for step in service.item.steps:
        key = step.publicity_term if isinstance(step, declare.Posting) else step.term
        value = parameters.find(key, path=path, on=on) if key else None
        words = (
            value.in_words() if value is not None and value.value else ("当日" if value is not None else "")
        )
        rows.append((step.label, words))
    return rows


def standards(service: Service, *, path: str, on: date) -> list[Known]:
    """The standards in force there: by convention they are kept under ``<scheme>.standard.``."""
    scheme = service.item.scheme
    if scheme is None:
        return []
    start = f"{scheme.code}.standard."
    keys = sorted({value.key for value in catalogue.current().parameters() if value.key.startswith(start)})
    return _known(keys, path=path, on=on)


def decider(service: Service, *, path: str, on: date) -> Level:
    """The level that decides there."""
    step = _deciding(service)
    value = (
        catalogue.current().parameters().find(step.decided_by, path=path, on=on) if step.decided_by else None
    )
    return LEVEL_CODES.get(str(value.value), step.by.at) if value is not None else step.by.at


def _deciding(service: Service) -> declare.Deciding:
    return next(one for one in service.item.steps if isinstance(one, declare.Deciding))
