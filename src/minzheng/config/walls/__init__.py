"""Row security: the database itself shows a row only to whoever's place, person or case it belongs to.

``tables`` says what is walled, ``rules`` under which condition a row is seen and written, ``raising`` puts the rules on
and lets the platform's role in.  ``kernel.audit.viewing`` says for whom the connection speaks.
"""
