"""Sample pages with invented figures, to look at: python -m tests.house.gallery FOLDER, then serve the folder."""

# ruff: noqa: E501
from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from minzheng.kernel.declare.forms import (
    Account,
    Choice,
    Day,
    Form,
    IdNumber,
    Money,
    Number,
    Phone,
    Photo,
    Rows,
    Text,
    YesNo,
)  # fmt: skip
from minzheng.ui.charts import Chart, Series
from minzheng.ui.tables import Head, Row

NOW = datetime(2026, 3, 15, 6, 3, tzinfo=UTC)
ARTICLE = {
    "instrument": "DB-2021",
    "title": "最低生活保障审核确认办法",
    "number": 14,
    "paragraph": 1,
    "item": None,
}

MENU = [
    {"label": "我的任务", "url": "#", "icon": "list-check", "active": True, "count": 7},
    {"label": "一门受理", "url": "#", "icon": "clipboard-list"},
    {"label": "走访", "url": "#", "icon": "map-pin"},
    {"label": "台账", "url": "#", "icon": "database"},
    {"label": "资金发放", "url": "#", "icon": "wallet"},
    {"label": "抽查", "url": "#", "icon": "search"},
    {"label": "看板", "url": "#", "icon": "chart-bar"},
    {"label": "标准与期限", "url": "#", "icon": "scale"},
]
PORTAL_MENU = [
    {"label": "首页", "url": "#", "icon": "home", "active": True},
    {"label": "找服务", "url": "#", "icon": "search"},
    {"label": "我的事项", "url": "#", "icon": "file-text"},
    {"label": "我的", "url": "#", "icon": "user"},
]
ME = {
    "name": "周禾", "post": "乡镇调查员", "place": "南关区示范镇",
    "links": [{"label": "乡镇窗口受理员 · 示范镇", "url": "#"}, {"label": "修改密码", "url": "#", "icon": "key"}],
}  # fmt: skip
STEPS = [
    {"label": "申请", "state": "done", "note": "3月2日"},
    {"label": "受理", "state": "done", "note": "3月3日"},
    {"label": "核对", "state": "done", "note": "3月9日"},
    {"label": "入户调查", "state": "now", "note": "3月17日前"},
    {"label": "公示", "state": "next"},
    {"label": "确认", "state": "next"},
    {"label": "送达", "state": "next"},
]
TILES = [
    {"label": "家里有困难", "text": "低保、特困、临时救助", "icon": "home-heart", "url": "#"},
    {"label": "老人要照料", "text": "补贴、养老机构、助餐", "icon": "heart-handshake", "url": "#"},
    {"label": "孩子需要保护", "text": "孤儿、事实无人抚养、留守", "icon": "baby-carriage", "url": "#"},
    {"label": "残疾人服务", "text": "两项补贴、康复辅具", "icon": "wheelchair", "url": "#"},
    {"label": "有人去世了", "text": "殡葬服务、惠民减免", "icon": "flag", "url": "#"},
    {"label": "要结婚", "text": "预约登记、补领证件", "icon": "heart", "url": "#"},
]
STATS = [
    {"label": "待办", "value": "7", "unit": "件", "icon": "inbox", "note": "今天新增 2 件"},
    {"label": "临近到期", "value": "2", "unit": "件", "icon": "clock", "note": "2 个工作日内", "kind": "warn"},
    {"label": "已超期", "value": "1", "unit": "件", "icon": "calendar-due", "note": "超期 1 天", "kind": "bad", "url": "#"},
    {"label": "本月办结", "value": "1,284", "unit": "件", "icon": "circle-check", "note": "按期 99.2 %", "kind": "good"},
]  # fmt: skip
FILTERS = [
    {"name": "q", "label": "姓名、办件编号或住址", "kind": "text", "placeholder": "例：林溪"},
    {"name": "state", "label": "状态", "kind": "choice", "value": "open", "options": [("open", "办理中"), ("done", "已办结")]},
    {"name": "step", "label": "步骤", "kind": "choice", "options": [("visit", "入户调查"), ("post", "公示")]},
    {"name": "from", "label": "受理日起", "kind": "day"},
]  # fmt: skip
FORM = Form(
    "application", "最低生活保障申请",
    (
        Text("name", "申请人姓名", longest=50, example="林溪", help="与身份证上的姓名一致。"),
        IdNumber("id_number", "身份证号码", basis="《最低生活保障审核确认办法》第七条"),
        Phone("phone", "联系电话", help="办理结果会用短信告诉您。"),
        Choice("hukou", "户口类型", options={"rural": "农村", "urban": "城镇"}),
        Choice("reason", "困难的主要原因", options={str(n): t for n, t in enumerate(["重病", "残疾", "年老", "失业", "上学", "灾害", "其他"])}),
        Money("income", "家庭上月收入合计", example="1200", basis="《社会救助法》第十四条"),
        Number("people", "共同生活的人数"),
        Day("since", "从哪天起生活困难", required=False),
        YesNo("vehicle", "家里有没有机动车", help="摩托车、残疾人代步车不算。"),
        Text("story", "家庭情况说明", lines=4, longest=500, required=False),
        Rows("members", "共同生活的家庭成员", help="一人一行，不含申请人。", most=8, of=(
            Text("name", "姓名", longest=50), Day("born", "出生日期"), Money("wage", "月收入", required=False),
            Choice("tie", "与申请人关系", options={"spouse": "配偶", "child": "子女", "parent": "父母"}),
        )),
        Account("account", "收款银行账号", required=False),
        Photo("house", "住房照片", required=False, help="拍清楚房屋正面即可。"),
        YesNo("promise", "我承诺以上内容属实，愿意接受核对。", must=True, basis="《最低生活保障审核确认办法》第九条"),
    ),
)  # fmt: skip
VALUES: dict[str, Any] = {
    "name": "林溪", "id_number": "220102190001010016", "hukou": "rural", "income": 120050, "people": "三个", "vehicle": False,
    "story": "去年冬天生病住院，家里没有其他劳动力。",
    "members": [{"name": "林小满", "born": "2012-05-01", "tie": "child"}, {"name": "周禾", "wage": 80000}],
}  # fmt: skip
ERRORS = {
    "phone": "联系电话：必填，请填写。",
    "people": "共同生活的人数：应填整数。",
    "members-1-born": "出生日期：必填，请填写。",
    "promise": "我承诺以上内容属实，愿意接受核对。：须确认后才能继续。",
}


