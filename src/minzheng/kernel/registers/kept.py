"""What somebody kept of registers: the views to come back to, the workbooks that were asked for."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import NotFound

from .models import Export, SavedView

__all__ = ["export_of", "exports_of", "views_of"]


def views_of(code: str, *, by: Actor) -> list[SavedView]:
    """The views I saved, and those that colleagues of my offices share; mine first."""
    shared = Q(shared=True, path__in={post.path for post in by.posts})
    rows = SavedView.objects.filter(Q(created_by=by.id) | shared, register=code)
    return sorted(rows, key=lambda one: (one.created_by != by.id, one.name))


def exports_of(by: Actor) -> QuerySet[Export]:
    """The workbooks that I asked for; nobody else's."""
    return Export.objects.filter(created_by=by.id)


def export_of(export_id: int, *, by: Actor) -> Export:
    """One of mine."""
    found = exports_of(by).filter(pk=export_id).first()
    if found is None:
        raise NotFound("export_unknown", "没有这份导出，或者不是您申请的。请从台账重新导出。")
    return found
