"""Courses (课程) that people follow page by page, and the page each of them has reached."""
