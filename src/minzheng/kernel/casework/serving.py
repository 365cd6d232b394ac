"""送达: the decision reaches the applicant, and the remedies begin to run."""

from __future__ import annotations

from minzheng.kernel import clock
from minzheng.kernel.documents.models import Document
from minzheng.kernel.notices import actions as notices

from .act import Act
from .models import Decision

__all__ = ["on_take"]


def on_take(act: Act) -> None:
    """Keep the proof of delivery; the time for remedies runs from today."""
    decision = Decision.objects.filter(case=act.case).latest("id")
    document = Document.objects.get(pk=decision.document_id or 0)
    proof = Document.objects.filter(pk=act.evidence.get("proof") or 0, case_id=act.case.pk).first()
    notices.serve(
        document=document, person_id=act.case.applicant_id, way=act.evidence["way"], proof=proof, by=act.by
    )
    decision.served_on = clock.today()
    decision.save()
