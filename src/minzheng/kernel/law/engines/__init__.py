"""The engines that read the plan: one case in generated Python, a province in one compiled loop, a database in SQL.

``case`` (with ``source``, ``statements``, ``writer``) stands alone.  The others read one flat program of whole
numbers: ``meaning`` lowers the plan to it, ``bounds`` proves that nothing overflows, ``emitting`` and ``machine``
make it machine code, ``sql`` a statement; ``bulk`` and ``session`` run it over the columns of ``columns``.
All say exactly what the interpreter in ``law.reference`` says; reasons in words come from there alone.
"""

from __future__ import annotations
