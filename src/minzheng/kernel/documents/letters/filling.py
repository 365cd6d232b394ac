"""A letter's content is read from a mapping, checked against its shape, and printed in Chinese."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING
from datetime import date
from typing import Any, TypeVar

from minzheng.kernel.errors import Refused
from minzheng.kernel.people.sealing import Opened

from .numerals import money_in_figures, money_in_words

__all__ = ["as_json", "build", "printed"]

T = TypeVar("T")


def build(shape: type[T], data: Mapping[str, Any] | T, *, name: str) -> T:
    """The letter's content, complete and of the right kinds, or a refusal that lists what is wanting."""
    given = as_json(data) if dataclasses.is_dataclass(data) else data
    if not isinstance(given, Mapping):
        raise Refused("letter_data", f"{name}的内容应当按栏目填写。", letter=name)
    fields = {one.name: one for one in dataclasses.fields(shape)}  # type: ignore[arg-type]
    if unknown := sorted(set(given) - set(fields)):
        message = f"{name}没有这些栏目：{'、'.join(unknown)}。请核对栏目名称。"
        raise Refused("letter_data_unknown", message, unknown=unknown)
    required = [one for one in fields.values() if one.default is MISSING]
    if lacking := [one for one in required if _blank(given.get(one.name))]:
        labels = "、".join(one.metadata["label"] for one in lacking)
        message = f"{name}缺少：{labels}。请补全后再出具。"
        raise Refused("letter_data_missing", message, missing=[one.name for one in lacking])
    hints = typing.get_type_hints(shape)
    values = {
        key: _read(hints[key], given[key], f"{name}的“{one.metadata['label']}”")
        for key, one in fields.items()
        if given.get(key) is not None
    }
    return shape(**values)


def as_json(content: Any) -> Any:
    """The content as it is stored: days in ISO form, tuples as lists."""
    if dataclasses.is_dataclass(content) and not isinstance(content, type):
        return {one.name: as_json(getattr(content, one.name)) for one in dataclasses.fields(content)}
    if isinstance(content, (list, tuple)):
        return [as_json(one) for one in content]
    return content.isoformat() if isinstance(content, date) else content


def printed(content: Any) -> Any:
    """The content as it is read: days and money in Chinese."""
    if dataclasses.is_dataclass(content) and not isinstance(content, type):
        return {
            one.name: _money(getattr(content, one.name))
            if one.metadata.get("money")
            else printed(getattr(content, one.name))
            for one in dataclasses.fields(content)
        }
    if isinstance(content, (list, tuple)):
        return [printed(one) for one in content]
    return f"{content.year}年{content.month}月{content.day}日" if isinstance(content, date) else content


def _money(fen: int) -> dict[str, str]:
    return {"figures": money_in_figures(fen), "words": money_in_words(fen)}


def _blank(value: Any) -> bool:
    return value is None or value in ([], ()) or (isinstance(value, str) and not value.strip())


def _read(kind: Any, value: Any, where: str) -> Any:
    """One value of the kind the shape declares."""
    if isinstance(kind, types.UnionType):
        kind = next(one for one in typing.get_args(kind) if one is not type(None))
    if typing.get_origin(kind) is tuple:
        if not isinstance(value, (list, tuple)):
            raise Refused("letter_data_kind", f"{where}应当逐条列出。")
        inner = typing.get_args(kind)[0]
        return tuple(_read(inner, one, where) for one in value)
    if dataclasses.is_dataclass(kind):
        return build(typing.cast("type[Any]", kind), value, name=where)
    if kind is date and isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise Refused("letter_data_kind", f"{where}不是有效的日期。") from None
    if kind is str and isinstance(value, Opened):
        return str(value)
    if type(value) is not kind:
        words = {str: "文字", int: "整数", date: "日期", bool: "是或否"}
        raise Refused("letter_data_kind", f"{where}应当是{words.get(kind, '规定的内容')}。")
    return value
