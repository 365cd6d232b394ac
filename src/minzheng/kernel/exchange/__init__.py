"""Other departments' data in: consent, purpose, source, validity, evidence; no answer is unknown, never zero."""