def _figure(title: str, text: str, source: str) -> dict[str, str]:
    return {"title": title, "text": text, "source": source}


def _line(
    title: str, text: str, source: str, *children: Any, outcome: str = "", because: str = ""
) -> dict[str, Any]:
    return {
        "title": title, "text": text, "source": source, "outcome": outcome or None, "because": because,
        "children": list(children),
    }  # fmt: skip


INCOME = _line(
    "家庭月人均收入低于低保标准", "", "《最低生活保障审核确认办法》第十四条",
    _line("家庭月人均收入", "738.66 元", "系统按规则计算",
          _line("家庭月收入合计", "2,216.00 元", "系统按规则计算"), _line("共同生活的人数", "3 人", "申请书")),
    _line("当地低保标准", "740.00 元", "南关区 2026 年标准（南关区，2026-01-01 起，法规）"),
    outcome="met", because="家庭月人均收入 738.66 元，低于当地低保标准 740.00 元",
)  # fmt: skip
FINDINGS = [
    ({"title": "家庭月人均收入低于低保标准", "outcome": "met", "because": INCOME["because"], "article": ARTICLE, "missing": [],
      "figures": [_figure("家庭月人均收入", "738.66 元", "系统按规则计算"), _figure("当地低保标准", "740.00 元", "南关区 2026 年标准")]}, INCOME),
    ({"title": "名下没有超出规定的机动车", "outcome": "not_met", "because": "查询到小型轿车 1 辆，超过允许的 0 辆", "article": ARTICLE, "missing": [],
      "figures": [_figure("机动车", "1 辆", "公安交管部门，2026-03-09 查询"), _figure("允许的数量", "0 辆", "吉林省 2024 年规定")]}, None),
    ({"title": "家庭财产不超过规定限额", "outcome": "unknown", "because": "缺少银行存款余额，尚不能判断", "article": ARTICLE, "figures": [],
      "missing": [{"title": "银行存款余额", "supplied_by": "银行业金融机构"}]}, None),
]  # fmt: skip
DOCUMENTS = [
    {"label": "受理通知书", "note": "PDF · 86 KB · 3月3日", "url": "#"},
    {"label": "核对报告", "note": "PDF · 120 KB · 3月9日", "url": "#"},
]
EVENTS = [
    {"at": NOW, "title": "核对报告返回", "by": "县核对中心 · 自动", "text": "发现机动车 1 辆，需当事人说明。", "kind": "warn", "icon": "alert-triangle"},
    {"at": "2026-03-03T09:30:00+08:00", "title": "受理", "by": "周禾 · 乡镇窗口受理员", "kind": "good", "icon": "check"},
    {"at": "2026-03-02T16:05:00+08:00", "title": "提交申请", "by": "林溪 · 申请人", "kind": "info"},
]  # fmt: skip
COLUMNS = [
    Head("申请人"), Head("事项"), Head("步骤"), Head("期限"), Head("受理日", "day", secondary=True),
    Head("住址", secondary=True), Head("拟发金额", "money"),
]  # fmt: skip


