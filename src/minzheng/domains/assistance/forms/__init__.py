"""What is asked: of the family, of each member, of those who visit, assess, vote, plan and sample."""

from __future__ import annotations

from .dibao import (
    APPLICATION,
    APPRAISAL,
    ASSESSMENT,
    CHANGE,
    CHANGE_FINDING,
    DELIVERY,
    EXAMINATION,
    HEARING,
    HOME_VISIT,
    MEMBER,
    PANEL,
    PATROL,
    REVIEWED_MEMBER,
    SAMPLED_FILE,
    WINDOW_CHECK,
)
from .tekun import SAMPLED_TEKUN, TEKUN, TEKUN_CHANGE, TEKUN_OPINION, TEKUN_REVIEW_VISIT, TEKUN_VISIT
from .temporary import AID, AID_ACCEPTED, AID_EXPENSE, AID_MINUTES, AID_PLAN

__all__ = [
    "AID", "AID_ACCEPTED", "AID_EXPENSE", "AID_MINUTES", "AID_PLAN", "APPLICATION", "APPRAISAL", "ASSESSMENT",
    "CHANGE", "CHANGE_FINDING", "DELIVERY", "EXAMINATION", "HEARING", "HOME_VISIT", "MEMBER", "PANEL",
    "PATROL", "REVIEWED_MEMBER", "SAMPLED_FILE", "SAMPLED_TEKUN", "TEKUN", "TEKUN_CHANGE", "TEKUN_OPINION",
    "TEKUN_REVIEW_VISIT", "TEKUN_VISIT", "WINDOW_CHECK",
]  # fmt: skip
