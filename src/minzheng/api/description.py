"""The OpenAPI description: addresses from the routers, bodies from the forms that the catalogue declares."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from minzheng.kernel import catalogue, declare

__all__ = ["described"]

PROBLEM: dict[str, Any] = {
    "type": "object", "title": "错误", "required": ["code", "message", "fields"],
    "properties": {
        "code": {"type": "string", "description": "给程序用的代码"},
        "message": {"type": "string", "description": "给人看的说明：什么问题、为什么、怎么办"},
        "fields": {"type": "object", "description": "errors 中逐项列出各栏目的问题"},
    },
}  # fmt: skip
HEADERS: list[dict[str, Any]] = [
    {
        "in": "header", "name": "X-CSRFToken", "required": False, "schema": {"type": "string"},
        "description": "用会话登录时必填：与 csrftoken Cookie 相同的令牌；用接口密钥时不需要",
    },
    {
        "in": "header", "name": "Idempotency-Key", "required": False, "schema": {"type": "string", "maxLength": 200},
        "description": "同一地址上用同一个键重复提交，只办理一次",
    },
    {
        "in": "header", "name": "If-Match", "required": False, "schema": {"type": "string"},
        "description": "办件版本号；与当前版本不一致时返回 409",
    },
]  # fmt: skip
STATUSES = {
    "400": "内容有误，可以改正",
    "403": "未登录或无权办理",
    "404": "不存在或不在管辖范围内",
    "409": "已被他人更新",
    "429": "请求太频繁，请按 Retry-After 稍后再试",
    "503": "所依靠的服务暂时没有应答，没有办理；稍后可再试",
}


def described(base: dict[str, Any]) -> dict[str, Any]:
    """The framework's description with the declared forms put in their places."""
    found = copy.deepcopy(base)
    schemas: dict[str, Any] = found["components"]["schemas"]
    schemas["Problem"] = PROBLEM
    schemas.update(_forms())
    for operations in found["paths"].values():
        for method, operation in operations.items():
            _errors(operation)
            if method != "get" and "security" in operation:
                operation["parameters"] = [*operation["parameters"], *HEADERS]
    _bodies(schemas)
    return found


def _errors(operation: dict[str, Any]) -> None:
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for status, words in STATUSES.items():
        operation["responses"][status] = {"description": words, "content": content}


def _name(*parts: str) -> str:
    return ".".join(parts)


def _forms() -> dict[str, Any]:
    """Every declared form under the name of what it belongs to."""
    found: dict[str, Any] = {}
    book = catalogue.current()
    for code, service in book.services.items():
        found[_name(code, "form")] = _titled(service.item.form, service.item.label)
        found[_name(code, "draft")] = _partly(_titled(service.item.form, f"{service.item.label}（草稿）"))
        found[_name(code, "member")] = _titled(service.item.member_form, service.item.label)
        for step in service.item.steps:
            if step.evidence is not None:
                title = f"{service.item.label}·{step.label}"
                found[_name(code, step.code, "evidence")] = _titled(step.evidence, title)
    for code, visit in book.visits.items():
        found[_name(code, "visit")] = _titled(visit.item.form, visit.item.label)
    for code, sampling in book.samplings.items():
        found[_name(code, "findings")] = _titled(sampling.item.form, sampling.item.label)
    for code, register in book.registers.items():
        for deed in (*register.item.opens, *register.item.deeds):
            found[_name(code, deed.code, "deed")] = _deed(deed, register.item.label)
    for code, screening in book.screenings.items():
        found[_name(code, "screening")] = _titled(screening.item.form, screening.item.label)
    return found


def _titled(form: declare.Form, title: str) -> dict[str, Any]:
    return form.schema() | {"title": title}


def _deed(deed: declare.Deed, register: str) -> dict[str, Any]:
    """A form that is made for the entry and the caller is told by the address that lists what may be done."""
    title = f"{register}·{deed.label}"
    if isinstance(deed.form, declare.Form):
        return _titled(deed.form, title)
    return {
        "type": "object",
        "title": title,
        "description": "可选内容因记录和岗位不同，先读取可以办理的事项中的表单。",
    }


def _partly(schema: dict[str, Any]) -> dict[str, Any]:
    """A draft may have gaps."""
    return {name: value for name, value in schema.items() if name != "required"}


def _bodies(schemas: dict[str, Any]) -> None:
    """The free answers of a body become the declared form of the service, step, visit or sampling."""
    forms = [name for name in schemas if name.split(".")[0] in {d.code for d in catalogue.current().domains}]
    places = (
        ("Edited", "answers", "draft"), ("MemberPut", "answers", "member"), ("Taken", "evidence", "evidence"),
        ("Visited", "answers", "visit"), ("Checked", "findings", "findings"), ("Screened", "answers", "screening"),
        ("Deeded", "answers", "deed"),
    )  # fmt: skip
    for body, field, ending in places:
        schemas[body]["properties"][field] = _any(name for name in forms if name.endswith(f".{ending}"))
    started, services = schemas["Started"], catalogue.current().services
    schemas["Started"] = {
        "title": started["title"], "description": started.get("description", ""),
        "oneOf": [_started(started, code) for code, one in services.items() if one.item.offered != "follow_on"],
    }  # fmt: skip


def _any(names: Iterable[str]) -> dict[str, Any]:
    return {"anyOf": [{"$ref": f"#/components/schemas/{name}"} for name in sorted(names)]}


def _started(body: dict[str, Any], code: str) -> dict[str, Any]:
    """The body that begins an application for one service."""
    answers = {"$ref": f"#/components/schemas/{_name(code, 'draft')}"}
    properties = body["properties"] | {"service": {"const": code}, "answers": answers}
    return {
        "type": "object", "title": code, "properties": properties, "required": ["service"],
        "additionalProperties": False,
    }  # fmt: skip
