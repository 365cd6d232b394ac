"""The register of people: everybody on file in the place of an officer, put on file one by one or by a list.

A list opens files and changes none.  Who is like somebody on file already is put before the data steward that night.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.queries import in_force, names
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare import ByFile, Column, Deed, Form, Lines, Made, Register
from minzheng.kernel.declare.forms import Answers
from minzheng.kernel.errors import Refused
from minzheng.kernel.linkage.scanning import forget
from minzheng.kernel.people.actions import correct_person, register_person
from minzheng.kernel.people.models import Person
from minzheng.kernel.people.queries import find_person
from minzheng.kernel.people.relations import RELATIONS

from .. import roles, rules
from ..forms import people as forms

__all__ = ["PEOPLE"]

_OPENERS = (roles.CLERK, roles.DATA_STEWARD)
_READERS = (
    roles.COORDINATOR, roles.CLERK, roles.INVESTIGATOR, roles.TOWNSHIP_APPROVER, roles.VERIFIER,
    roles.COUNTY_APPROVER, roles.DATA_STEWARD, roles.PROVINCIAL_STEWARD,
)  # fmt: skip
_DISABILITIES = {1: "视力", 2: "听力", 3: "言语", 4: "肢体", 5: "智力", 6: "精神", 7: "多重"}


def _new_file(entry: Any, by: Actor) -> Form:
    """The form, with the villages over which the actor may open files."""
    del entry
    at = {f"assistance.{role.code}": role.at for role in _OPENERS}
    places = [post.path for post in by.posts if at.get(post.role) == post.level]
    lowest = in_force().filter(level=int(Level.VILLAGE))
    found = [
        path
        for place in places
        for path in lowest.filter(path__startswith=place).values_list("path", flat=True)
    ]
    return forms.person(dict(sorted(names(found, within=places).items(), key=lambda pair: pair[1])))


def _register(entry: Any, given: Answers, *, by: Actor, key: str | None) -> str:
    """A new file; whoever is on file already stays as the file says."""
    del entry
    plain, number = given.plain, given.sealed.get("id_number")
    before = find_person(number) if number else None
    person = register_person(
        name=plain["name"], id_number=number, path=plain["path"], sex=plain.get("sex"), birth=_day(plain),
        phone=given.sealed.get("phone") or "", by=by, key=key,
    )  # fmt: skip
    if before is None:
        return Made(f"{person.name}的档案已建立。", person)
    _agrees(person, plain["path"], given.sealed.get("phone"), by)
    return Made(f"{person.name}已有档案，没有改动。", person, known=True)


def _day(plain: Mapping[str, Any]) -> date | None:
    return date.fromisoformat(plain["birth"]) if plain.get("birth") else None


def _agrees(person: Person, path: str, phone: str | None, by: Actor) -> None:
    """What is said otherwise than on file is put right on purpose, never by the way."""
    if person.path != path:
        where = f"在{names([person.path])[person.path]}" if by.covers(person.path) else "不在您的管辖范围内"
        raise Refused(
            "person_elsewhere",
            f"此人已有档案，登记的居住地{where}。请核对；确已迁来的，请办理迁移登记。",
            field="path",
        )
    if phone and phone != person.phone:
        raise Refused(
            "phone_differs",
            "此人已有档案，联系电话与这里填的不同。请不填这一项；电话确已更换的，请在人员台账中更正。",
            field="phone",
        )


def _phone(entry: Person, given: Answers, *, by: Actor, key: str | None) -> str:
    correct_person(
        person=entry,
        version=entry.version,
        reason=given.plain["reason"],
        phone=given.sealed["phone"],
        by=by,
        key=key,
    )
    return "联系电话已更正。"


def _identity(entry: Person, given: Answers, *, by: Actor, key: str | None) -> str:
    """What was typed is put right, the rest stays."""
    typed = {"name": given.plain.get("name"), "id_number": given.sealed.get("id_number"),
             "sex": given.plain.get("sex"), "birth": _day(given.plain)}  # fmt: skip
    changes = {name: value for name, value in typed.items() if value}
    if not changes:
        raise Refused("nothing_changed", "没有填写要更正的内容。请填写一项，不填的保持不变。", field="name")
    if "id_number" in changes:  # sex and birthday are what the new number says
        changes = _said_by_number(changes)
    correct_person(
        person=entry, version=entry.version, reason=given.plain["reason"], by=by, key=key, **changes
    )
    return "身份信息已更正，原来的内容见下方的变更记录。"


def _said_by_number(changes: dict[str, Any]) -> dict[str, Any]:
    return {"sex": None, "birth": None} | changes


def _alive(entry: Person, by: Actor) -> bool:
    del by
    return entry.died_on is None


PEOPLE = Register(
    "people", "人员台账", model="people.Person", read_by=_READERS, basis=rules.SA2026.as_a_whole(),
    within=lambda rows, by: rows.filter(merged_into=None), order="path",
    columns=(
        Column("name", "姓名", search=True), Column("id_number", "身份证号码", kind="masked"),
        Column("sex", "性别", kind="choice", filter=True, options=dict(Person.Sex.choices)),
        Column("birth", "出生日期", kind="day"), Column("path", "居住地", kind="place", filter=True),
        Column("phone", "联系电话", kind="masked"), Column("internal_number", "内部编号", search=True, secondary=True),
        Column("hukou_path", "户籍地", kind="place", secondary=True),
        Column("disability_category", "残疾类别", kind="choice", options=_DISABILITIES, secondary=True),
        Column("disability_grade", "残疾等级", kind="number", secondary=True),
        Column("ethnic", "民族代码", secondary=True), Column("died_on", "死亡日期", kind="day", secondary=True),
    ),
    opens=(Deed("register", "登记人员", _OPENERS, _new_file, _register, by_file=ByFile(forget),
                lead="已有档案的人不会重复建档；与已有档案相似的，当晚列入疑似重复，由数据管理员核对。"),),
    deeds=(
        Deed("phone", "更正联系电话", _OPENERS, forms.PHONE, _phone, when=_alive, quiet=True),
        Deed("identity", "更正身份信息", (roles.DATA_STEWARD,), forms.IDENTITY, _identity, when=_alive, quiet=True),
    ),
    lines=(
        Lines("homes", "所在家庭", "people.Membership", "person", (
            Column("household.number", "家庭编号"), Column("household.path", "所在地", kind="place"),
            Column("relation", "与户主关系", kind="choice", options=RELATIONS),
            Column("from_on", "起", kind="day"), Column("until_on", "止", kind="day"),
        ), order="-from_on"),
    ),
)  # fmt: skip
