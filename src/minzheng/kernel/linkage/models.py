"""What is kept of one person having one file: traces by which doubles are found, pairs put before a steward, merges.

A merge keeps every pointer it moved, so that it can be undone exactly.  A department's file that was compared keeps how
each of its rows was linked, by which model.
"""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from minzheng.kernel.areas.models import PathField, Placed
from minzheng.kernel.audit.history import keeps_history
from minzheng.kernel.ledger.guards import never
from minzheng.kernel.people.fields import SealedJSONField
from minzheng.kernel.people.models import Household, Person

__all__ = ["Aftermath", "Incoming", "IncomingLink", "Merge", "Moved", "Pair", "Trace", "Unsure"]


class Trace(Placed):
    """By what a file is found again: its name as compared and as spoken, birthday, county; no number, no phone."""

    path = PathField(verbose_name="管辖")
    person = models.OneToOneField(
        Person, models.PROTECT, primary_key=True, related_name="+", verbose_name="人员"
    )
    name = models.CharField("比对用姓名", max_length=60)
    sound = models.CharField("读音", max_length=200)
    surname = models.CharField("姓的读音", max_length=12)
    born = models.CharField("出生日期", max_length=8, blank=True)
    county = models.CharField("县（市、区）", max_length=12, blank=True)
    # What of the file was compared; another digest, and it is compared anew.
    digest = models.CharField("内容摘要", max_length=64)
    # By the database's clock, as the history of files is.
    taken_at = models.DateTimeField("取得时间", db_default=Now())

    class Meta:
        verbose_name = "比对特征"
        indexes = (
            models.Index(fields=["sound", "county"]),
            models.Index(fields=["sound", "born"]),
            models.Index(fields=["born", "surname"]),
            models.Index(fields=["name"]),
        )


@keeps_history()
class Pair(Placed):
    """Two files that may be one person's, with the reasons; decided once, asked again only if one of them changes."""

    class State(models.TextChoices):
        OPEN = "open", "待核对"
        LATER = "later", "稍后再核"
        SAME = "same", "同一人，已合并"
        DIFFERENT = "different", "不是同一人"
        GONE = "gone", "不再相似"

    # The place that both lie in: whoever decides is responsible for both.
    first = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="档案一")
    second = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="档案二")
    weight = models.SmallIntegerField("相似程度")
    evidence = models.JSONField("依据", default=list)
    model = models.CharField("比对模型", max_length=40)
    digest = models.CharField("内容摘要", max_length=64, blank=True)
    state = models.CharField("状态", max_length=9, choices=State, default=State.OPEN)
    found_at = models.DateTimeField("发现时间")
    ask_on = models.DateField("再核日期", null=True)
    decided_at = models.DateTimeField("核对时间", null=True)
    decided_by = models.CharField("核对人标识", max_length=40, blank=True)
    decided_by_name = models.CharField("核对人", max_length=60, blank=True)
    reason = models.CharField("核对理由", max_length=300, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = "疑似重复"
        constraints = (
            models.UniqueConstraint(fields=["first", "second"], name="pair_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="pair_in_order"),
            models.CheckConstraint(
                condition=~Q(state__in=["same", "different"]) | Q(decided_at__isnull=False) & ~Q(reason=""),
                name="pair_decided_with_reason",
            ),
        )
        indexes = (models.Index(fields=["state", "-weight", "-id"]), models.Index(fields=["second"]))


@keeps_history()
class Merge(Placed):
    """Two files made one: which stays, what of it was filled in from the other, by whom; and whether it was undone."""

    kept = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="保留档案")
    lost = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="并入档案")
    pair = models.ForeignKey(Pair, models.PROTECT, null=True, related_name="merges", verbose_name="疑似重复")
    at = models.DateTimeField("合并时间")
    by = models.CharField("合并人标识", max_length=40)
    by_name = models.CharField("合并人", max_length=60)
    reason = models.CharField("合并理由", max_length=300)
    filled = SealedJSONField(verbose_name="由并入档案补充的内容")
    # Rows that stay under the other file's number, by table: they are never edited, and are reached through the link.
    stayed = models.JSONField("留在原档案的记录", default=dict)
    # Of what a person has only once: the other file's rows that were ended, with what stood in them.
    ended = models.JSONField("合并时结束的重复记录", default=list, encoder=DjangoJSONEncoder)
    moved_rows = models.PositiveIntegerField("转移记录数", default=0)
    undone_at = models.DateTimeField("撤销时间", null=True)
    undone_by = models.CharField("撤销人标识", max_length=40, blank=True)
    undone_by_name = models.CharField("撤销人", max_length=60, blank=True)
    undone_reason = models.CharField("撤销理由", max_length=300, blank=True)
    undone_words = models.CharField("撤销结果", max_length=600, blank=True)

    class Meta:
        verbose_name = "档案合并"
        constraints = (
            models.UniqueConstraint(
                fields=["lost"], condition=Q(undone_at=None), name="merge_once_until_undone"
            ),
            models.CheckConstraint(condition=~Q(kept=F("lost")), name="merge_of_two"),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_reason="")
                | (Q(undone_at__isnull=False) & ~Q(undone_reason="")),
                name="merge_undone_with_reason",
            ),
            *never("linkage_merge", "DELETE", "a merge is undone, never deleted"),
        )
        indexes = (models.Index(fields=["kept"]),)


class Moved(models.Model):
    """One pointer that a merge turned from the one file to the other."""

    merge = models.ForeignKey(Merge, models.PROTECT, related_name="moved", verbose_name="合并")
    model = models.CharField("表", max_length=80)
    column = models.CharField("列", max_length=60)
    row = models.CharField("行", max_length=60)

    class Meta:
        verbose_name = "转移的记录"
        constraints = (
            models.UniqueConstraint(fields=["merge", "model", "column", "row"], name="moved_once"),
            *never("linkage_moved", "UPDATE OR DELETE", "what a merge moved stays on record"),
        )


