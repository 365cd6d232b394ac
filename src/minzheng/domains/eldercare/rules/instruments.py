"""The instruments elder care rests on."""

from __future__ import annotations

from datetime import date

from minzheng.kernel.law.instruments import Instrument

__all__ = [
    "ADAPT",
    "ELDERS",
    "GB37276",
    "GB38600",
    "GB42195",
    "ORDER66",
    "PLAN",
    "SUB113",
    "SUPERVISION",
    "VISITS",
]

ELDERS = Instrument("EL", "老年人权益保障法", "2018年12月29日修正", in_force_from=date(2018, 12, 29))
ORDER66 = Instrument("O66", "养老机构管理办法", "民政部令第66号", in_force_from=date(2020, 11, 1))
GB42195 = Instrument("GB42195", "老年人能力评估规范", "GB/T 42195-2022", in_force_from=date(2022, 12, 30))
GB38600 = Instrument("GB38600", "养老机构服务安全基本规范", "GB 38600-2019", in_force_from=date(2020, 1, 1))
SUPERVISION = Instrument(
    "GB48-2020",
    "关于建立健全养老服务综合监管制度促进养老服务高质量发展的意见",
    "国办发〔2020〕48号",
    in_force_from=date(2020, 11, 26),
)
GB37276 = Instrument("GB37276", "养老机构等级划分与评定", "GB/T 37276-2018", in_force_from=date(2019, 7, 1))
VISITS = Instrument(
    "VISIT",
    "关于开展特殊困难老年人探访关爱服务的指导意见",
    "民发〔2022〕73号",
    in_force_from=date(2022, 9, 16),
)
SUB113 = Instrument(
    "SUB113",
    "关于建立健全经济困难的高龄、失能等老年人补贴制度的通知",
    "财社〔2014〕113号",
    in_force_from=date(2014, 9, 10),
)
PLAN = Instrument("PLAN14", "吉林省民政事业发展“十四五”规划", "吉林省", in_force_from=date(2021, 1, 1))
ADAPT = Instrument(
    "ADAPT",
    "关于加快实施老年人居家适老化改造工程的指导意见",
    "民发〔2020〕86号",
    in_force_from=date(2020, 7, 10),
)
