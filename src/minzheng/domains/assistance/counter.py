"""What brings people to the window, in the order in which a township sends them on; who hears what they say of it."""

from __future__ import annotations

from minzheng.kernel.declare import Counter, Department, Listening, Need

from .roles import CLERK, COUNTY_APPROVER, TOWNSHIP_APPROVER

__all__ = ["COUNTER", "LISTENING"]

LISTENING = Listening(
    answered_by=(TOWNSHIP_APPROVER,), overseen_by=(COUNTY_APPROVER,), taken_by=(CLERK, COUNTY_APPROVER)
)

COUNTER = Counter(
    needs=(
        Need("emergency", "遇到火灾、事故、突发重病等急难", ("first_aid", "temporary"), ("emergency",)),
        Need("alone", "无劳动能力、无生活来源、无人赡养抚养", ("tekun",)),
        Need("income", "收入低，基本生活困难", ("dibao",), ("jobs",)),
        Need("property", "收入略高于低保，或者家里有些财产", ("edge",)),
        Need("spending", "看病、上学等必需支出太大", ("temporary",), ("medical", "education")),
        Need("health", "家人有重病、慢性病", ("dibao",), ("medical",)),
        Need("work", "能劳动，找不到工作", (), ("jobs",)),
        Need("school", "孩子上学有困难", (), ("education",)),
        Need("housing", "住房危旧或者没有住房", (), ("housing",)),
        Need("disability", "家人残疾，需要康复、辅具", (), ("disabled",)),
        Need("disaster", "遭受自然灾害", ("temporary",), ("emergency",)),
        Need("charity", "政策之外还需要帮助", (), ("charity",)),
    ),
    departments=(
        Department("medical", "医疗保障部门", "医疗救助、参保资助"),
        Department("education", "教育部门", "教育救助、学费减免"),
        Department("housing", "住房城乡建设部门", "住房保障、危房改造"),
        Department("jobs", "人力资源社会保障部门", "就业援助、技能培训"),
        Department("emergency", "应急管理部门", "受灾人员救助"),
        Department("disabled", "残疾人联合会", "康复救助、辅助器具适配"),
        Department("charity", "慈善组织", "慈善帮扶"),
    ),
    coordinated_by=(COUNTY_APPROVER,),
)
