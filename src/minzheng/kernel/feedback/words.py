"""The words of a rating: five grades and what may be ticked beside them (GB/T 39734-2020)."""

from __future__ import annotations

__all__ = [
    "ANSWERED",
    "BAD",
    "ENDED",
    "FAULTS",
    "GOOD",
    "GRADES",
    "MERITS",
    "ON_PAPER",
    "SATISFIED",
    "faulty",
    "tags_of",
]

# From the best to the worst; three and above count as satisfied.
GRADES = ((5, "非常满意"), (4, "满意"), (3, "基本满意"), (2, "不满意"), (1, "非常不满意"))
SATISFIED = 3
# What a link opens: a contact that ended, the latest one of a case whose paper somebody holds, an answer to a rating.
ENDED, ON_PAPER, ANSWERED = "s", "q", "a"
MERITS = {
    "clear": "讲得清楚", "kind": "态度热情", "quick": "办得快", "few_papers": "材料少", "came_home": "上门服务周到",
}  # fmt: skip
FAULTS = {
    "unclear": "没有一次说清", "rude": "态度不好", "slow": "超过承诺时间", "papers": "要了不该要的材料",
    "trips": "来回跑了多次", "passed_on": "互相推诿", "charged": "乱收费或吃拿卡要", "site": "网上不好用",
}  # fmt: skip
GOOD = frozenset(grade for grade, _ in GRADES if grade >= SATISFIED)
BAD = frozenset(grade for grade, _ in GRADES if grade < SATISFIED)


def faulty(grade: int) -> bool:
    """Whether this grade has to be answered by the office."""
    return grade in BAD


def tags_of(codes: list[str]) -> list[str]:
    """What was ticked, in words."""
    return [text for code in codes if (text := MERITS.get(code) or FAULTS.get(code))]
