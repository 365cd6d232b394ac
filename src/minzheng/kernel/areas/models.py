"""What is kept of a division, and the base of every row that belongs to a place.

A division keeps an immutable ``uid``; its statistical code and its name may change by date (a code is never
reused for another unit).  Jurisdiction is a path of uids, not a code prefix: 梅河口市 and 长白山保护开发区
are run by the province although their codes lie in 通化, 白山 and 延边.
"""

from __future__ import annotations

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.sql.compiler import SQLCompiler

from .levels import Level

__all__ = ["Division", "Level", "PathField", "Placed"]


class PathField(models.CharField):  # type: ignore[type-arg]
    """A jurisdiction path such as ``22/2201/220102/``; in bytewise order an index serves prefix matches."""

    def __init__(self, **kwargs: object) -> None:
        kwargs.setdefault("max_length", 64)
        kwargs.setdefault("db_collation", "C")
        super().__init__(**kwargs)  # type: ignore[arg-type]

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        """The same type by its long name: Django gives what it sees as varchar a second index, for LIKE."""
        return f"character varying({self.max_length})"


@PathField.register_lookup
class Within(models.lookups.StartsWith):
    """Prefix match by ``^@`` instead of LIKE: PostgreSQL trusts only the former beside row security.

    A condition it does not trust is looked at after the rules of the table, row by row, and no index serves it.
    """

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[str | int, ...]]:
        """A prefix from another column is compared as Django does it."""
        if not self.rhs_is_direct_value():
            return super().as_sql(compiler, connection)
        at, params = self.process_lhs(compiler, connection)
        return f"{at} ^@ %s", (*params, str(self.rhs))


@models.CharField.register_lookup
class Begins(Within):
    """The same for other words that are looked up by their beginning behind row security: names, numbers."""

    lookup_name = "begins"


class Placed(models.Model):
    """Base of every row that belongs to a place: scope is a prefix of ``path``."""

    path = PathField(verbose_name="管辖", db_index=True)

    class Meta:
        abstract = True


class Division(models.Model):
    """One unit over one stretch of time: a code, a name, a parent, and who runs it."""

    stands_open = "行政区划是公开信息"

    class Kind(models.TextChoices):
        ORDINARY = "ordinary", "行政区划"
        ZONE = "zone", "开发区"
        MANAGED = "managed", "省管单位"

    uid = models.CharField("单位标识", max_length=12)
    code = models.CharField("统计用区划代码", max_length=12, blank=True)
    name = models.CharField("名称", max_length=60)
    pinyin = models.CharField("拼音", max_length=200)
    initials = models.CharField("拼音首字母", max_length=60)
    level = models.PositiveSmallIntegerField("层级", choices=[(int(x), x.label) for x in Level])
    kind = models.CharField("类别", max_length=10, choices=Kind, default=Kind.ORDINARY)
    statistical_parent = models.CharField("统计上级", max_length=12, blank=True)
    path = PathField(verbose_name="管辖路径")
    valid_from = models.DateField("生效日期")
    valid_until = models.DateField("失效日期", null=True, blank=True)
    source = models.CharField("依据", max_length=200)

    class Meta:
        verbose_name = "行政区划"
        constraints = (
            models.UniqueConstraint(fields=["uid", "valid_from"], name="division_once_a_day"),
            models.UniqueConstraint(
                fields=["uid"], condition=models.Q(valid_until=None), name="division_one_current"
            ),
            models.CheckConstraint(
                condition=models.Q(valid_until=None) | models.Q(valid_until__gt=models.F("valid_from")),
                name="division_valid_interval",
            ),
        )
        indexes = (
            models.Index(fields=["code"]),
            models.Index(fields=["path"]),
            models.Index(fields=["level", "path"]),
            models.Index(fields=["name"]),
            models.Index(fields=["initials"]),
        )

    def __str__(self) -> str:
        return self.name
