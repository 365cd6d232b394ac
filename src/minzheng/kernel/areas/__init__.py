"""Divisions (行政区划): five levels by code and date, and the jurisdiction path that scope is measured by."""
