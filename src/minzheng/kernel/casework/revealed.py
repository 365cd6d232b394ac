"""The masked fields of a case: numbers and phones of the family, and what the form keeps sealed."""

from __future__ import annotations

from minzheng.kernel import catalogue
from minzheng.kernel.audit import Actor
from minzheng.kernel.people import masks
from minzheng.kernel.people.models import Person
from minzheng.kernel.reveals.targets import Masked, told_by, unknown

from .models import Case, Objector
from .queries import case_for

__all__ = ["KINDS", "TARGET"]

TARGET = "case"
KINDS = {"id_number": "id_number", "phone": "phone", "account": "bank_account"}
_LABELS = {"id_number": "身份证号码", "phone": "联系电话"}


def _found(about: str, field: str, by: Actor) -> Masked:
    """``applicant-phone``, ``member-12-id_number``, ``objector-7-phone``, ``answer-account`` of a case in reach."""
    if not about.isdigit() or len(about) > 18:
        raise unknown()
    case = case_for(int(about), by)
    whose, _, name = field.partition("-")
    if whose == "answer":
        return _answer(case, name)
    if whose == "objector":
        return _objector(case, name.partition("-")[0])
    if whose == "member":
        number, _, name = name.partition("-")
        member = (
            case.members.select_related("person").filter(pk=int(number) if number.isdigit() else 0).first()
        )
        return _of_person(case, member.person if member else None, name)
    return _of_person(case, case.applicant if whose == "applicant" else None, name)


def _of_person(case: Case, person: Person | None, name: str) -> Masked:
    if person is None or name not in _LABELS:
        raise unknown()
    return Masked(
        row=case, path=case.path, label=_LABELS[name], value=str(getattr(person, name) or ""), kind=name,
        person_name=masks.mask_name(person.name), case_id=case.pk,
    )  # fmt: skip


def _objector(case: Case, number: str) -> Masked:
    """The telephone of whoever objected, for those to whom the compartment is open."""
    found = Objector.objects.filter(objection__case=case, pk=int(number) if number.isdigit() else 0).first()
    if found is None:
        raise unknown()
    return Masked(
        row=found, path=found.path, label="异议人电话", value=found.phone, kind="phone", person_name=found.name,
        case_id=case.pk,
    )  # fmt: skip


def _answer(case: Case, code: str) -> Masked:
    form = catalogue.current().service_of(case).item.form
    field = next((one for one in form.fields if one.code == code and one.sealed), None)
    if field is None:
        raise unknown()
    return Masked(
        row=case, path=case.path, label=field.label, value=str(case.sealed.get(code) or ""), kind=KINDS[field.kind],
        person_name=masks.mask_name(case.applicant.name), case_id=case.pk,
    )  # fmt: skip


told_by(TARGET, _found)
