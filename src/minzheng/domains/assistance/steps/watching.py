"""Who looks on: coordinators who visit, and higher offices that draw decided files at random."""

from __future__ import annotations

from minzheng.kernel import declare

from .. import forms, rules
from ..roles import CLERK, COORDINATOR, COUNTY_APPROVER, SAMPLER

__all__ = ["SAMPLINGS", "VISITS", "WARNED"]

# A visit because of a warning: whoever needs help gets a lead, and through it an application.
WARNED = declare.Visit(
    "warned", "预警走访", by=COORDINATOR, form=forms.WARNED,
    lead_when=lambda seen: seen["result"] in ("apply", "emergency"), basis=rules.GB39.as_a_whole(),
)  # fmt: skip
VISITS = (
    declare.Visit(
        "patrol", "入户走访", by=COORDINATOR, form=forms.PATROL, lead_when=lambda seen: seen["need"] != "none",
        basis=rules.DB2021.article(9),
    ),
    WARNED,
)  # fmt: skip
SAMPLINGS = (
    declare.Sampling(
        "dibao_files", "低保档案抽查", service="dibao", by=SAMPLER, answered_by=CLERK, form=forms.SAMPLED_FILE,
        rectify_term="sampling.rectify", basis=rules.DB2021.article(20),
    ),
    declare.Sampling(
        "tekun_files", "特困认定抽查", service="tekun", by=COUNTY_APPROVER, answered_by=CLERK,
        form=forms.SAMPLED_TEKUN, rectify_term="sampling.rectify", least_share="tekun.check.share",
        basis=rules.TK2021.article(16),
    ),
)  # fmt: skip
