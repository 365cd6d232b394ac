"""The law as the office applies it: articles, dated values, rules written once, findings with reasons.

What the rest of the house holds in its hands is listed here; rules are written with ``law.language``, read
by ``law.reference`` and put into words by ``law.explaining``; ``law.cases`` runs worked cases.
"""

from __future__ import annotations

from minzheng.kernel.law.facts import FactRef, Facts, filled
from minzheng.kernel.law.findings import Explanation, Figure, Finding, Missing, Outcome, refusal_paragraph
from minzheng.kernel.law.instruments import Article, Instrument, RuleSet, RuleSets, Successive
from minzheng.kernel.law.parameters import Confidence, Parameters, Value, digest

__all__ = [
    "Article",
    "Confidence",
    "Explanation",
    "FactRef",
    "Facts",
    "Figure",
    "Finding",
    "Instrument",
    "Missing",
    "Outcome",
    "Parameters",
    "RuleSet",
    "RuleSets",
    "Successive",
    "Value",
    "digest",
    "filled",
    "refusal_paragraph",
]
