"""One office lets another know (告知): said once, kept, and marked as known by whoever read it there."""

from __future__ import annotations

from minzheng.kernel import clock
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.audit import Actor, current, note, part, verb
from minzheng.kernel.errors import NotAllowed, NotFound, Refused

from .models import OfficeNotice

__all__ = ["inform", "take_note"]


@verb("notices.inform", label="告知其他单位", beyond="告知记录保存在被告知单位")
def inform(
    *, path: str, from_path: str, title: str, text: str, topic: str, by: Actor, case_id: int | None = None
) -> OfficeNotice:
    """Tell the office of a place; the same topic is told it once, however often it is said.

    Nobody speaks for an office that is not their own.
    """
    if not by.covers(from_path):
        raise NotAllowed("out_of_scope", "只能以您所在单位的名义告知其他单位。请核对告知单位。")
    if not title.strip() or not text.strip():
        raise Refused("message_empty", "告知的标题和内容都不能为空。请填写。", field="text")
    row, new = OfficeNotice.objects.get_or_create(
        path=path, topic=topic[:60],
        defaults={
            "from_path": from_path, "case_id": case_id, "title": title[:80], "text": text[:1000],
            "sent_at": clock.now(), "sent_by": by.id,
        },
    )  # fmt: skip
    if new:
        _say(row, title=row.title, to=path)
    return row


@verb("notices.take_note", label="知悉告知")
def take_note(*, notice: OfficeNotice, by: Actor) -> OfficeNotice:
    """Somebody of the place that was told has read it; the first one counts."""
    row = in_scope(OfficeNotice.objects.select_for_update(), by).filter(pk=notice.pk).first()
    if row is None or not by.posts:
        raise NotFound("notice_not_found", "没有这条告知，或不是告知您所在单位的。请返回列表重新选择。")
    if row.read_at is None:
        row.read_at, row.read_by = clock.now(), by.id
        row.save(update_fields=["read_at", "read_by"])
        _say(row, read=True)
    return row


def _say(row: OfficeNotice, **facts: object) -> None:
    if current().verb.startswith("notices."):
        note(about=row, case_id=row.case_id, path=row.path, after=facts)
    else:
        part("notices.officenotice", **facts)
