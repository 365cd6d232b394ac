"""一门受理: whoever comes to the window is heard once, gets one receipt and one answer, whoever does the work."""
