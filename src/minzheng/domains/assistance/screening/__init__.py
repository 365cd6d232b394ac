"""我能享受什么: ten plain questions, and every benefit of the household by the law of its place."""

from __future__ import annotations

from minzheng.kernel import declare

from .known import known
from .questions import FORM, QUESTIONS, begins
from .reading import facts_of
from .telling import answer

__all__ = ["RECEIVABLE"]

RECEIVABLE = declare.Screening(
    "receivable", "我能享受什么",
    lead="回答十个问题，看看您家可能享受哪些救助和补贴、每月多少、为什么。不用登录，不保存任何内容。",
    form=FORM, questions=QUESTIONS, facts=facts_of, answer=answer, begins=begins, known=known,
    words=("自测", "测一测", "能领什么", "能享受什么", "补贴", "津贴", "低保", "多少钱", "条件", "困难", "查一查"),
)  # fmt: skip
