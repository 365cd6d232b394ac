"""A file is staged, its faulty rows are put right, the good ones are taken in, and the whole may be taken back.

Nothing is taken in by staging.  Whoever brought the file decides whether what is good goes in at once or waits for the
rest.  A file that was brought before is the same intake; a row that stands already is taken in without a change.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.audit.together import update_together
from minzheng.kernel.declare import Extract, Wrong
from minzheng.kernel.documents import malware
from minzheng.kernel.documents.checks import clean_name
from minzheng.kernel.errors import NotFound, Refused, Stale
from minzheng.kernel.exchange.models import Intake, IntakeRow
from minzheng.kernel.signing import sm3

from .cleaning import cleaned
from .duties import Declared, areas_of, extract_of, require
from .reading import rows_of

__all__ = ["correct", "put_aside", "stage", "take_in", "undo"]

State, Line = Intake.State, IntakeRow.State
_CHUNK = 2000
Looked = dict[int, tuple[dict[str, Any], list[Wrong]]]


@verb("extracts.stage", label="导入数据文件")
def stage(*, extract: str, content: bytes, filename: str, path: str, by: Actor) -> Intake:
    """Read every row and say what is wrong in it; the same file once more is the intake it already was."""
    declared = extract_of(extract, by)
    require(declared, by, path=path)
    _comes(declared.item, content)
    sha = sm3(content)
    live = Intake.objects.filter(
        extract=extract, path=path, file_sha=sha, state__in=(State.STAGED, State.TAKEN)
    )
    if (known := live.first()) is not None:
        note(about=known, path=path, after={"known": True})
        return known
    (rows, columns), now = rows_of(content, declared.item), clock.now()
    intake = Intake.objects.create(
        extract=extract, path=path, number=f"DR{now:%Y%m%d%H%M%S}{secrets.token_hex(2).upper()}",
        filename=clean_name(filename)[:120], file_sha=sha, rows=len(rows), by=by.id, by_name=by.name, at=now,
    )  # fmt: skip
    cells = dict(rows)
    looked = _look(declared, cells, path)
    _twice(looked, declared.item)
    same = _standing(declared, {line: row for line, (row, wrong) in looked.items() if not wrong})
    IntakeRow.objects.bulk_create(
        (
            _line(intake, declared, line, cells[line], *looked[line], same=line in same, at=columns)
            for line in cells
        ),
        batch_size=_CHUNK,
    )
    note(about=intake, path=path, after=_counts(intake) | {"file": sha})
    return intake


def _comes(extract: Extract, content: bytes) -> None:
    if extract.ways == "out":
        message = f"“{extract.label}”只送出，不收回。请选择要导入的数据集。"
        raise Refused("extract_only_out", message, field="extract")
    malware.search([content])


def _look(declared: Declared, cells: Mapping[int, Mapping[str, str]], path: str) -> Looked:
    """Each row by itself, then all that fit together as the domain looks at them."""
    areas = areas_of(path)
    looked = {line: cleaned(declared.item, row, areas=areas) for line, row in cells.items()}
    whole = {line: row for line, (row, wrong) in looked.items() if not wrong}
    for line, problem in declared.item.check(whole):
        looked[line][1].append(problem)
    return looked


def _twice(looked: Looked, extract: Extract) -> None:
    keys = {line: extract.key_of(row) for line, (row, _) in looked.items()}
    times = Counter(key for key in keys.values() if key)
    for line, (_, wrong) in looked.items():
        if times[keys[line]] > 1:
            wrong.append(Wrong(
                extract.fields[0].label, "在文件中出现了不止一次", "同一记录在一个文件里只能有一行。",
                "请核对保留哪一行，删去其余的。",
            ))  # fmt: skip


def _standing(declared: Declared, rows: Mapping[int, Mapping[str, Any]]) -> set[int]:
    """The lines that say what stands already."""
    extract = declared.item
    keys = {line: extract.key_of(row) for line, row in rows.items()}
    stands = extract.stands(list(keys.values()))
    return {line for line, row in rows.items() if stands.get(keys[line]) == _kept(row)}


def _kept(row: Mapping[str, Any]) -> dict[str, Any]:
    return {code: value for code, value in row.items() if code != "change"}


def _line(
    intake: Intake, declared: Declared, line: int, cells: Mapping[str, str], row: Mapping[str, Any],
    wrong: Sequence[Wrong], *, same: bool, at: Mapping[str, str],
) -> IntakeRow:  # fmt: skip
    """``at`` says in which column of the file each field stands, so that an error names its cell."""
    state = Line.FAULTY if wrong else Line.SAME if same else Line.GOOD
    return IntakeRow(
        intake=intake, path=intake.path, line=line, key=declared.item.key_of(row), cells=dict(cells),
        errors=[_in_cell(one, at, line) for one in wrong], state=state, change=row["change"],
    )  # fmt: skip


def _in_cell(wrong: Wrong, at: Mapping[str, str], line: int) -> dict[str, str]:
    cell = {"cell": f"{at[wrong.field]}{line}"} if wrong.field in at else {}
    return wrong.to_json() | cell


def _counts(intake: Intake) -> dict[str, int]:
    return dict(Counter(intake.lines.values_list("state", flat=True)))


def _held(intake: Intake, by: Actor, version: int | None) -> tuple[Intake, Declared]:
    row = Intake.objects.select_for_update().filter(pk=intake.pk).first()
    if row is None:
        raise NotFound("extract_file_unknown", "没有这个批次，或不在您的管辖范围内。请返回列表重新选择。")
    declared = extract_of(row.extract, by)
    require(declared, by, path=row.path)
    if version is not None and version != row.version:
        raise Stale("intake_changed", "这个批次已有人办理过。请刷新页面查看最新情况。")
    return row, declared


def _save(row: Intake) -> None:
    row.version += 1
    row.save()


@verb("extracts.correct", label="更正导入行")
def correct(*, line: IntakeRow, cells: Mapping[str, str], by: Actor) -> IntakeRow:
    """A faulty row as it should have been: looked at again, and good or faulty anew."""
    intake, declared = _held(line.intake, by, None)
    row = intake.lines.select_for_update().get(pk=line.pk)
    if row.state != Line.FAULTY or intake.state not in (State.STAGED, State.TAKEN):
        raise Stale("row_not_faulty", f"这一行现为“{row.get_state_display()}”，不需要更正。请刷新页面查看。")
    row.cells = {**row.cells, **{code: text.strip() for code, text in cells.items()}}
    found, wrong = _look(declared, {row.line: row.cells}, intake.path)[row.line]
    wrong += _beside(declared, intake, row, found)
    same = not wrong and row.line in _standing(declared, {row.line: found})
    at = {one["field"]: one["cell"].rstrip("0123456789") for one in row.errors if "cell" in one}
    new = _line(intake, declared, row.line, row.cells, found, wrong, same=same, at=at)
    for name in ("key", "errors", "state", "change"):
        setattr(row, name, getattr(new, name))
    row.corrected_by_name = by.name
    row.save()
    _save(intake)
    note(about=intake, path=intake.path, after={"line": row.line, "state": row.state, "errors": len(wrong)})
    return row


def _beside(declared: Declared, intake: Intake, row: IntakeRow, found: Mapping[str, Any]) -> list[Wrong]:
    """Another line of the file that has the same key, and stands."""
    key, label = declared.item.key_of(found), declared.item.fields[0].label
    others = intake.lines.exclude(pk=row.pk).filter(state__in=(Line.GOOD, Line.TAKEN, Line.SAME))
    if not key or not others.filter(key=key).exists():
        return []
    why = "同一记录在一个文件里只能有一行。"
    return [Wrong(label, "与本文件的另一行相同", why, "请核对记录编号。")]


@verb("extracts.take_in", label="数据入库")
def take_in(*, intake: Intake, by: Actor, only_good: bool = False, version: int | None = None) -> Intake:
    """What is good goes in, looked at once more; while something is faulty only if that is said."""
    row, declared = _held(intake, by, version)
    if row.state not in (State.STAGED, State.TAKEN):
        raise Stale("intake_closed", f"这个批次{row.get_state_display()}，不能入库。请重新导入文件。")
    if not only_good and row.lines.filter(state=Line.FAULTY).exists():
        raise Refused("rows_faulty", "还有没有更正的行。请先更正，或者选择“先入库通过的行”。")
    lines = list(row.lines.select_for_update().filter(state=Line.GOOD).order_by("line"))
    good = _good_still(declared, row, lines)
    if not good and not row.lines.filter(state=Line.SAME).exists():
        raise Refused("nothing_good", "没有可以入库的行。请先更正有误的行。")
    _take(declared, row, good)
    ended = _closed(declared, row)
    row.state, row.taken_at = State.TAKEN, row.taken_at or clock.now()
    _save(row)
    note(about=row, path=row.path, after=_counts(row) | ({"left_the_list": ended} if ended else {}))
    return row


def _closed(declared: Declared, intake: Intake) -> int:
    """How many have ended because a list that names everybody no longer does; a faulty line may still name one."""
    if declared.item.whole is None:
        return 0
    lines = list(intake.lines.all())
    if any(one.state == Line.FAULTY or one.cells.get("change") for one in lines):
        return 0
    return declared.item.whole.close(intake.path, [one.key for one in lines], intake.number)


def _good_still(
    declared: Declared, intake: Intake, lines: Sequence[IntakeRow]
) -> list[tuple[IntakeRow, dict[str, Any]]]:
    """The rows that fit today too; what has become faulty since it was staged says so."""
    looked = _look(declared, {one.line: one.cells for one in lines}, intake.path)
    good = []
    for one in lines:
        found, wrong = looked[one.line]
        if wrong:
            one.state, one.errors = Line.FAULTY, [each.to_json() for each in wrong]
            one.save(update_fields=["state", "errors"])
        else:
            good.append((one, found))
    return good


def _take(declared: Declared, intake: Intake, good: Iterable[tuple[IntakeRow, dict[str, Any]]]) -> None:
    extract, pairs = declared.item, [(one, found, declared.item.key_of(found)) for one, found in good]
    stands = extract.stands([key for _, _, key in pairs])
    aside = extract.take([_kept(found) for _, found, _ in pairs], intake.number) or stands
    for one, found, key in pairs:
        one.before = {"row": aside.get(key), "kept": _kept(found)}
        one.change = "new" if key not in stands else "ended" if found["change"] == "ended" else "changed"
        one.state = Line.TAKEN
    update_together([one for one, _, _ in pairs], ["before", "change", "state"])


@verb("extracts.undo", label="撤销数据入库")
def undo(*, intake: Intake, reason: str, by: Actor, version: int | None = None) -> Intake:
    """What stood before stands again; refused if a later file has changed the same records."""
    row, declared = _held(intake, by, version)
    why = _reason(reason)
    if row.state != State.TAKEN:
        raise Stale(
            "intake_not_taken", f"这个批次{row.get_state_display()}，没有可以撤销的入库。请刷新页面。"
        )
    lines = list(row.lines.select_for_update().filter(state=Line.TAKEN))
    _still_ours(declared, row, lines)
    if declared.item.whole is not None:
        declared.item.whole.reopen(row.number)
    declared.item.put_back({one.key: one.before["row"] for one in lines})
    row.lines.filter(state__in=(Line.TAKEN, Line.SAME, Line.GOOD)).update(state=Line.UNDONE)
    row.state, row.undone_at, row.undone_by_name, row.undone_reason = State.UNDONE, clock.now(), by.name, why
    _save(row)
    note(about=row, path=row.path, reason=why, after={"put_back": len(lines)})
    return row


def _still_ours(declared: Declared, intake: Intake, lines: Sequence[IntakeRow]) -> None:
    """What stands is what this file brought; what a later one brought is taken back first."""
    stands = declared.item.stands([one.key for one in lines])
    over = [one.key for one in lines if stands.get(one.key) != one.before["kept"]]
    if not over:
        return
    later = IntakeRow.objects.filter(intake__extract=intake.extract, key=over[0], state=Line.TAKEN)
    other = later.exclude(intake=intake).select_related("intake").order_by("-intake__taken_at", "-id").first()
    where = f"批次 {other.intake.number} " if other else "其他办理"
    raise Refused("taken_over", f"其后{where}又更新了同一记录。请先撤销那个批次。", records=len(over))


@verb("extracts.put_aside", label="作废导入批次")
def put_aside(*, intake: Intake, reason: str, by: Actor, version: int | None = None) -> Intake:
    """A file that nothing was taken from is done with."""
    row, _ = _held(intake, by, version)
    why = _reason(reason)
    if row.state != State.STAGED:
        raise Stale("intake_not_staged", f"这个批次{row.get_state_display()}，不能作废。请刷新页面。")
    row.state, row.undone_at, row.undone_by_name, row.undone_reason = State.ASIDE, clock.now(), by.name, why
    _save(row)
    note(about=row, path=row.path, reason=why)
    return row


def _reason(text: str) -> str:
    if not text.strip() or len(text) > 300:
        raise Refused("reason_missing", "请写明理由（不超过300个字）。", field="reason")
    return text.strip()
