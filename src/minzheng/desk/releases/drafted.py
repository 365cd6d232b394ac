"""What a draft says, value by value beside what it replaces, and the sheet on which its drafter writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from minzheng.desk.sheets import Sent, Sheet
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.paths import level_of
from minzheng.kernel.areas.queries import in_force, names
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Choice, Day, Field, Form, Money, Number, Text, YesNo
from minzheng.kernel.errors import Refused
from minzheng.kernel.law.units import UNITS, Kind
from minzheng.kernel.releases import actions, queries, values
from minzheng.kernel.releases.models import Release, ReleaseValue
from minzheng.ui.shown import badge, iso_day
from minzheng.ui.tables import Head, Row

from .floors import Doubt
from .known import is_standard
from .reach import change, read_value, seen, value_in_words

__all__ = ["columns", "picker", "rows", "sheet"]

_COLUMNS = (
    Head("参数"),
    Head("地区"),
    Head("新值", "choice"),
    Head("原值", "choice"),
    Head("变化", "number"),
)
_STEP = "　"
_STANDARDS = ""


def columns(*, checked: bool, removes: bool) -> list[Head]:
    """The heads of the table: what is published is no longer held against anything."""
    return [*_COLUMNS, *([Head("核对")] if checked else []), *([Head("删去", "choice")] if removes else [])]


def rows(found: list[ReleaseValue], doubts: dict[int, list[Doubt]] | None, *, removes: bool) -> list[Row]:
    """The values of the draft; the drafter finds a button beside each."""
    places = names({one.path for one in found} | {one.before_path for one in found if one.before_path})
    lines = []
    for one in found:
        cells: list[Any] = [
            one.title or one.key,
            places[one.path],
            format_html("<b>{}</b>", value_in_words(one.key, one.value, one.unit)),
            _before(one, places),
            change(one.before, one.value, one.unit),
        ]
        cells += [_told(doubts.get(one.pk, []))] if doubts is not None else []
        lines.append(Row([*cells, _remove(one, places[one.path])] if removes else cells))
    return lines


def _before(one: ReleaseValue, places: dict[str, str]) -> SafeString | str:
    if not one.before:
        return badge("没有登记", "unknown")
    whose = places.get(one.before_path, "全国") if one.before_path else "全国"
    return format_html(
        '<div>{}<br><small title="{}">{}标准，{} 起</small></div>',
        value_in_words(one.key, one.before, one.unit), one.before_source, whose, iso_day(one.before_from),
    )  # fmt: skip


def _told(doubts: list[Doubt]) -> SafeString:
    if not doubts:
        return badge("没有问题", "good")
    said = (format_html("{} <small>{}</small>", badge(one.text, one.kind), one.more) for one in doubts)
    return format_html("<div>{}</div>", format_html_join("<br>", "{}", ((one,) for one in said)))


def _remove(one: ReleaseValue, place: str) -> SafeString:
    label = f"删去 {one.title or one.key}（{place}）"
    return format_html(
        '<button class="mz-btn mz-btn-quiet" type="submit" form="sheet-remove" name="value" value="{}"'
        ' aria-label="{}">删去</button>',
        one.pk, label,
    )  # fmt: skip


def picker(of: Release, asked: dict[str, str]) -> list[dict[str, Any]]:
    """Which place, and which parameter; a standard is written for urban and rural at once."""
    places = [(path, name) for path, name in _places(of.path).items()]
    listed = queries.offered(of)
    others = [(one.key, one.title) for one in listed if not is_standard(one.key)]
    bar: list[dict[str, Any]] = []
    if len(places) > 1:
        bar.append(
            {
                "name": "place",
                "label": "填写哪个地区",
                "kind": "pick",
                "value": asked["place"],
                "options": places,
            }
        )
    first = [(_STANDARDS, "保障标准")] if any(is_standard(one.key) for one in listed) else []
    options = [*first, *sorted(others, key=lambda one: one[1])]
    bar.append(
        {
            "name": "parameter",
            "label": "填写什么",
            "kind": "pick",
            "value": asked["parameter"],
            "options": options,
        }
    )
    return bar


def sheet(of: Release, by: Actor, asked: dict[str, str]) -> Sheet | None:
    """The values of one place, in the units in which people write them."""
    place, parameter = asked["place"] or of.path, asked["parameter"]
    offered = [one for one in queries.offered(of, path=place) if _wanted(one.key, parameter)]
    if not offered or place not in _places(of.path):
        return None
    optional = len(offered) > 1
    form = Form("values", "填写数值", tuple(_field(one, optional=optional) for one in offered))
    kept = {one.key: one for one in of.values.filter(path=place)}
    made = Sheet("values", form, _write(of, by, form, place, offered), submit="保存数值", version=of.version)
    made.values = {key: _typed(one) for key, one in kept.items()}
    return made


def _wanted(key: str, parameter: str) -> bool:
    return key == parameter if parameter else is_standard(key)


def _places(root: str) -> dict[str, str]:
    """The place of the release and every city and county in it."""
    found = in_force().filter(level__lte=int(Level.COUNTY), path__startswith=root).order_by("path")
    rows = list(found.values_list("path", "name"))
    return {path: _STEP * (path.count("/") - root.count("/")) + name for path, name in rows if level_of(path)}


def _field(one: queries.Offered, *, optional: bool) -> Field:
    unit = UNITS[one.unit]
    now = f"现行 {one.now.in_words()}（{iso_day(one.now.from_)} 起）" if one.now else "现在没有登记"
    said: dict[str, Any] = {"required": not optional, "help": now}
    label = f"{one.title}（{unit.suffix}）" if unit.suffix else one.title
    match unit.kind:
        case Kind.FEN:
            return Money(one.key, label, **said)
        case Kind.COUNT:
            return Number(one.key, label, **said)
        case Kind.BOOLEAN:
            return YesNo(one.key, label, **said)
        case Kind.DATE:
            return Day(one.key, label, future=True, **said)
        case Kind.CODE:
            words = values.before().words(one.key)
            return Choice(
                one.key, label, options={code: words.get(code, code) for code in one.options}, **said
            )
        case _:
            said["help"] += "。写成小数或分数，如 0.70 或 1/3"
            return Text(one.key, label, longest=20, **said)


def _typed(one: ReleaseValue) -> Any:
    """A kept value as its field shows it."""
    value = read_value(one.value, one.unit)
    return value if isinstance(value, bool | int) else one.value


def _write(
    of: Release, by: Actor, form: Form, place: str, offered: list[queries.Offered]
) -> Callable[[Sent], str]:
    def do(sent: Sent) -> str:
        answers = {
            key: value for key, value in form.clean(sent.answers).plain.items() if value not in (None, "")
        }
        if not seen(of, sent, by):
            return ""
        if not answers:
            raise Refused("release_empty", "还没有填写数值。请至少填写一项。", field=offered[0].key)
        for number, (key, value) in enumerate(answers.items()):
            text = str(value).lower() if isinstance(value, bool) else str(value)
            try:
                actions.change_value(
                    release=of, parameter=key, value=text, path=place, by=by, key=f"{sent.key}-{number}"
                )
            except Refused as error:
                raise Refused(error.code, error.message, field=key) from error
        return "数值已保存。请核对后试算。"

    return do
