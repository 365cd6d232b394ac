"""The machine door: what the catalogue declares, as JSON over HTTP, for whoever has signed in.

Programs use the same session and CSRF token as the pages; tokens for other systems are not given out yet.
"""
