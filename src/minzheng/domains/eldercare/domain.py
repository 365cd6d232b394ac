"""Elder care (养老服务): who is old, how well they manage, where they are visited, housed and cared for, and by whom.

The law stands in `rules/`; what is declared here are the registers, visits and services drawn from it.
"""

from __future__ import annotations

from pathlib import Path

from minzheng.kernel import declare

from . import roles

domain = declare.Domain("eldercare", "养老服务", folder=Path(__file__).parent, roles=roles.ROLES)
