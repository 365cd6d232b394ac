"""Visits to homes, and the leads (线索) that they and data matches raise."""
