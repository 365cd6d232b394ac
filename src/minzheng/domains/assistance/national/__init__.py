"""The agreed file with the national system (“金民工程”全国社会救助信息系统): one row for each person who is helped.

The national codes are not in our hands; those used here are the handbook's tables, shown with every template.  What is
taken in is kept beside the register and shown to officers; only a decision changes what anybody is paid.
"""

from __future__ import annotations

from minzheng.kernel import declare

from .. import rules
from ..queries import protected
from ..roles import PROVINCIAL_OFFICER, VERIFIER
from .checking import check
from .keeping import bind, loose, put_back, stands, take

__all__ = ["NATIONAL"]

_Field = declare.ExtractField

NATIONAL = declare.Extract(
    "national", "全国社会救助信息", "金民工程（全国社会救助信息系统）",
    fields=(
        _Field("key", "记录编号", "key"),
        _Field(
            "class", "救助类别", "code",
            options={"L1": "特困", "L2": "低保", "L3": "低保边缘", "L4": "刚性支出困难"},
        ),
        _Field("household", "家庭编号", "key"),
        _Field("name", "姓名"),
        _Field("id_number", "公民身份号码", "id_number", standard="GB 11643"),
        _Field(
            "sex", "性别", "code", options={"0": "未知", "1": "男", "2": "女", "9": "未说明"}, standard="GB/T 2261.1"
        ),
        _Field("birth", "出生日期", "date", standard="GB/T 7408"),
        _Field("relation", "与户主关系", "code", options={
            "01": "本人", "02": "户主", "10": "配偶", "11": "夫", "12": "妻", "20": "子", "30": "女", "40": "孙辈",
            "50": "父母", "51": "父", "52": "母", "60": "祖辈", "70": "兄弟姐妹", "90": "其他", "97": "其他亲属",
            "99": "非亲属",
        }, standard="GB/T 4761"),
        _Field("area", "行政区划代码", "area", standard="统计用区划代码，12位"),
        _Field("class_ur", "城乡类别", "code", options={"urban": "城市", "rural": "农村"}),
        _Field("members", "保障人数", "count"),
        _Field("amount", "家庭月保障金额（元）", "money"),
        _Field("from_on", "起始日期", "date"),
        _Field("until_on", "终止日期", "date", required=False),
        _Field("review_due", "复核期限", "date", required=False),
        _Field("disability_category", "残疾类别", "code", required=False, options={
            "1": "视力", "2": "听力", "3": "言语", "4": "肢体", "5": "智力", "6": "精神", "7": "多重",
        }, standard="GB/T 26341"),
        _Field(
            "disability_grade", "残疾等级", "code", required=False,
            options={"1": "一级", "2": "二级", "3": "三级", "4": "四级"}, standard="GB/T 26341",
        ),
    ),
    handled_by=(VERIFIER, PROVINCIAL_OFFICER), check=check, stands=stands, take=take, put_back=put_back,
    current=protected, until="until_on", basis=rules.GB39.as_a_whole(), linking=declare.Linking(loose, bind),
)  # fmt: skip
