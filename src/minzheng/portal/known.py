"""What is known before anybody asks: from the register, the master file, and what was told earlier."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from minzheng.kernel import declare
from minzheng.kernel.casework.models import Case
from minzheng.kernel.people.models import Person

__all__ = ["initial", "kept_optional", "known_of"]


def initial(case: Case, form: declare.Form) -> dict[str, Any]:
    """What is known beforehand for questions not yet answered."""
    known: dict[str, Any] = {}
    if case.household is not None:
        known |= {"class_ur": case.household.class_ur}
    known |= {"payee_owner": case.applicant.name}
    asked = {f.code for f in form.fields}
    return {code: value for code, value in known.items() if code in asked}


def known_of(person: Person, form: declare.Form) -> dict[str, Any]:
    """What the master file says of a member already."""
    category, grade = person.disability_category, person.disability_grade
    known = {"disability_category": str(category or 0), "disability_grade": str(grade or 0)}
    asked = {f.code for f in form.fields}
    return {code: value for code, value in known.items() if code in asked and category}


def kept_optional(form: declare.Form, sealed: Mapping[str, Any]) -> declare.Form:
    """The same questions, with numbers already on file not asked for again."""
    kept = {code for code in form.sealed_codes if sealed.get(code)}
    fields = tuple(
        replace(f, required=False, help=f"{f.help}已登记，不改可留空。") if f.code in kept else f
        for f in form.fields
    )
    return declare.Form(form.code, form.label, fields, form.version)
