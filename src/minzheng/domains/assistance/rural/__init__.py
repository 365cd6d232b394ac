"""The lists exchanged with the rural department (农业农村、乡村振兴): whom it watches, and whom this office helps.

民发〔2022〕83号 wants the two compared quarterly or half-yearly.  Their list comes in whole, for a place and a day; of
ours goes out who is in which class and since when, not what anybody draws.
"""

from __future__ import annotations

from minzheng.kernel import declare

from .. import rules
from ..models import RuralWatch, Standing
from ..queries import protected
from ..roles import PROVINCIAL_OFFICER, VERIFIER
from .checking import check
from .keeping import bind, close, loose, put_back, reopen, stands, take

__all__ = ["RURAL", "TOLD"]

_Field = declare.ExtractField
_WITH, _EVERY = "农业农村（乡村振兴）部门", "monitor.rural_list_months"
_HANDLERS = (VERIFIER, PROVINCIAL_OFFICER)

RURAL = declare.Extract(
    "rural_list", "防返贫监测对象名单", _WITH,
    fields=(
        _Field("key", "监测对象编号", "key"),
        _Field("listed_on", "名单截止日期", "date", standard="GB/T 7408"),
        _Field("kind", "监测对象类别", "code", options=dict(RuralWatch.Kind.choices)),
        _Field("household", "监测户编号", "key"),
        _Field("name", "姓名"),
        _Field("id_number", "公民身份号码", "id_number", standard="GB 11643"),
        _Field("area", "行政区划代码", "area", standard="统计用区划代码，12位"),
        _Field("risk", "致贫返贫风险", required=False),
        _Field("from_on", "纳入监测日期", "date"),
        _Field("until_on", "风险消除日期", "date", required=False),
    ),
    handled_by=_HANDLERS, check=check, stands=stands, take=take, put_back=put_back, until="until_on",
    freshness="按季度或半年", basis=rules.MF83.as_a_whole(), ways="in", every=_EVERY,
    whole=declare.WholeList(close, reopen), linking=declare.Linking(loose, bind),
)  # fmt: skip

TOLD = declare.Extract(
    "low_income_told", "低收入人口名单（送乡村振兴部门）", _WITH,
    fields=(
        _Field("key", "记录编号", "key"),
        _Field("class", "救助类别", "code", options=dict(Standing.LowIncomeClass.choices)),
        _Field("household", "家庭编号", "key"),
        _Field("name", "姓名"),
        _Field("id_number", "公民身份号码", "id_number", standard="GB 11643"),
        _Field("area", "行政区划代码", "area", standard="统计用区划代码，12位"),
        _Field("class_ur", "城乡类别", "code", options={"urban": "城市", "rural": "农村"}),
        _Field("from_on", "起始日期", "date"),
        _Field("until_on", "终止日期", "date", required=False),
    ),
    handled_by=_HANDLERS, current=protected, until="until_on", freshness="按季度或半年",
    basis=rules.MF83.as_a_whole(), ways="out", every=_EVERY,
)  # fmt: skip
