"""What was told of the plan and asked of it: problems, opinions by topic, a change of a target not agreed to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.documents.models import Document
from minzheng.kernel.plans import adjusting, concerns
from minzheng.kernel.plans.duties import Plan

__all__ = ["concern", "refused_change", "still_open"]

# Topic, channel, target, how many days ago, what was said.
_VOICES = (
    ("elder", "hotline", "T056", 6, "福利中心的浴室排队时间长，希望周末也开放"),
    ("funeral", "letter", "T084", 9, "乡里的公益性公墓什么时候可以使用"),
    ("marriage", "website", "T093", 3, "登记处的自助拍照设备经常停用"),
)


def concern(plan: Plan, actors: Mapping[str, Actor]) -> None:
    """A problem that was told and solved, and what somebody said."""
    county: Any = actors["plan_county"]
    path = county.posts[0].path
    with clock.frozen(date(2023, 5, 22)):
        problem = concerns.report_problem(
            plan=plan, target="T085", path=path, kind="land", major=False, text="殡仪馆新址的建设用地指标没有落实",
            remedy="提请县政府协调，用地指标列入下一批次", found_on=date(2023, 5, 18), due_on=date(2023, 9, 30),
            by=county,
        )  # fmt: skip
        voice = concerns.receive_opinion(
            plan=plan, path=path, topic="elder", channel="hotline", target="T058",
            received_on=date(2023, 5, 19), text="村里的互助站点冬天没有取暖，希望解决", by=county,
        )  # fmt: skip
    with clock.frozen(date(2023, 5, 30)):
        concerns.reply(plan=plan, opinion=voice, text="已列入取暖改造计划，十月底前完成", by=county)
    with clock.frozen(date(2023, 9, 12)):
        concerns.close_problem(plan=plan, problem=problem, closing="用地指标已批复", by=county)


def refused_change(plan: Plan, actors: Mapping[str, Actor], paper: Callable[[str, Actor], Document]) -> None:
    """Asked for before the target was due, looked at, put to 发展改革委, and not agreed to."""
    owner, planner = actors["plan_reporter"], actors["planner"]
    with clock.frozen(date(2024, 3, 4)):
        made = adjusting.file(
            plan=plan, target="T065", ground="policy", reason="部分项目用地政策调整，建设周期延长",
            impact="少建两个综合体", new_value=Decimal(8), evidence=paper("用地政策文件", owner), by=owner,
        )  # fmt: skip
    with clock.frozen(date(2024, 3, 15)):
        opinion = paper("专家和第三方意见", planner)
        made = adjusting.review(plan=plan, adjustment=made, expert=opinion, by=planner)
    with clock.frozen(date(2024, 4, 19)):
        opinion = paper("省发展改革委书面意见", planner)
        made = adjusting.consult(plan=plan, adjustment=made, opinion=opinion, by=planner)
    with clock.frozen(date(2024, 5, 8)):
        adjusting.decide(
            plan=plan,
            adjustment=made,
            approved=False,
            minutes="演示厅党组会〔2024〕9号",
            by=actors["plan_decider"],
        )


def still_open(plan: Plan, actors: Mapping[str, Actor]) -> None:
    """A problem of this month, and opinions on several topics, one of them answered."""
    county: Any = actors["plan_county"]
    path, today = county.posts[0].path, clock.today()
    concerns.report_problem(
        plan=plan, target="T056", path=path, kind="money", major=False, text="两家福利中心的助浴改造资金没有到位",
        remedy="列入下一批福彩公益金项目", found_on=today - timedelta(days=2), due_on=today + timedelta(days=90),
        by=county,
    )  # fmt: skip
    for topic, channel, target, ago, text in _VOICES:
        voice = concerns.receive_opinion(
            plan=plan, path=path, topic=topic, channel=channel, target=target, text=text, by=county,
            received_on=today - timedelta(days=ago),
        )  # fmt: skip
        if topic == "marriage":
            concerns.reply(plan=plan, opinion=voice, text="设备已经维修，恢复使用", by=county)
