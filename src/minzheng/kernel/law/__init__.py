"""The law as the office applies it: articles, dated values, rules written once, findings with reasons."""

from __future__ import annotations

from minzheng.kernel.law.facts import FactRef, Facts, filled
from minzheng.kernel.law.instruments import Article, Instrument, RuleSet, RuleSets
from minzheng.kernel.law.parameters import Confidence, Parameters, Value, digest

__all__ = [
    "Article",
    "Confidence",
    "FactRef",
    "Facts",
    "Instrument",
    "Parameters",
    "RuleSet",
    "RuleSets",
    "Value",
    "digest",
    "filled",
]
