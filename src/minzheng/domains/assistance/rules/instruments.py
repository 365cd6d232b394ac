"""The instruments social assistance rests on, and which rule set is in force on which day."""

from __future__ import annotations

from datetime import date

from minzheng.kernel.law.instruments import Instrument, RuleSet, RuleSets, Successive

__all__ = [
    "DB2021",
    "EXTREME_POVERTY",
    "GB39",
    "GF14",
    "GF47",
    "LOW_INCOME_EDGE",
    "LOW_INCOME_HOUSEHOLD",
    "MF23",
    "MF83",
    "PR1553",
    "RG2025",
    "RIGID_SPENDING",
    "SA2014",
    "SA2026",
    "SOCIAL_ASSISTANCE",
    "STANDARD",
    "SUPPORT",
    "TEMPORARY",
    "TK2021",
    "TURNED_ADULT",
    "ZB18",
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
ZB18 = Instrument(
    "ZB18-2020", "关于改革完善社会救助制度的意见", "中办发〔2020〕18号", in_force_from=date(2020, 8, 25)
)
TK2021 = Instrument("TK-2021", "特困人员认定办法", "民发〔2021〕43号", in_force_from=date(2021, 7, 1))
GF14 = Instrument(
    "GF14-2016",
    "关于进一步健全特困人员救助供养制度的意见",
    "国发〔2016〕14号",
    in_force_from=date(2016, 2, 10),
)
GF47 = Instrument(
    "GF47-2014", "关于全面建立临时救助制度的通知", "国发〔2014〕47号", in_force_from=date(2014, 10, 3)
)
MF23 = Instrument(
    "MF23-2018",
    "关于进一步加强和改进临时救助工作的意见",
    "民发〔2018〕23号",
    in_force_from=date(2018, 1, 23),
)
# The day of issue is not given in the handbook; the month is, and nothing turns on the day.
PR1553 = Instrument(
    "PR1553-2021",
    "关于进一步健全社会救助和保障标准与物价上涨挂钩联动机制的通知",
    "发改价格〔2021〕1553号",
    in_force_from=date(2021, 11, 1),
)
RG2025 = Instrument(
    "RG-2025", "刚性支出困难家庭认定办法", "民政部2024年10月24日印发", in_force_from=date(2025, 1, 1)
)
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
# 特困: the measures of 2021 say who; since July 2026 the law names them first among its four groups.
EXTREME_POVERTY = Successive(
    ((TK2021.in_force_from, TK2021.article(4)), (SA2026.in_force_from, SA2026.article(13)))
)
# Who stays covered after the eighteenth birthday: what the measures allow, the law has made a right.
TURNED_ADULT = Successive(
    ((TK2021.in_force_from, TK2021.article(24)), (SA2026.in_force_from, SA2026.article(16)))
)
# Before 2025 every place had its own rule for households poor through spending, under the national opinions.
RIGID_SPENDING = Successive(
    (
        (ZB18.in_force_from, ZB18.as_a_whole()),
        (GB39.in_force_from, GB39.as_a_whole()),
        (RG2025.in_force_from, RG2025.as_a_whole()),
        (SA2026.in_force_from, SA2026.article(13)),
    )
)
TEMPORARY = Successive(
    ((SA2014.in_force_from, SA2014.article(47)), (SA2026.in_force_from, SA2026.article(37)))
)
# What supporters living apart give is income; since July 2026 their means are checked only with consent.
SUPPORT = Successive(((DB2021.in_force_from, DB2021.article(13)), (SA2026.in_force_from, SA2026.article(41))))
