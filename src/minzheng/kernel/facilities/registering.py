"""A house is entered, its staff named, its filing handed in and answered (备案)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from minzheng.kernel import audit, catalogue, clock
from minzheng.kernel.access.models import Posting
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.documents.models import Document
from minzheng.kernel.errors import NotAllowed, NotFound, Refused, Stale
from minzheng.kernel.people.organisation_codes import check_uscc

from .duties import (
    Declared,
    of,
    oversees,
    require_keeper,
    require_overseer,
    require_words,
    term,
    term_if_ruled,
)
from .models import Facility, Filing, FilingPaper, Keeper

__all__ = ["CHANGEABLE", "acknowledge", "give_back", "hand_in", "name_keeper", "open_house", "register"]

# What a change filing may change (养老机构管理办法): anything a stranger would know the house by.
CHANGEABLE = {
    "name": "名称",
    "representative": "法定代表人",
    "address": "地址",
    "phone": "联系电话",
    "operator": "运营方",
}


@verb("facilities.register", label="登记机构")
def register(
    sort: str, *, kind: str, ownership: str, name: str, uscc: str, path: str, address: str, representative: str,
    details: Mapping[str, Any], functions: tuple[str, ...] = (), phone: str = "", operator: str = "",
    operator_uscc: str = "", position: tuple[Decimal, Decimal] | None = None, by: Actor, key: str | None = None,
) -> Facility:  # fmt: skip
    """A house is known by the code of its organisation (GB 32100) and its name; the county enters it."""
    declared = catalogue.current().facility(sort)
    if not oversees(declared, path=path, by=by):
        raise NotAllowed(
            "facility_overseer", f"机构由{declared.item.overseer.label}登记，您在该地区没有这个岗位。"
        )
    _among(declared, kind, ownership, functions)
    code = check_uscc(uscc).code
    name = require_words(name, "机构名称", field="name", longest=80)
    if Facility.objects.filter(sort=sort, uscc=code, name=name).exists():
        raise Refused("facility_twice", "这家机构已经登记过了。请在列表中查找。", field="uscc")
    made = Facility.objects.create(
        sort=sort, kind=kind, ownership=ownership, name=name, uscc=code, path=path,
        address=require_words(address, "地址", field="address", longest=120),
        representative=require_words(representative, "法定代表人", field="representative", longest=40),
        phone=phone[:30], operator=operator[:80], functions=sorted(functions),
        complete=set(declared.item.needed.get(kind, ())) <= set(functions),
        operator_uscc=check_uscc(operator_uscc, field="operator_uscc").code if operator_uscc else "",
        latitude=position[0] if position else None, longitude=position[1] if position else None,
        details=declared.item.details.clean(details).plain,
    )  # fmt: skip
    audit.note(about=made, path=path, article=declared.item.basis, after={"name": name, "uscc": code})
    return made


def _among(declared: Declared, kind: str, ownership: str, functions: tuple[str, ...]) -> None:
    """Only what is declared."""
    item = declared.item
    for field, given, offered in (
        ("kind", (kind,), item.kinds), ("ownership", (ownership,), item.ownerships),
        ("functions", functions, item.functions),
    ):  # fmt: skip
        if strange := [one for one in given if one not in offered]:
            raise Refused("facility_choice", f"没有“{strange[0][:20]}”这一项，请从列表中选择。", field=field)


@verb("facilities.name_keeper", label="指定机构经办人")
def name_keeper(*, facility: Facility, user_id: str, name: str, by: Actor, key: str | None = None) -> Keeper:
    """The county says who acts for the house; the role itself is held over the place of the house."""
    require_overseer(facility, by)
    declared, today = of(facility), clock.today()
    number = Actor(id=user_id, name=name, kind=by.kind).user_id or 0
    held = Posting.objects.filter(user_id=number, role=declared.role(declared.item.keeper))
    if not any(
        facility.path.startswith(one.office.path)
        for one in held.select_related("office")
        if one.until_on is None or one.until_on > today
    ):
        raise Refused(
            "keeper_without_post",
            "这个账号在机构所在地没有机构经办人岗位，请先由安全管理员设岗。",
            field="user",
        )
    made, _ = Keeper.objects.get_or_create(
        facility=facility, user=user_id, until_on=None,
        defaults={"name": name[:60], "from_on": today, "path": facility.path},
    )  # fmt: skip
    audit.note(about=facility, path=facility.path, after={"keeper": user_id})
    return made


@verb("facilities.open_house", label="登记开业")
def open_house(*, facility: Facility, on: date, by: Actor, key: str | None = None) -> Facility:
    """The house begins to work; residents come after that."""
    row = _locked(facility)
    require_overseer(row, by)
    if row.state != Facility.State.PREPARING:
        raise Stale("facility_open", "这家机构已经开业。请刷新页面。")
    if on > clock.today():
        raise Refused("day_to_come", "开业日期不能晚于今天。", field="on")
    row.state, row.opened_on, row.version = Facility.State.OPEN, on, row.version + 1
    row.save()
    audit.note(about=row, path=row.path, after={"opened_on": str(on)})
    return row


@verb("facilities.hand_in", label="提交备案")
def hand_in(
    *, facility: Facility, what: str, papers: Mapping[str, Document], changes: Mapping[str, str] | None = None,
    happened_on: date | None = None, by: Actor, key: str | None = None,
) -> Filing:  # fmt: skip
    """The house hands in its filing with all papers; what is missing is said at once."""
    row = _locked(facility)
    require_keeper(row, by)
    item = of(row).item
    if row.filings.filter(what=what, state=Filing.State.SENT).exists():
        raise Stale("filing_waiting", "已有一份备案正在核对，请等待答复。")
    _require_papers(row, what, papers)
    began, due = _clock(row, what, happened_on)
    changed = _changes(what, changes or {})
    made = Filing.objects.create(
        facility=row, path=row.path, what=what, changes=changed, happened_on=began, due_on=due,
        sent_on=clock.today(), sent_by=by.id, sent_by_name=by.name,
    )  # fmt: skip
    FilingPaper.objects.bulk_create(
        FilingPaper(filing=made, code=code, document=paper) for code, paper in papers.items()
    )
    audit.note(
        about=made,
        path=row.path,
        article=item.basis,
        after={"what": what, "due": str(due), "late": clock.today() > due},
    )
    return made


def _require_papers(row: Facility, what: str, papers: Mapping[str, Document]) -> None:
    """All papers of a first filing at once."""
    wanted = of(row).item.papers if what == Filing.What.FIRST else {}
    if missing := [label for code, label in wanted.items() if code not in papers]:
        words = f"还缺：{'、'.join(missing)}。请一次补齐。"
        raise Refused("papers_missing", words, field=next(iter(wanted)))


def _clock(row: Facility, what: str, happened_on: date | None) -> tuple[date, date]:
    """From which day, until when: the first filing runs from the first resident (T-EC-10)."""
    item, today = of(row).item, clock.today()
    if what == Filing.What.FIRST:
        if row.filed_on is not None:
            raise Stale("facility_filed", "这家机构已经备案。有变化的，请办理变更备案。")
        began = row.first_stay_on or today
        due = term_if_ruled(item.file_term, path=row.path, start=began)
        return began, due or term(item.file_term, path=row.path, start=today)
    began = happened_on or today
    if row.filed_on is None or began > today:
        raise Refused("filing_day", "请先办理首次备案，变更日期也不能晚于今天。", field="happened_on")
    return began, term(item.change_term, path=row.path, start=began)


def _changes(what: str, changes: Mapping[str, str]) -> dict[str, str]:
    if what != Filing.What.CHANGE:
        return {}
    found = {code: text.strip() for code, text in changes.items() if code in CHANGEABLE and text.strip()}
    if not found:
        raise Refused("nothing_changed", "请填写变更后的内容。", field="name")
    return found


@verb("facilities.acknowledge", label="出具备案回执")
def acknowledge(*, filing: Filing, by: Actor, key: str | None = None) -> Filing:
    """The papers are complete: the receipt is given, and a change takes effect on the file."""
    row, house = _sent(filing, by)
    today = clock.today()
    row.state, row.answered_on = Filing.State.RECEIVED, today
    row.answered_by, row.answered_by_name = by.id, by.name
    row.number = f"{house.path.split('/')[-2][:6]}-{today:%Y}-{row.pk:05d}"
    row.save()
    if row.what == Filing.What.FIRST:
        house.filed_on, house.filing_number = today, row.number
    for field, value in row.changes.items():
        setattr(house, field, value[:80])
    house.version += 1
    house.save()
    audit.note(
        about=row, path=house.path, article=of(house).item.basis, after={"number": row.number, **row.changes}
    )
    return row


@verb("facilities.give_back", label="备案退回补正")
def give_back(*, filing: Filing, opinion: str, by: Actor, key: str | None = None) -> Filing:
    """What is missing is told once."""
    row, house = _sent(filing, by)
    row.opinion = require_words(opinion, "补正意见", field="opinion", longest=300)
    row.state, row.answered_on = Filing.State.RETURNED, clock.today()
    row.answered_by, row.answered_by_name = by.id, by.name
    row.save()
    audit.note(about=row, path=house.path, reason=row.opinion)
    return row


def _sent(filing: Filing, by: Actor) -> tuple[Filing, Facility]:
    row = Filing.objects.select_for_update(of=("self",)).filter(pk=filing.pk).first()
    if row is None or not by.covers(row.path):
        raise NotFound("filing_unknown", "没有这份备案，或不在您的管辖范围内。")
    house = _locked(row.facility)
    require_overseer(house, by)
    if row.state != Filing.State.SENT:
        raise Stale("filing_answered", "这份备案已经答复。请刷新页面。")
    if row.sent_by == by.id:
        raise NotAllowed("filing_own", "自己提交的备案由别人核对。")
    return row, house


def _locked(facility: Facility) -> Facility:
    row = Facility.objects.select_for_update(of=("self",)).filter(pk=facility.pk).first()
    if row is None:
        raise NotFound("facility_unknown", "没有这家机构，或不在您的管辖范围内。")
    return row
