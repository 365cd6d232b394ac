"""What is kept of an application: the case, its members, its steps, and what interrupts them."""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from minzheng.kernel.areas.models import PathField, Placed
from minzheng.kernel.audit.history import keeps_history
from minzheng.kernel.people.fields import SealedJSONField, SealedTextField
from minzheng.kernel.people.models import Household, Person

from .models_outcome import Appeal, Decision, Objection, Objector, Sample, SampledCase
from .models_proxy import Mandate

__all__ = [
    "Appeal", "Case", "Correction", "Decision", "Mandate", "Member", "Objection", "Objector", "Pause", "Sample",
    "SampledCase", "Task",
]  # fmt: skip


@keeps_history()
class Case(Placed):
    """An application (办件) for one service: it binds the versions it was accepted under."""

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        SUBMITTED = "submitted", "已提交"
        CORRECTING = "correcting", "待补正"
        OPEN = "open", "办理中"
        PAUSED = "paused", "已中止"
        GRANTED = "granted", "已确认"
        REFUSED = "refused", "不予确认"
        NOT_ACCEPTED = "not_accepted", "不予受理"
        WITHDRAWN = "withdrawn", "已撤回"

    class Channel(models.TextChoices):
        WINDOW = "window", "窗口"
        ONLINE = "online", "网上"
        AGENT = "agent", "村级代办"
        DISCOVERY = "discovery", "主动发现"
        FOLLOW_ON = "follow_on", "分类认定"
        HOTLINE = "hotline", "热线"

    number = models.CharField("办件编号", max_length=26, null=True, unique=True)
    service = models.CharField("事项", max_length=60)
    service_version = models.CharField("事项版本", max_length=10)
    form_version = models.CharField("表单版本", max_length=10)
    state = models.CharField("状态", max_length=14, choices=State, default=State.DRAFT)
    channel = models.CharField("渠道", max_length=10, choices=Channel)
    applicant = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="申请人")
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="家庭"
    )
    agent = models.CharField("代办人标识", max_length=40, blank=True)
    agent_name = models.CharField("代办人", max_length=60, blank=True)
    form = SealedJSONField("申请内容")
    sealed = SealedJSONField(verbose_name="申请内容（封存）")
    created_at = models.DateTimeField("建立时间")
    created_by = models.CharField("建立人", max_length=40)
    submitted_at = models.DateTimeField("提交时间", null=True)
    accepted_on = models.DateField("受理日期", null=True)
    special_reason = SealedTextField("特殊情形", blank=True)
    kin_of = models.CharField("备案近亲属工作人员", max_length=40, blank=True)
    bound = models.JSONField("受理时绑定", default=dict, encoder=DjangoJSONEncoder)
    due_on = models.DateField("办结期限", null=True)
    due_provisional = models.BooleanField("期限暂定", default=False)
    closed_at = models.DateTimeField("办结时间", null=True)
    origin = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="follow_ons", verbose_name="来源办件"
    )
    lead_id = models.BigIntegerField("线索", null=True)
    # Of several schemes asked for in one application, the case in which the family fills it in.
    joined_to = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="joined", verbose_name="合并申请"
    )
    version = models.PositiveIntegerField("版本", default=1)
    # The closed compartment of its service; the database shows it to nobody else.
    compartment = models.CharField("封闭类别", max_length=12, blank=True, default="", db_default="")

    class Meta:
        verbose_name = "办件"
        indexes = (
            models.Index(fields=["id"], name="case_closed", condition=~Q(compartment="")),
            models.Index(fields=["path", "-id"]),
            models.Index(fields=["service", "state", "path"]),
            models.Index(fields=["applicant", "service"]),
            models.Index(fields=["created_by", "state"]),
            # A month of a province: the list behind the number on a board.
            models.Index(fields=["accepted_on"], name="case_accepted_on"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=["draft", "submitted", "correcting", "not_accepted", "withdrawn"])
                | Q(accepted_on__isnull=False),
                name="case_open_is_accepted",
            ),
            models.UniqueConstraint(
                fields=["applicant", "service"],
                condition=Q(state__in=["submitted", "correcting", "open", "paused"]),
                name="case_one_running_per_applicant_and_service",
            ),
        )

    def __str__(self) -> str:
        return self.number or f"草稿 {self.pk}"