def _tasks() -> list[Row]:
    from minzheng.ui.shown import light

    states = [
        ("red", "超期 1 天"),
        ("yellow", "剩 1 个工作日"),
        ("yellow", "剩 2 个工作日"),
        ("green", "剩 6 个工作日"),
    ]
    names = ["林溪", "周禾", "欧阳小满", "陈一鸣", "吴桐", "赵田", "孙禾禾"]
    return [
        Row(
            [name, "最低生活保障", ("入户调查", "公示", "受理")[place % 3], light(*states[min(place, 3)]),
             f"2026-03-{9 + place:02d}", f"示范镇第{place + 1}村", None if place % 3 == 2 else 38400 * (place + 1)],
            url="#",
        )
        for place, name in enumerate(names)
    ]  # fmt: skip


def _charts(outlines: Path | None, map_url: str) -> list[Chart]:
    places = []
    if outlines:
        places = [one["properties"] for one in json.loads(outlines.read_text("utf-8"))["features"]]
    names = [one["name"] for one in places] + ["净月开发区"]
    values: list[int | None] = [None if n == 5 else 300 + (n * 977) % 4100 for n in range(len(names))]
    months = [f"{m}月" for m in range(1, 13)]
    return [
        Chart("map", "各县（市、区）在保人数", "map", names, [Series("在保人数", values)], unit="人",
              codes=[one["code"] for one in places] + ["220171"], map_url=map_url),
        Chart("cities", "各市（州）本月新增与退出", "bar", ["长春", "吉林", "四平", "辽源", "通化", "白山", "松原", "白城", "延边"],
              [Series("新增", [120, 98, 45, 30, 41, 28, 66, 52, 60]), Series("退出", [80, 102, 40, 22, 39, 31, 50, 49, 45])], unit="户", axis="市（州）"),
        Chart("line", "按期办结率", "line", months, [Series("2025 年", [96, 97, 97, 98, 98, 97, 99, 98, 99, 99, 98, 99]),
              Series("2026 年", [98, 99, 99, *[None] * 9])], unit="%", axis="月份", summary="2026 年前三个月均高于上年同期。"),
    ]  # fmt: skip


