"""What a determination asks under each scheme of assistance: whether, on which conditions, how much, what else.

A scheme of the household asks its conditions of the household; a scheme of one person (tekun, single-person
dibao) asks them of the applicant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from minzheng.kernel.law.language import Rule

from . import care, dibao, edge, means, rigid, single, tekun, temporary

__all__ = ["REASON_CODES", "SCHEMES", "Scheme"]


@dataclass(frozen=True, slots=True)
class Scheme:
    """``eligible`` and ``amount`` speak of the household; ``personal`` are the same two of one person.

    ``income`` is the figure compared with the standard; ``review`` after how many months one looks again.
    """

    code: str
    eligible: Rule
    conditions: tuple[Rule, ...]
    amount: Rule | None = None
    personal: tuple[Rule, Rule] | None = None
    income: Rule = means.per_head
    review: Rule | None = None
    figures: tuple[Rule, ...] = ()


# The code of each condition not met, as registers and statistics keep it.
_REASONS: Mapping[Rule, str] = {
    means.has_members: "no_counted_member",
    means.income_below_standard: "income_not_below_standard",
    means.deposits_within: "deposits_over_limit",
    means.vehicles_within: "vehicle",
    means.houses_within: "houses_over_limit",
    means.company_within: "company_capital",
    edge.income_below_edge_line: "income_not_below_edge_line",
    edge.not_dibao: "qualifies_for_dibao",
    means.has_applicant: "no_applicant",
    single.of_family: "not_counted",
    single.single_way: "may_not_apply_alone",
    single.single_income_below: "income_not_below_standard",
    tekun.cannot_work_or_continues: "can_work",
    tekun.livelihood_below: "income_not_below_standard",
    tekun.property_within: "property_over_limit",
    tekun.no_able_supporter: "able_supporter",
    tekun.not_child_scheme: "chose_child_scheme",
    tekun.at_home: "not_counted",
    rigid.outside_other_layers: "qualifies_for_stronger_layer",
    rigid.rigid_income_below: "income_not_below_rigid_line",
    rigid.rigid_share_above: "spending_not_above_share",
    temporary.temporary_named: "no_cause",
    temporary.not_same_cause: "same_cause_helped",
    temporary.temporary_poor: "income_not_below_disposable",
    temporary.temporary_property: "property_over_limit",
}

REASON_CODES = {f"{rule.entity}.{rule.name}": code for rule, code in _REASONS.items()}
REASON_CODES["person.gives_up"] = "voluntary"  # asked for, not found by a rule: see ``leaving``

_PROPERTY = (means.deposits_within, means.vehicles_within, means.houses_within, means.company_within)

SCHEMES: Mapping[str, Scheme] = {
    one.code: one
    for one in (
        Scheme(
            "dibao",
            dibao.dibao_eligible,
            (means.has_members, means.income_below_standard, *_PROPERTY),
            amount=dibao.dibao_amount,
            review=dibao.review_months,
        ),
        Scheme(
            "edge",
            edge.edge_eligible,
            (means.has_members, edge.not_dibao, edge.income_below_edge_line, *_PROPERTY),
            review=dibao.review_months,
        ),
        Scheme(
            "single",
            single.single_of_applicant,
            (means.has_applicant, single.of_family, single.single_way, single.single_income_below),
            amount=single.single_paid_to_applicant,
            personal=(single.single_eligible, single.single_amount),
            income=single.single_income,
            review=dibao.review_months,
            figures=(single.single_ground,),
        ),
        Scheme(
            "tekun",
            tekun.tekun_of_applicant,
            (
                means.has_applicant,
                tekun.at_home,
                tekun.cannot_work_or_continues,
                tekun.livelihood_below,
                tekun.property_within,
                tekun.no_able_supporter,
                tekun.not_child_scheme,
            ),
            amount=care.tekun_paid_to_applicant,
            personal=(tekun.tekun_eligible, care.tekun_amount),
            income=tekun.livelihood_month,
            review=care.tekun_review_months,
            figures=(
                tekun.work_ground,
                care.tekun_class,
                care.failed_items,
                care.care_level,
                care.tekun_visit_days,
                care.funeral_grant,
            ),
        ),
        Scheme(
            "rigid",
            rigid.rigid_eligible,
            (
                means.has_members,
                rigid.outside_other_layers,
                rigid.rigid_income_below,
                *_PROPERTY,
                rigid.rigid_share_above,
            ),
            figures=(rigid.yearly_per_head, rigid.rigid_total, rigid.rigid_line, rigid.rigid_valid_months),
        ),
        Scheme(
            "temporary",
            temporary.temporary_eligible,
            (
                means.has_members,
                temporary.temporary_named,
                temporary.not_same_cause,
                temporary.temporary_poor,
                temporary.temporary_property,
            ),
            amount=temporary.temporary_amount,
            figures=(temporary.temporary_cap, temporary.temporary_left, temporary.first_aid_limit),
        ),
    )
}