@keeps_history()
class Member(models.Model):
    """A person counted, or not, in one application, with what was declared of them."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="members", verbose_name="办件")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="人员")
    relation = models.CharField("与申请人关系", max_length=2)
    counted = models.BooleanField("计入共同生活成员", default=True)
    not_counted_reason = models.CharField("不计入原因", max_length=20, blank=True)
    answers = SealedJSONField("申报内容")

    class Meta:
        verbose_name = "申请家庭成员"
        constraints = (
            models.UniqueConstraint(fields=["case", "person"], name="member_once_in_a_case"),
            models.CheckConstraint(
                condition=Q(counted=True) | ~Q(not_counted_reason=""), name="member_reason_if_not_counted"
            ),
        )


@keeps_history()
class Task(models.Model):
    """One step of one case, opened for a role at a place; done once, with evidence that is then frozen."""

    class State(models.TextChoices):
        OPEN = "open", "待办"
        DONE = "done", "已办"
        CARRIED = "carried", "沿用"
        SKIPPED = "skipped", "免办"
        CANCELLED = "cancelled", "已取消"

    case = models.ForeignKey(Case, models.PROTECT, related_name="tasks", verbose_name="办件")
    step = models.CharField("环节", max_length=40)
    round = models.PositiveSmallIntegerField("轮次", default=1)
    state = models.CharField("状态", max_length=10, choices=State, default=State.OPEN)
    role = models.CharField("岗位", max_length=60)
    path = PathField(verbose_name="管辖")
    opened_at = models.DateTimeField("开始时间")
    due_on = models.DateField("期限", null=True)
    due_provisional = models.BooleanField("期限暂定", default=False)
    claimed_by = models.CharField("承办人标识", max_length=40, blank=True)
    done_at = models.DateTimeField("完成时间", null=True)
    done_by = models.CharField("办理人标识", max_length=40, blank=True)
    done_by_name = models.CharField("办理人", max_length=60, blank=True)
    partners = models.JSONField("共同办理人", default=list)
    outcome = models.CharField("结果", max_length=40, blank=True)
    reason = SealedTextField("意见", blank=True)
    evidence = SealedJSONField("证据")
    evidence_sha = models.CharField("证据摘要", max_length=64, blank=True)
    # A higher level has pressed for what is overdue (催办).
    urged_times = models.PositiveSmallIntegerField("催办次数", default=0)
    urged_at = models.DateTimeField("最近催办时间", null=True)
    urged_by_name = models.CharField("催办人", max_length=60, blank=True)
    urged_by = models.CharField("催办人标识", max_length=40, blank=True, db_default="")
    urged_text = SealedTextField("催办要求", blank=True, db_default="")
    # What whoever is to take it says to that: why it is late, and by when it will be done.
    urge_answer = SealedTextField("催办答复", blank=True, db_default="")
    urge_answered_at = models.DateTimeField("答复时间", null=True)
    urge_answered_by_name = models.CharField("答复人", max_length=60, blank=True, db_default="")

    class Meta:
        verbose_name = "办理环节"
        constraints = (
            models.UniqueConstraint(fields=["case", "step", "round"], name="task_once_a_round"),
            models.UniqueConstraint(
                fields=["case", "step"], condition=Q(state="open"), name="task_open_once"
            ),
            models.CheckConstraint(
                condition=(Q(state="open", done_at=None) | ~Q(state="open")), name="task_done_when_done"
            ),
        )
        indexes = (
            models.Index(fields=["role", "path", "due_on"], condition=Q(state="open"), name="task_worklist"),
            # For whoever stands above many places: the longest overdue without sorting all that is open.
            models.Index(fields=["due_on", "id"], condition=Q(state="open"), name="task_longest_first"),
            # What ended within the last hours: rows lie about in the order in which they end: it costs little.
            BrinIndex(fields=["done_at"], autosummarize=True, name="task_done_lately"),
        )


@keeps_history()
class Correction(models.Model):
    """The one notice (一次性补正告知) that names everything missing; a case has at most one."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="correction", verbose_name="办件")
    items = SealedJSONField("须补正内容", default=list)
    issued_at = models.DateTimeField("告知时间")
    issued_by = models.CharField("告知人", max_length=40)
    answer_by = models.DateField("补正期限")
    answered_at = models.DateTimeField("补正时间", null=True)
    document_id = models.BigIntegerField("告知书", null=True)

    class Meta:
        verbose_name = "补正告知"


@keeps_history()
class Pause(models.Model):
    """A suspension (中止) of the clock: why, from which day until which, when it should end, and who approved it."""

    class Why(models.TextChoices):
        SPECIAL = "1", "特别程序"
        APPLICANT = "2", "等待申请人"
        OTHER = "3", "等待其他机关"
        FORCE = "4", "不可抗力"

    case = models.ForeignKey(Case, models.PROTECT, related_name="pauses", verbose_name="办件")
    why = models.CharField("事由", max_length=1, choices=Why)
    reason = SealedTextField("说明")
    from_on = models.DateField("起")
    expected_on = models.DateField("预计恢复日期", null=True)
    until_on = models.DateField("止", null=True)
    approved_by = models.CharField("批准人", max_length=40)

    class Meta:
        verbose_name = "中止"
        constraints = (
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("from_on")), name="pause_interval"
            ),
            models.UniqueConstraint(fields=["case"], condition=Q(until_on=None), name="pause_one_running"),
        )
