"""The engines that read the plan: one case in generated Python, a province in columns.

Both say exactly what the interpreter in ``law.reference`` says; reasons in words come from there alone.
"""

from __future__ import annotations
