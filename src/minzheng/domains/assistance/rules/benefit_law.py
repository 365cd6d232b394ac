"""The instruments the other benefits rest on, beside those of social assistance itself."""

from __future__ import annotations

from datetime import date

from minzheng.kernel.law.instruments import Instrument

__all__ = ["ELDERS", "FUC62", "FUC125", "JL42", "OR54", "SUB113", "TS52"]

OR54 = Instrument(
    "OR54", "关于加强孤儿保障工作的意见", "国办发〔2010〕54号", in_force_from=date(2010, 11, 16)
)
FUC62 = Instrument(
    "FUC62",
    "关于进一步加强事实无人抚养儿童保障工作的意见",
    "民发〔2019〕62号",
    in_force_from=date(2020, 1, 1),
)
FUC125 = Instrument(
    "FUC125",
    "关于进一步做好事实无人抚养儿童保障有关工作的通知",
    "民发〔2020〕125号",
    in_force_from=date(2020, 12, 24),
)
JL42 = Instrument(
    "JL42",
    "吉林省孤儿基本生活费发放管理办法",
    "吉民发〔2019〕42号，2021年调整",
    in_force_from=date(2019, 1, 1),
)
TS52 = Instrument(
    "TS52",
    "关于全面建立困难残疾人生活补贴和重度残疾人护理补贴制度的意见",
    "国发〔2015〕52号",
    in_force_from=date(2016, 1, 1),
)
ELDERS = Instrument("EL", "老年人权益保障法", "2018年12月29日修正", in_force_from=date(2018, 12, 29))
SUB113 = Instrument(
    "SUB113",
    "关于建立健全经济困难的高龄、失能等老年人补贴制度的通知",
    "财社〔2014〕113号",
    in_force_from=date(2014, 9, 10),
)
