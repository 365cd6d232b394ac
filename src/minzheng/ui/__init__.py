"""How every page looks and reads: one set of templates, styles and tags for both doors.

This storey draws what it is given.  It knows the vocabulary of the kernel and nothing of a domain.
"""