@keeps_history()
class Aftermath(Placed):
    """What has to be looked at anew because two files became one, or two again; closed with what was found."""

    merge = models.ForeignKey(Merge, models.PROTECT, related_name="aftermaths", verbose_name="合并")
    household = models.ForeignKey(Household, models.PROTECT, related_name="+", verbose_name="家庭")
    undone = models.BooleanField("因撤销合并", default=False)
    text = models.CharField("内容", max_length=300)
    opened_at = models.DateTimeField("列入时间")
    closed_at = models.DateTimeField("办结时间", null=True)
    closed_by_name = models.CharField("办结人", max_length=60, blank=True)
    words = models.CharField("办理情况", max_length=300, blank=True)

    class Meta:
        verbose_name = "合并后的复核"
        constraints = (
            models.UniqueConstraint(fields=["merge", "household", "undone"], name="aftermath_once"),
            models.CheckConstraint(
                condition=Q(closed_at=None) | ~Q(words=""), name="aftermath_closed_with_words"
            ),
        )
        indexes = (models.Index(fields=["path"], condition=Q(closed_at=None), name="aftermath_open"),)


class Incoming(Placed):
    """A department's file compared with the people on file: how many rows were linked, how, by which model."""

    source = models.CharField("来源", max_length=60)
    purpose = models.CharField("用途", max_length=60)
    # Of records that came in by an agreed file (``declare.Extract``): which one; a list of its own has none.
    extract = models.CharField("数据集", max_length=60, blank=True)
    model = models.CharField("比对模型", max_length=40)
    at = models.DateTimeField("比对时间")
    by = models.CharField("经办人标识", max_length=40)
    by_name = models.CharField("经办人", max_length=60)
    subjects = models.PositiveIntegerField("行数", default=0)
    by_number = models.PositiveIntegerField("凭号码", default=0)
    by_score = models.PositiveIntegerField("凭比对", default=0)
    unsure = models.PositiveIntegerField("存疑", default=0)
    milliseconds = models.PositiveIntegerField("用时（毫秒）", default=0)

    class Meta:
        verbose_name = "外来名单比对"


class IncomingLink(models.Model):
    """Which person a row of a department's file is about: by number, by weight of evidence, left open, or by a word."""

    class How(models.IntegerChoices):
        NUMBER = 1, "号码和姓名一致"
        SCORE = 2, "比对认定"
        UNSURE = 3, "存疑，须人工核对"
        WORD = 4, "人工认定"
        NOBODY = 5, "人工核对，都不是"

    pk = models.CompositePrimaryKey("incoming_id", "row", verbose_name="标识")
    # By number without a foreign key, for speed: a million at a time.
    incoming_id = models.BigIntegerField("名单")
    row = models.BigIntegerField("行")
    path = PathField(verbose_name="管辖")
    # Not one of the pointers that a merge moves: what was linked then stays as it was linked.
    linked_id = models.BigIntegerField("人员", db_index=True, null=True)
    how = models.PositiveSmallIntegerField("方式", choices=How)
    weight = models.SmallIntegerField("相似程度", null=True)

    class Meta:
        verbose_name = "外来名单的关联"


@keeps_history()
class Unsure(Placed):
    """A row of a department's file that may be about several people or none: as it was sent, who is like it, a word."""

    class State(models.TextChoices):
        OPEN = "open", "待核对"
        LINKED = "linked", "已认定"
        NOBODY = "nobody", "都不是"
        CREATED = "created", "新建档案"
        GONE = "gone", "来件已更新"

    # The smallest place in which the row and everybody like it lie.
    incoming = models.ForeignKey(Incoming, models.PROTECT, related_name="unsure_rows", verbose_name="名单")
    row = models.BigIntegerField("行")
    # Said again, for a county does not see the whole of a province's file.
    source = models.CharField("来源", max_length=60)
    purpose = models.CharField("用途", max_length=60)
    extract = models.CharField("数据集", max_length=60, blank=True)
    key = models.CharField("记录编号", max_length=60, blank=True)
    # As the department wrote it: ``frames.RAW`` without the number of the row.
    said = SealedJSONField(verbose_name="来件内容")
    # ``person``, ``weight`` and ``evidence`` of each, the most alike first.
    candidates = models.JSONField("相似的人", default=list)
    weight = models.SmallIntegerField("相似程度")
    model = models.CharField("比对模型", max_length=40)
    state = models.CharField("状态", max_length=7, choices=State, default=State.OPEN)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name="认定的人员")
    found_at = models.DateTimeField("列入时间")
    decided_at = models.DateTimeField("核对时间", null=True)
    decided_by = models.CharField("核对人标识", max_length=40, blank=True)
    decided_by_name = models.CharField("核对人", max_length=60, blank=True)
    reason = models.CharField("核对理由", max_length=300, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = "外来名单存疑"
        constraints = (
            models.UniqueConstraint(fields=["incoming", "row"], name="unsure_once"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "gone"]) | Q(decided_at__isnull=False) & ~Q(reason=""),
                name="unsure_decided_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["linked", "created"], person__isnull=False)
                | Q(state__in=["open", "nobody", "gone"], person=None),
                name="unsure_of_somebody",
            ),
            *never("linkage_unsure", "DELETE", "an unsure row is decided on, never deleted"),
        )
        indexes = (
            models.Index(fields=["state", "-weight", "-id"]),
            models.Index(fields=["extract", "key"], condition=~Q(extract=""), name="unsure_of_record"),
        )
