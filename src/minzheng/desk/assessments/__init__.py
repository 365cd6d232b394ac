"""Desk: scored assessments; the sheet, the two signatures, the objection, and who is certified."""
