"""What the shared templates draw, and what a page posts back."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.http import HttpResponse, QueryDict
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory

from minzheng.kernel.declare.forms import Choice, Form, IdNumber, Money, Number, Photo, Rows, Text, YesNo
from minzheng.kernel.errors import Mistake, Refused
from minzheng.ui import charts, elder, posted, shown, staged, tables
from tests.house import gallery

UI = Path(charts.__file__).parent
NUMBER = "220102190001010016"
HOSTILE = '"><script>alert(1)</script>'

FORM = Form(
    "toy", "样表",
    (
        Text("name", "姓名", help="与证件一致", basis="《社会救助法》第三十条"),
        IdNumber("id_number", "身份证号码"),
        Money("income", "收入"),
        Number("people", "人数", required=False),
        Choice("hukou", "户口", options={"rural": "农村", "urban": "城镇"}),
        Rows("members", "成员", least=1, most=3, of=(Text("name", "姓名"), Money("wage", "工资", required=False))),
        Photo("house", "照片", required=False),
        YesNo("promise", "我承诺属实", must=True),
    ),
)  # fmt: skip
POSTED = (
    "name=林溪&income=１２００.5&people=&hukou=rural&members-0-name=甲&members-2-name=乙&members-2-wage=30"
    "&members-5-name=&promise=true&csrfmiddlewaretoken=x"
)


def draw(source: str, **context: Any) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


class _Ids(HTMLParser):
    """Ids that are there, and ids that something points to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.there: list[str] = []
        self.wanted: set[str] = set()
        self.handlers: set[str] = set()
        self.scripts: list[dict[str, str | None]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id":
                self.there.append(value or "")
            if name in {"for", "aria-describedby", "aria-labelledby"}:
                self.wanted |= set((value or "").split())
            if name.startswith("on"):
                self.handlers.add(name)
        if tag == "script":
            self.scripts.append(dict(attrs))


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return {
        name: render_to_string(template, context) for name, (template, context) in gallery.sheets().items()
    }


def test_what_is_posted_is_what_the_form_checks():
    data = QueryDict(POSTED + f"&id_number={NUMBER}&house=12")
    answers = FORM.clean(posted.read_form(FORM, data))
    assert answers.plain["income"] == 120050
    assert answers.plain["members"] == [{"name": "甲"}, {"name": "乙", "wage": 3000}]
    assert answers.plain["house"] == 12
    assert answers.plain["promise"] is True
    assert "people" not in answers.plain
    assert answers.sealed == {"id_number": NUMBER}


def test_a_prefix_keeps_two_people_on_one_page_apart():
    data = QueryDict("member-0-name=甲&member-1-name=乙&member-1-members-0-name=丙")
    assert posted.read_form(FORM, data, "member-1-") == {"name": "乙", "members": [{"name": "丙"}]}


def test_a_row_is_added_and_removed_by_a_button_without_script():
    more = posted.read_form(FORM, QueryDict(POSTED + "&_add=members"))
    assert more["members"] == [{"name": "甲"}, {"name": "乙", "wage": "30"}, {}]
    less = posted.read_form(FORM, QueryDict(POSTED + "&_remove=members-2"))
    assert less["members"] == [{"name": "甲"}, {}]
    assert posted.changes_rows(QueryDict("_remove=members-2"))
    assert not posted.changes_rows(QueryDict(POSTED))


def test_no_more_rows_than_the_form_allows_are_added():
    full = QueryDict("members-0-name=a&members-1-name=b&members-2-name=c&_add=members")
    assert len(posted.read_form(FORM, full)["members"]) == 3


def test_an_error_in_a_row_stands_beside_its_box_and_leads_there():
    data = QueryDict(POSTED.replace("members-2-wage=30", "members-2-wage=many"))
    values = posted.read_form(FORM, data)
    with pytest.raises(Refused) as refused:
        FORM.clean(values)
    html = draw(
        "{% error_summary form errors %}{% form_fields form values errors typed=True %}",
        form=FORM, values=values, errors=refused.value.errors,
    )  # fmt: skip
    ids = _Ids(html)
    assert 'href="#f-members-1-wage"' in html
    assert {"f-members-1-wage", "f-members-1-wage-error"} <= set(ids.there)
    assert re.search(r'name="members-1-wage" value="many"[^>]*aria-invalid="true"', html)
    assert ids.wanted <= set(ids.there)


def test_help_and_error_are_tied_to_the_box_and_the_law_is_named():
    html = draw(
        "{% form_fields form values errors %}", form=FORM, values={}, errors={"name": "姓名：必填，请填写。"}
    )
    box = re.search(r'<input[^>]*id="f-name"[^>]*>', html)
    assert box is not None
    assert 'aria-describedby="f-name-help f-name-error"' in box[0]
    assert "依据 《社会救助法》第三十条" in html
    assert "姓名：必填，请填写。" in html


def test_a_number_on_file_is_never_written_into_a_page():
    html = draw("{% form_fields form values %}", form=FORM, values={"id_number": NUMBER, "income": 120050})
    assert NUMBER not in html
    assert "0016" in html
    assert "不改可留空" in html
    assert 'value="1200.50"' in html


def test_what_was_just_typed_comes_back_as_typed_and_harmless():
    html = draw(
        "{% form_fields form values typed=True %}", form=FORM, values={"id_number": HOSTILE, "name": HOSTILE}
    )
    assert "<script>" not in html
    assert html.count("&lt;script&gt;alert(1)") == 2


def test_every_kind_of_question_is_drawn(pages: dict[str, str]):
    for f in gallery.FORM.fields:
        assert f'id="f-{f.code}"' in pages["form"] or f'name="{f.code}"' in pages["form"], f.code
    assert 'capture="environment"' in pages["form"]
    assert 'name="_add" value="members"' in pages["form"]
    assert "__n__" in pages["form"]


@pytest.mark.parametrize("name", sorted(gallery.sheets()))
def test_a_page_has_landmarks_one_heading_and_no_script_of_its_own(pages: dict[str, str], name: str):
    page = pages[name]
    ids = _Ids(re.sub(r"<template.*?</template>", "", page, flags=re.S))
    assert '<html lang="zh-CN"' in page
    assert page.count("<h1>") == 1 or name == "states"
    assert '<main id="main"' in page
    assert 'class="mz-skip" href="#main"' in page
    assert not ids.handlers
    assert all("src" in one or one.get("type") == "application/json" for one in ids.scripts)
    assert len(ids.there) == len(set(ids.there)), "an id stands twice"
    assert ids.wanted <= set(ids.there)


def test_a_list_escapes_what_people_wrote_and_keeps_secondary_columns_apart():
    columns = [tables.Head("姓名"), tables.Head("金额", "money"), tables.Head("住址", secondary=True)]
    html = tables.table(columns, [tables.Row([HOSTILE, 123400, None], url="/x?a=1&b=2")], caption="名单")
    assert "<script>" not in html
    assert '<a href="/x?a=1&amp;b=2">' in html
    assert '<td data-label="金额" class="mz-num">1,234.00</td>' in html
    assert '<td class="mz-none mz-secondary">—</td>' in html, "what is empty is no line of a card on a phone"


@pytest.mark.parametrize(
    ("fen", "text"),
    [(0, "0.00"), (5, "0.05"), (123400, "1,234.00"), (-5, "-0.05"), (-100000, "-1,000.00"), (None, "—"), (True, "—")],
)  # fmt: skip
def test_fen_are_shown_as_yuan(fen: Any, text: str):
    assert shown.yuan(fen) == text


def test_days_are_shown_by_beijing_time():
    late = datetime(2026, 3, 15, 17, 3, tzinfo=UTC)
    assert shown.cn_datetime(late) == "2026年3月16日 01:03"
    assert shown.cn_date(late) == "2026年3月16日"
    assert shown.cn_date("2026-03-05") == shown.cn_date(date(2026, 3, 5)) == "2026年3月5日"
    assert shown.cn_date("never") == shown.cn_datetime("") == "—"


def test_a_browser_is_told_in_words():
    agents = {
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36 Edg/140.0": "Edge Windows",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) MicroMessenger/8.0": "微信 iPhone",
        "curl/8.0": "curl/8.0",
    }
    assert {said: shown.device(said) for said in agents} == agents


@pytest.mark.parametrize("state", ["green", "yellow", "red"])
def test_a_light_is_told_by_word_and_shape_not_colour_alone(state: str):
    others = [shown.light(one) for one in ("green", "yellow", "red") if one != state]
    mine = shown.light(state)
    shape = re.search(r"<svg.*?</svg>", mine)
    assert shape is not None
    assert re.sub("<[^>]*>", "", mine) in {"正常", "临近到期", "已超期"}
    assert all(shape[0] not in other for other in others)


def test_an_icon_that_was_not_fetched_leaves_its_words():
    assert staged.icon("no-such-icon") == ""
    assert staged.icon("../../settings", "密") == '<span class="mz-sr">密</span>'


def test_a_chart_stands_on_its_table_and_a_map_without_outlines_is_a_table():
    of = charts.Chart("c", "户数", "map", ["南关区"], [charts.Series("户", [12])], codes=["220102"])
    html = draw("{% chart of %}", of=of)
    assert 'data-label="户" class="mz-num">12</td>' in html
    assert "data-chart" not in html
    with_map = draw("{% chart of %}", of=charts.Chart(**{**vars(of), "map_url": "/static/map/x.json"}))
    assert "审图号 GS(2024)0650号" in with_map
    assert "示意图，不作为划界依据" in with_map
    assert '"codes": ["220102"]' in with_map


def test_a_chart_whose_series_do_not_fit_is_our_mistake():
    with pytest.raises(Mistake):
        charts.Chart("c", "户数", "bar", ["a", "b"], [charts.Series("户", [1])])


def test_large_font_mode_is_read_from_the_cookie_and_from_the_link():
    ask = RequestFactory()
    assert not elder.is_on(ask.get("/"))
    assert elder.is_on(ask.get("/?elder=1"))
    ask.cookies["elder"] = "1"
    assert elder.is_on(ask.get("/"))
    assert not elder.is_on(ask.get("/?elder=0"))
    answer = HttpResponse()
    elder.remember(answer, on=True)
    assert answer.cookies["elder"].value == "1"
    assert not answer.cookies["elder"]["httponly"]
    assert " data-elder>" in render_to_string("ui/portal.html", {"elder": True})
    assert " data-elder>" not in render_to_string("ui/portal.html", {"elder": False})


def test_the_link_to_the_other_size_keeps_the_question():
    request = RequestFactory().get("/list?q=林溪&page=2")
    assert draw("{% elder_url %}", request=request).endswith("page=2&amp;elder=1")


def test_a_finding_read_back_from_a_decision_names_its_article(pages: dict[str, str]):
    assert "依据 《最低生活保障审核确认办法》第十四条第一款" in pages["case"]
    assert "查看判断过程" in pages["case"]
    assert "由银行业金融机构提供" in pages["case"]


def test_styles_and_scripts_that_the_frame_names_are_there():
    frame = (UI / "templates" / "ui" / "base.html").read_text("utf-8")
    named = re.findall(r"static '([^']+)'", frame)
    assert len(named) >= 6
    assert [path for path in named if not finders.find(path)] == []


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(
    ("ink", "ground"),
    [(word, f"{word}-bg") for word in ("good", "warn", "bad", "info", "unknown", "neutral")]
    + [
        ("ink-3", "ground"),
        ("ink-3", "neutral-bg"),
        ("ink-2", "blue-50"),
        ("blue", "blue-100"),
        ("blue", "ground"),
    ],
)
def test_words_stand_out_from_their_ground(ink: str, ground: str):
    tokens = dict(re.findall(r"--mz-([\w-]+): (#[0-9a-f]{6})", (UI / "static/ui/ui.css").read_text("utf-8")))
    lighter, darker = sorted((_luminance(tokens[ink]), _luminance(tokens[ground])), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5
