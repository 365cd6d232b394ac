"""What elder care counts: ledgers, persons reached in the month, assessments."""

from __future__ import annotations

from minzheng.kernel import declare

__all__ = ["MEASURES"]

_OWN = {"rounds": "eldercare.visits"}
_LEDGERS = declare.Tally(
    "visits.Watched", "巡访台账在册老年人", where=_OWN, since="since_on", until="until_on"
)

MEASURES = (
    declare.Indicator("ledgers", "巡访台账在册老年人", "人", count=_LEDGERS),
    declare.Indicator(
        "visit_rate", "月巡访率", "%",
        count=declare.Tally(
            "visits.Reached", "当月有效巡访过的在册老年人", where={**_OWN, "counted": True}, on="month"
        ),
        out_of=_LEDGERS,
    ),
    declare.Indicator(
        "assessed", "当月完成的能力评估", "人次",
        count=declare.Tally(
            "visits.Assessment", "两名评估员签字生效的能力评估",
            where={"instrument": "eldercare.ability", "state": ("in_force", "objected", "replaced")}, on="on",
        ),
    ),
    declare.Indicator(
        "severe_elders", "中度以上失能老年人", "人",
        count=declare.Tally(
            "visits.Assessment", "评估为中度以上失能且在有效期内的老年人",
            where={
                "instrument": "eldercare.ability", "state": ("in_force", "objected"), "level": ("2", "3", "4"),
            },
            since="on", until="valid_until",
        ),
    ),
)  # fmt: skip
