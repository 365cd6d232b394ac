"""What a step's evidence must satisfy beyond its form, by service."""

from __future__ import annotations

from .dibao import assessed, examined, heard, panel_met, registered, visited
from .emergency import papers_complete, scene_assessed
from .tekun import arranged, ending_posted, reviewed
from .temporary import agreed, expense_seen, means_looked_at, planned

__all__ = [
    "agreed", "arranged", "assessed", "ending_posted", "examined", "expense_seen", "heard", "means_looked_at",
    "panel_met", "papers_complete", "planned", "registered", "reviewed", "scene_assessed", "visited",
]  # fmt: skip