def sheets() -> dict[str, tuple[str, dict[str, Any]]]:
    """Name of the sheet, its template and what fills it."""
    from django.contrib.staticfiles import finders

    from minzheng.ui import staged

    path = finders.find("map/jilin_counties.json")
    desk = {"door": "ui/desk.html", "menu": MENU, "me": ME, "place_name": "南关区示范镇"}
    portal = {"door": "ui/portal.html", "menu": PORTAL_MENU, "signin_url": "#"}
    crumbs = [("我的任务", "#"), ("最低生活保障", "#"), ("林溪", "")]
    common = {
        "stats": STATS,
        "steps": STEPS,
        "findings": FINDINGS,
        "events": EVENTS,
        "documents": DOCUMENTS,
        "now": NOW,
    }
    form = {"form": FORM, "values": VALUES, "errors": ERRORS}
    filled: dict[str, tuple[str, dict[str, Any]]] = {
        "list": ("gallery", desk | {"header": {"title": "我的任务", "lead": "按到期日排列，最急的在前。", "actions": [
            {"label": "导出 Excel", "url": "#", "icon": "file-spreadsheet"}]},
            "filters": FILTERS, "columns": COLUMNS, "rows": _tasks()}),
        "case": ("gallery", desk | {"header": {"title": "林溪家庭最低生活保障申请", "crumbs": crumbs, "lead": "办件编号 SA-2026-000017 · 3 人 · 示范镇第一村",
            "actions": [{"label": "打印", "url": "#", "icon": "printer"}]},
            "facts": [("申请人", "林溪"), ("身份证号码", "220102********0016"), ("户籍", "示范镇第一村"), ("申请方式", "村级协理员代办"), ("受理日", "2026-03-03"), ("法定期限", "2026-04-15")],
            "members": ([Head("姓名"), Head("关系"), Head("年龄", "number"), Head("月收入", "money")],
                        [Row(["林溪", "本人", 41, 141600]), Row(["周禾", "配偶", 39, 80000]), Row(["林小满", "子女", 13, 0])])}),
        "form": ("gallery", portal | form | {"typed": False, "header": {"title": "最低生活保障申请", "crumbs": [("家里有困难", "#"), ("最低生活保障", "#"), ("申请", "")]}}),
        "board": ("gallery", desk | {"header": {"title": "全省低保看板", "lead": "数据截至 2026 年 3 月"}, "charts": _charts(Path(str(path)) if path else None, staged.url("map/jilin_counties.json"))}),
        "home": ("gallery", portal | {"tiles": TILES}),
        "states": ("gallery", desk | {"header": {"title": "状态与提示"}, "pages": [{"label": "1", "url": "#"}, {"label": "2", "active": True}, {"label": "…"}, {"label": "4", "url": "#"}]}),
        "confirm": ("confirm", desk | {"title": "确认给予最低生活保障？", "text": "确认后向申请人送达决定书，从下月起发放。", "back_url": "#",
            "facts": [("申请人", "林溪"), ("每月金额", "384.00 元"), ("起发月份", "2026年4月")], "warning": "作出后不能撤回，只能依法变更。", "confirm_label": "确认并送达"}),
    }  # fmt: skip
    return {
        name: (f"ui/{template}.html", common | context | {"sheet": name})
        for name, (template, context) in filled.items()
    }


def _write(folder: Path) -> None:
    from django.contrib.staticfiles import finders
    from django.template.loader import render_to_string

    for finder in finders.get_finders():
        for path, storage in finder.list([]):
            target = folder / "static" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.unlink(missing_ok=True)
            target.symlink_to(Path(storage.path(path)).resolve())
    for name, (template, context) in sheets().items():
        for suffix, large in (("", False), ("-elder", True)):
            page = render_to_string(template, context | {"elder": large})
            (folder / f"{name}{suffix}.html").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "minzheng.config.settings")
    django.setup()
    _write(Path(sys.argv[1]))
