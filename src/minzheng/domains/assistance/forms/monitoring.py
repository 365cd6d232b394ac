"""What is asked on a visit because of a warning (预警走访): what was seen, and what it comes to."""

from __future__ import annotations

from typing import Any

from minzheng.kernel import declare
from minzheng.kernel.errors import Refused

__all__ = ["WARNED"]


def _referred(form: dict[str, Any]) -> None:
    """Whoever is sent on is sent to somebody."""
    if form.get("result") == "refer" and not (form.get("refer_to") or "").strip():
        raise Refused("refer_to_missing", "请写明转请哪个部门帮助、需要什么帮助。", field="refer_to")


WARNED = declare.Form(
    "warned",
    label="预警走访",
    check=_referred,
    fields=(
        declare.Text("seen", "看到和了解到的情况", longest=500, lines=4, help="预警是否属实，家里现在怎样。"),
        declare.Choice("result", "走访结果", options=declare.WARNING_RESULTS),
        declare.Text(
            "refer_to",
            "转请哪个部门、需要什么帮助",
            longest=120,
            required=False,
            help="只在转请其他部门时填写。",
        ),
        declare.Photo("photo", "照片", required=False),
    ),
)
