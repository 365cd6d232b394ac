"""The one list of domains."""

from __future__ import annotations

from minzheng.domains.assistance.domain import domain as assistance
from minzheng.domains.eldercare.domain import domain as eldercare
from minzheng.domains.planning.domain import domain as planning

DOMAINS = (assistance, eldercare, planning)
