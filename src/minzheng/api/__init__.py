"""The machine door: what the catalogue declares, as JSON over HTTP, for whoever has signed in.

Programs on our own pages use the session and its CSRF token, other systems a key of their own.
"""
