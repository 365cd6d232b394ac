"""What is asked about a house when it is entered, and about one bed in it; the same at the desk and line by line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Answers, Choice, Day, Form, Text, YesNo
from minzheng.kernel.errors import Refused

from .duties import Declared
from .furnishing import open_beds
from .models import Bed, Facility
from .registering import register

__all__ = ["PLACED", "bed_form", "enter", "enter_bed", "form_of", "position_of"]

PLACED = (
    Text(
        "lat",
        "纬度",
        required=False,
        longest=12,
        example="44.430000",
        help="登记后计入服务圈，居民也能看到远近",
    ),
    Text("lon", "经度", required=False, longest=12, example="125.180000"),
)


def form_of(declared: Declared, places: Mapping[str, str]) -> Form:
    """A house of this sort in one of these townships."""
    item = declared.item
    return Form(
        "register", f"登记{item.label}",
        (
            Text("name", "名称", longest=80), Text("uscc", "统一社会信用代码", longest=24, help="18位，对照证书填写。"),
            Choice("kind", "种类", options=item.kinds), Choice("ownership", "所有制", options=item.ownerships),
            Choice("path", "所在乡镇（街道）", options=places), Text("address", "地址", longest=120), *PLACED,
            Text("representative", "法定代表人", longest=40), Text("phone", "联系电话", required=False, longest=30),
            Text("operator", "运营方", required=False, longest=80, help="公建民营等委托运营的填写"), *_able(declared),
            *item.details.fields,
        ),
    )  # fmt: skip


def _able(declared: Declared) -> tuple[YesNo, ...]:
    return tuple(
        YesNo(f"f_{code}", f"功能：{label}", required=False)
        for code, label in declared.item.functions.items()
    )


def position_of(given: Mapping[str, Any]) -> tuple[Decimal, Decimal] | None:
    """Latitude and longitude as typed, both or neither."""
    texts = [str(given.get(name) or "").strip() for name in ("lat", "lon")]
    if not any(texts):
        return None
    try:
        lat, lon = (Decimal(text).quantize(Decimal("0.000001")) for text in texts)
    except ArithmeticError:
        lat = lon = Decimal(999)
    if not abs(lat) <= 90 or not abs(lon) <= 180:
        raise Refused("place_wrong", "定位数据有误。请按小数度填写纬度和经度，如 44.430000。", field="lat")
    return lat, lon


def enter(declared: Declared, given: Answers, *, by: Actor, key: str | None = None) -> Facility:
    """The house that was told of."""
    plain = given.plain
    made: Facility = register(
        declared.code, kind=plain["kind"], ownership=plain["ownership"], name=plain["name"], uscc=plain["uscc"],
        path=plain["path"], address=plain["address"], representative=plain["representative"],
        phone=plain.get("phone") or "", operator=plain.get("operator") or "",
        functions=tuple(code for code in declared.item.functions if plain.get(f"f_{code}")),
        position=position_of(plain), details=declared.item.details.raw(plain), by=by, key=key,
    )  # fmt: skip
    return made


def bed_form(houses: Mapping[str, str], kinds: Mapping[str, str]) -> Form:
    """One bed in one of these houses."""
    return Form(
        "open_bed", "增设床位",
        (
            Choice("facility", "机构", options=houses), Text("room", "房间", longest=20),
            Text("number", "床号", longest=10), Choice("kind", "床位类型", options=kinds), Day("on", "启用日期"),
            Text("evidence", "认定依据", required=False, longest=200),
        ),
    )  # fmt: skip


def enter_bed(given: Answers, *, by: Actor, key: str | None = None) -> Bed | None:
    """The bed that was told of; nothing where it was opened by the same click before."""
    plain = given.plain
    made = open_beds(
        facility=Facility.objects.get(pk=int(plain["facility"])), room=plain["room"], numbers=[plain["number"]],
        kind=plain["kind"], on=date.fromisoformat(plain["on"]), evidence=plain.get("evidence") or "", by=by, key=key,
    )  # fmt: skip
    return made[0] if made else None
