"""The instruments social assistance rests on, and which rule set is in force on which day."""

from __future__ import annotations

from datetime import date

from minzheng.kernel.law.instruments import Instrument, RuleSet, RuleSets, Successive

__all__ = [
    "DB2021",
    "GB39",
    "LOW_INCOME_EDGE",
    "LOW_INCOME_HOUSEHOLD",
    "MF83",
    "SA2014",
    "SA2026",
    "SOCIAL_ASSISTANCE",
    "STANDARD",
]

SA2014 = Instrument(
    "SA-2014",
    "社会救助暂行办法",
    "国务院令第649号，2019年修订",
    in_force_from=date(2014, 5, 1),
    until=date(2026, 7, 1),
    replaced_by="SA-2026",
)
SA2026 = Instrument(
    "SA-2026", "社会救助法", "2026年4月30日全国人大常委会通过", in_force_from=date(2026, 7, 1)
)
DB2021 = Instrument("DB-2021", "最低生活保障审核确认办法", "民发〔2021〕57号", in_force_from=date(2021, 7, 1))
MF83 = Instrument(
    "MF83-2022",
    "关于进一步做好最低生活保障等社会救助兜底保障工作的通知",
    "民发〔2022〕83号",
    in_force_from=date(2022, 10, 20),
)
GB39 = Instrument(
    "GB39-2023",
    "关于加强低收入人口动态监测做好分层分类社会救助工作的意见",
    "国办发〔2023〕39号",
    in_force_from=date(2023, 10, 8),
)

SOCIAL_ASSISTANCE = RuleSets(
    [
        RuleSet("SA-2014", "社会救助暂行办法", date(2014, 5, 1), date(2026, 7, 1)),
        RuleSet("SA-2026", "社会救助法", date(2026, 7, 1)),
    ]
)

# Who sets the standard and how; the later law is cited as a whole until its article is confirmed.
STANDARD = Successive(
    ((SA2014.in_force_from, SA2014.article(10)), (SA2026.in_force_from, SA2026.as_a_whole()))
)
# Who may receive dibao: article 9 until 30 June 2026, then one of the four groups of article 13.
LOW_INCOME_HOUSEHOLD = Successive(
    ((SA2014.in_force_from, SA2014.article(9)), (SA2026.in_force_from, SA2026.article(13)))
)
LOW_INCOME_EDGE = Successive(
    ((GB39.in_force_from, GB39.as_a_whole()), (SA2026.in_force_from, SA2026.article(13)))
)
