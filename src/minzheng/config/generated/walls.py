"""The page that says which rows the database shows to whom, and what reaches beyond a place."""

from __future__ import annotations

from importlib import import_module

from django.conf import settings

from minzheng.config.walls import rules, tables
from minzheng.kernel import catalogue
from minzheng.kernel.audit import viewing

from .tables import head, table

__all__ = ["page"]


def page() -> str:
    """Walled tables, open ones with their reason, doors, and the verbs that write beyond their actor's counties."""
    import_module(settings.ROOT_URLCONF)  # every verb that a door can reach is known from here on
    return "\n".join(
        [
            head(
                "数据库行级安全",
                "网站和后台进程以 `minzheng_app` 身份连接数据库，只看得见当前办理人管辖范围内的行；"
                "居民只看得见本人、本户和本人的办件。"
                "缘由见 [ADR 17](../adr/0017-the-database-shows-no-row-to-strangers.md)。",
            ),
            "## 按什么归属\n\n" + table(["表", "内容", "归属"], [_row(one) for one in tables.walled()]),
            "## 全部可见的表\n\n"
            + table(["表", "内容", "理由"], [_open(one) for one in tables.open_tables()]),
            "## 跨地区查看的入口\n\n" + table(["入口", "理由"], sorted(viewing.DOORS.items())),
            "## 封闭类别\n\n只凭地区看不到，须在当地担任开放该类别的岗位。\n\n"
            + table(
                ["类别", "内容", "开放的岗位"], [_compartment(*one) for one in viewing.COMPARTMENTS.items()]
            ),
            "## 读取封闭内容的动作\n\n"
            + table(
                ["动作", "类别", "理由"],
                [[f"`{code}`", *why] for code, why in sorted(viewing.OPENED.items())],
            ),
            "## 写到本县以外的动作\n\n"
            + table(["动作", "理由"], [[f"`{code}`", why] for code, why in sorted(viewing.BEYOND.items())]),
        ]
    )


def _compartment(code: str, label: str) -> list[str]:
    """Who opens it, as the domains declare."""
    book = catalogue.current()
    roles = [book.role_label(role) for role, opened in book.opening.items() if code in opened]
    return [f"`{code}`", label, "、".join(roles) or "（还没有业务使用）"]


def _row(model: tables.Table) -> list[str]:
    return [f"`{model._meta.db_table}`", str(model._meta.verbose_name), rules.in_words(model)]


def _open(model: tables.Table) -> list[str]:
    return [f"`{model._meta.db_table}`", str(model._meta.verbose_name), tables.stands_open(model)]
