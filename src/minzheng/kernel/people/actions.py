"""Keeping the master file of persons: one file for each, opened once, corrected with the reason kept.

Nothing here writes a number, a phone or an account into the audit row.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, connection, transaction

from minzheng.kernel import clock
from minzheng.kernel.areas.spelling import spell_person
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.errors import NotAllowed, Refused, Stale

from .fields import SealedField
from .identity import check_citizen_number, check_phone
from .models import FormerNumber, Person
from .queries import find_person

__all__ = ["correct_person", "register_person", "require_scope"]

_NAME = re.compile(r"[^\W\d_]+(?:[·•. '-][^\W\d_]+)*")
_CORRECTABLE = frozenset(
    {
        "name", "id_number", "sex", "birth", "ethnic", "path", "hukou_path", "phone", "disability_category",
        "disability_grade", "died_on",
    }
)  # fmt: skip
_SEX = {"1": "男", "2": "女"}


@dataclass(frozen=True)
class _Facts:
    """What a file says of who someone is, after the checks."""

    name: str
    id_number: str | None
    sex: str
    birth: date | None


@verb("people.register", label="登记人员")
def register_person(
    *,
    name: str,
    id_number: str | None,
    path: str,
    by: Actor,
    hukou_path: str | None = None,
    sex: str | None = None,
    birth: date | None = None,
    ethnic: str = "01",
    phone: str = "",
    disability_category: int | None = None,
    disability_grade: int | None = None,
) -> Person:
    """The one file of this person: found by the citizen number, or opened.

    Without a number (a foundling, a rescued person) the file gets an internal one; none is ever invented.
    """
    require_scope(by, path)
    facts = _checked(name=name, id_number=id_number, sex=sex, birth=birth)
    if facts.id_number is not None:
        known = find_person(facts.id_number)
        if known is not None:
            return _same(known, facts)
    else:
        _refuse_double(facts, path)
    row = Person(
        **vars(facts),
        initials=spell_person(facts.name)[1][:30],
        path=path,
        hukou_path=hukou_path or path,
        ethnic=ethnic,
        phone=check_phone(phone) if phone else "",
        disability_category=disability_category,
        disability_grade=disability_grade,
    )
    _require_disability_pair(row)
    return _opened(row, facts)


@verb("people.correct", label="更正人员信息")
def correct_person(*, person: Person, version: int, reason: str, by: Actor, **changes: Any) -> Person:
    """Put a file right; the number, the name, the sex and the birthday must still agree with each other."""
    if unknown := changes.keys() - _CORRECTABLE:
        raise TypeError(f"not a correctable column: {sorted(unknown)}")
    if not reason.strip():
        raise Refused("reason_missing", "更正人员信息要写明理由。请填写更正依据。", field="reason")
    row = Person.objects.select_for_update().get(pk=person.pk)
    require_scope(by, row.path)
    if row.merged_into_id is not None:
        raise Refused("person_merged", f"{row.name}的这份档案已并入另一份档案。请在保留的档案上更正。")
    if row.version != version:
        raise Stale("person_changed", f"{row.name}的信息刚被别人改过。请刷新后再改。")
    before = {name: getattr(row, name) for name in changes}
    for name, value in changes.items():
        setattr(row, name, value)
    facts = _checked(name=row.name, id_number=row.id_number, sex=row.sex, birth=row.birth)
    for name, value in vars(facts).items():
        setattr(row, name, value)
    row.phone = check_phone(row.phone) if row.phone else ""
    _require_disability_pair(row)
    _require_not_registered_elsewhere(row)
    row.initials = spell_person(row.name)[1][:30]
    row.version += 1
    row.save()
    _keep_former_number(row, before.get("id_number"), reason)
    after = {name: getattr(row, name) for name in changes}
    note(about=row, path=row.path, reason=reason, before=_open_part(before), after=_open_part(after))
    return row


def require_scope(by: Actor, path: str) -> None:
    """An officer writes within the own place; a resident's word is checked by the case it is given in."""
    if by.kind is Kind.STAFF and not by.covers(path):
        raise NotAllowed("out_of_scope", "该地区不在您的管辖范围内，不能登记。请转由当地办理。")


