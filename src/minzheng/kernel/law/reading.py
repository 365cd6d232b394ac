"""Parameter and case files are YAML, read strictly: what could be misread is refused with the line.

YAML 1.1 reads a key ``on:`` as true, a code ``NO`` as false and lets a repeated key win silently.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from minzheng.kernel.errors import Refused

__all__ = ["only_keys", "read_file", "read_yaml"]


class _Strict(yaml.CSafeLoader):
    """Refuses repeated keys, keys that are not text, and floats."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            where = f"第 {key_node.start_mark.line + 1} 行"
            if not isinstance(key, str):
                message = f"{where}：键“{key_node.value}”会被读成 {key!r}。请给它加上引号。"
                raise Refused("yaml_key", message)
            if key in seen:
                raise Refused("yaml_repeated_key", f"{where}：键“{key}”写了两次。请保留一处。")
            seen.add(key)
        return super().construct_mapping(node, deep=deep)

    def refuse_float(self, node: yaml.ScalarNode) -> Any:
        where = f"第 {node.start_mark.line + 1} 行"
        message = (
            f'{where}：{node.value} 是浮点数，会丢失精度。金额请写整数分；比例请加引号，如 "0.70" 或 "3/2"。'
        )
        raise Refused("yaml_float", message)


_Strict.add_constructor("tag:yaml.org,2002:float", _Strict.refuse_float)


def read_yaml(text: str, *, name: str) -> Any:
    """The content of one YAML text; every complaint names the file and the line."""
    try:
        # _Strict is a safe loader: it builds plain values only.
        return yaml.load(text, Loader=_Strict)
    except Refused as refused:
        raise Refused(refused.code, f"{name} {refused.message}", file=name) from None
    except yaml.YAMLError as broken:
        raise Refused("yaml_broken", f"{name} 不是有效的 YAML：{broken}", file=name) from broken


def read_file(path: Path) -> Any:
    """The content of one YAML file."""
    return read_yaml(path.read_text(encoding="utf-8"), name=path.name)


def only_keys(
    row: object, *, required: Iterable[str], optional: Iterable[str] = (), where: str
) -> Mapping[str, Any]:
    """A mapping with the listed keys and no other; a misspelt key never passes silently."""
    if not isinstance(row, dict):
        raise Refused("yaml_shape", f"{where}：这里应当是“键: 值”的形式。")
    required, optional = list(required), list(optional)
    if missing := [key for key in required if key not in row]:
        raise Refused("yaml_missing_key", f"{where}：缺少 {'、'.join(missing)}。", missing=missing)
    if unknown := [key for key in row if key not in required and key not in optional]:
        allowed = "、".join([*required, *optional])
        message = f"{where}：不认识的键 {'、'.join(unknown)}。可用的键：{allowed}。"
        raise Refused("yaml_unknown_key", message, unknown=unknown)
    return row
