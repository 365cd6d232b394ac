"""Emergency first (先行救助): no verification, no appraisal, no publicity before paying; the papers follow.

《社会救助暂行办法》 art. 47 and 民发〔2018〕23号; from 2026-07-01 《社会救助法》 arts. 37 and 50: where the emergency
happens, wherever one is registered.
"""

from __future__ import annotations

from minzheng.kernel import declare

from .. import checks, forms, queries, rules
from ..roles import CLERK, INVESTIGATOR, TOWNSHIP_APPROVER

__all__ = ["ALL", "TERMS"]

BASIS = rules.MF23.as_a_whole()

accept = declare.Acceptance(
    "accept", "受理", by=CLERK, evidence=forms.FIRST_ACCEPTED, term="temp.term.first", roll=False, basis=BASIS,
    outcomes=(
        declare.Outcome("accept", "受理，立即到场"),
        declare.Outcome("decline", "不予受理", then="close", needs_reason=True),
    ),
)  # fmt: skip
assess = declare.Step(
    "assess", "现场核定", by=INVESTIGATOR, evidence=forms.FIRST_ASSESSED, term="temp.term.first", term_from="accepted",
    roll=False, basis=BASIS, check=checks.scene_assessed,
)  # fmt: skip
decide = declare.Deciding(
    "decide", "审批", by=TOWNSHIP_APPROVER, term="temp.term.first", term_from="accepted", roll=False,
    basis=rules.GF47.as_a_whole(),
    outcomes=(
        declare.Outcome("grant", "同意先行救助", then="grant"),
        declare.Outcome("refuse", "不予救助", then="refuse", needs_reason=True),
        declare.Outcome("return", "退回重新核定", then="return", to="assess", needs_reason=True),
    ),
)  # fmt: skip
pay = declare.Paying(
    "pay", "备用金支付", by=CLERK, evidence=forms.FIRST_PAID, after=("decide",), term="temp.term.first",
    term_from="accepted", roll=False, basis=BASIS, reserve="reserve", signed_in="decide", pays=queries.first_payout,
)  # fmt: skip
papers = declare.Step(
    "papers", "补齐手续", by=CLERK, evidence=forms.FIRST_PAPERS, after=("pay",), term="temp.term.papers", basis=BASIS,
    check=checks.papers_complete,
    outcomes=(
        declare.Outcome("done", "手续齐全，困难已缓解"),
        declare.Outcome("follow_up", "手续齐全，仍有困难，转支出型临时救助跟进", begins="temporary"),
    ),
)  # fmt: skip
serve = declare.Serving(
    "serve", "送达决定", by=CLERK, evidence=forms.DELIVERY, after=("decide",), term="temp.term.papers", basis=BASIS
)  # fmt: skip

ALL = (accept, assess, decide, pay, papers, serve)
TERMS = declare.Terms("temp.term.first")