def _checked(*, name: str, id_number: str | None, sex: str | None, birth: date | None) -> _Facts:
    """The facts after the checks; what the number says is taken from it, and must not be contradicted."""
    name = " ".join(name.split())
    if not name:
        raise Refused("name_missing", "没有填写姓名。请对照证件填写。", field="name")
    if len(name) > 60 or not _NAME.fullmatch(name):
        raise Refused(
            "name_malformed",
            "姓名只能由文字和间隔号（·）组成，最多60个字。请对照证件重新填写。",
            field="name",
        )
    if birth is not None and birth > clock.today():
        raise Refused("birth_in_future", "出生日期晚于今天。请对照证件重新填写。", field="birth")
    if id_number is None or not id_number.strip():
        return _Facts(name=name, id_number=None, sex=sex or Person.Sex.UNKNOWN, birth=birth)
    number = check_citizen_number(id_number, today=clock.today())
    if sex in _SEX and sex != number.sex:
        raise Refused(
            "sex_differs",
            f"性别填的是{_SEX[sex]}，身份证号码第17位表示{_SEX[number.sex]}。请对照证件改正其中一项。",
            field="sex",
        )
    if birth is not None and birth != number.birth:
        raise Refused(
            "birth_differs",
            "出生日期与身份证号码第7至14位不一致。请对照证件改正其中一项。",
            field="birth",
        )
    return _Facts(name=name, id_number=number.number, sex=number.sex, birth=number.birth)


def _same(known: Person, facts: _Facts) -> Person:
    """The file already kept under the number, if it is the same person's."""
    if known.name != facts.name:
        raise Refused(
            "person_name_differs",
            "该身份证号码已登记在另一个姓名下。请核对姓名和号码；如确已改名，请先办理信息更正。",
            field="name",
        )
    note(about=known, path=known.path, after={"found": True})
    return known


def _opened(row: Person, facts: _Facts) -> Person:
    """Store a new file; a second clerk who opens it at the same moment is given the first one's."""
    if facts.id_number is None:
        row.pk = _next_id()
        row.internal_number = f"UID{row.pk:09d}"
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        known = find_person(facts.id_number) if facts.id_number is not None else None
        if known is None:
            raise
        return _same(known, facts)
    note(about=row, path=row.path, after={"opened": True, "name": row.name})
    return row


def _refuse_double(facts: _Facts, path: str) -> None:
    """Without a number, the same name and birthday in the same place is taken for the same person."""
    alike = Person.objects.filter(
        name=facts.name, birth=facts.birth, path=path, died_on=None, merged_into=None
    )
    if facts.birth is not None and alike.exists():
        raise Refused(
            "person_registered_already",
            f"本地已有同名、同一天出生的人员{facts.name}。请先查询人员档案；确为另一人的，请补录身份证号码。",
            field="name",
        )


def _require_not_registered_elsewhere(row: Person) -> None:
    others = Person.objects.exclude(pk=row.pk)
    if row.id_number is not None and others.filter(id_number=row.id_number).exists():
        raise Refused(
            "id_number_taken",
            "该身份证号码已登记在另一份人员档案下。请核对号码；同一人有两份档案的，请申请合并。",
            field="id_number",
        )


def _require_disability_pair(row: Person) -> None:
    category, grade = row.disability_category, row.disability_grade
    if category is None and grade is None:
        return
    if category not in range(1, 8) or grade not in range(1, 5):
        raise Refused(
            "disability_incomplete",
            "残疾类别（1至7）和残疾等级（1至4）要同时填写。请对照残疾人证填写。",
            field="disability_category",
        )


def _keep_former_number(row: Person, former: str | None, reason: str) -> None:
    """The number borne until now is kept: another office may still ask by it."""
    if former and former != row.id_number:
        FormerNumber.objects.get_or_create(
            person=row, number=former,
            defaults={"path": row.path, "until_at": clock.now(), "reason": reason.strip()[:200]},
        )  # fmt: skip


def _next_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [Person._meta.db_table])
        (value,) = cursor.fetchone()
    return int(value)


def _open_part(values: dict[str, Any]) -> dict[str, Any]:
    """What the audit row may say: of a sealed column, only that it is filled."""
    sealed = {f.name for f in Person._meta.concrete_fields if isinstance(f, SealedField)}
    return {name: ("*" if value else "") if name in sealed else value for name, value in values.items()}
