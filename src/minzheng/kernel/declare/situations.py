"""Life situations (生活处境): how somebody who does not know the name of a service looks for it.

Some are common to all offices and stand here; a domain may add its own where it declares a service.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

__all__ = ["Situation"]


@dataclass(frozen=True)
class Situation:
    """What has happened or is wanted, as people say it; ``words`` are other ways of saying it.

    ``told`` says what to do and where to go for what cannot be applied for here, by which ``basis``.
    """

    code: str
    label: str
    icon: str
    words: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()

    HARDSHIP: ClassVar[Situation]
    ILLNESS: ClassVar[Situation]
    ELDERS: ClassVar[Situation]
    CHILDREN: ClassVar[Situation]
    DISABILITY: ClassVar[Situation]
    DEATH: ClassVar[Situation]
    MARRIAGE: ClassVar[Situation]
    LOST: ClassVar[Situation]
    ORGANISATION: ClassVar[Situation]
    OTHER_HELP: ClassVar[Situation]

    def __str__(self) -> str:
        return self.label


Situation.HARDSHIP = Situation(
    "hardship", "家里有困难", "home-heart",
    ("没钱", "揭不开锅", "吃不上饭", "过不下去", "失业", "下岗", "没工作", "穷", "贫困", "欠债"),
)  # fmt: skip
Situation.ILLNESS = Situation(
    "illness", "家人生病花费大", "heart", ("看病", "住院", "大病", "手术", "癌症", "医药费", "看不起病"),
)  # fmt: skip
Situation.ELDERS = Situation(
    "elders", "老人要照料", "heart-handshake",
    ("父母老了", "养老", "孤寡老人", "没人照顾", "瘫痪", "卧床", "老人", "独居", "空巢", "失能", "五保户"),
)  # fmt: skip
Situation.CHILDREN = Situation(
    "children", "孩子需要保护", "baby-carriage",
    ("孤儿", "没人管的孩子", "留守儿童", "上不起学", "孩子", "收养", "领养", "虐待"),
    told=(
        "父母去世，或者父母都不能照顾的孩子，可以领孤儿、事实无人抚养儿童的基本生活费：由监护人向户籍地乡镇（街道）提出，由县级民政部门确认。",
        "看到孩子没人管、受伤害，马上打110，或者告诉村（居）委会；也可以打12345。",
        "收养孩子，由收养人到县级以上民政部门登记，登记之日起收养成立。",
    ),
    basis=(
        "《关于加强孤儿保障工作的意见》（国办发〔2010〕54号）", "《未成年人保护法》第十一条",
        "《民法典》第一千一百零五条",
    ),
)  # fmt: skip
Situation.DISABILITY = Situation("disability", "残疾人服务", "wheelchair", ("残疾", "残疾证", "护理补贴"))
Situation.DEATH = Situation(
    "death", "有人去世了", "flag",
    ("去世", "死亡", "过世", "丧葬", "丧葬费", "火化", "火葬", "骨灰", "墓地", "办后事", "人没了"),
    told=(
        "先办死亡证明：在医院去世的，由医院开；在家里去世的，由乡镇卫生院或社区卫生服务机构开；非正常死亡的，由公安机关处理。",
        "凭死亡证明联系当地殡仪馆接运、火化，服务和收费都在殡仪馆公示；低保对象、特困人员等可以减免基本殡葬服务费。",
        "请告诉村（社区）或乡镇（街道）窗口，以后的待遇会停发，免得多领了再退。",
    ),
    basis=("《人口死亡医学证明和信息登记管理》（国卫规划发〔2013〕57号）", "《殡葬管理条例》"),
)  # fmt: skip
Situation.MARRIAGE = Situation(
    "marriage", "要结婚", "heart", ("结婚", "离婚", "领证", "婚姻登记", "结婚证", "离婚证"),
    told=(
        "结婚登记：男方满22周岁、女方满20周岁，双方本人带身份证到婚姻登记机关办理，当场发证，不收费。",
        "离婚登记：双方本人共同提出申请；三十天内任何一方都可以撤回，期满后三十天内双方再到同一登记机关领证。",
        "2025年5月10日起，全国任何一个婚姻登记机关都可以办，不用户口簿。",
    ),
    basis=("《民法典》第一千零四十七条、第一千零七十七条", "《婚姻登记条例》（2025年5月10日起施行）"),
)  # fmt: skip
Situation.LOST = Situation(
    "lost", "遇到急事难事", "alert-triangle",
    ("火灾", "着火", "水灾", "洪水", "车祸", "意外", "突发", "救急", "危难", "走失", "流浪", "没地方住"),
)  # fmt: skip
Situation.ORGANISATION = Situation(
    "organisation", "办社会组织", "building-community", ("协会", "社团", "基金会"),
)  # fmt: skip
Situation.OTHER_HELP = Situation(
    "other_help", "看病、上学、住房、找工作", "building-community",
    (
        "医疗救助", "医保", "教育救助", "助学", "学费", "上不起学", "住房", "公租房", "廉租房", "危房", "就业",
        "找工作", "失业", "下岗", "受灾", "遭灾",
    ),
    told=(
        "医疗、教育、住房、就业、受灾救助，分别由医保、教育、住房城乡建设、人力资源社会保障、应急管理部门办理。",
        "不用自己一个一个部门找：到乡镇（街道）的社会救助窗口说明困难，由窗口登记、转给有关部门，再把结果告诉您。",
        "已经是低保、特困人员的，先问窗口：有的救助直接给，不用再申请。",
    ),
    basis=("《社会救助法》第六十四条（2026年7月1日起施行）", "《社会救助暂行办法》第六十条"),
)  # fmt: skip
