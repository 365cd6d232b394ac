"""The door for the web server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "minzheng.config.settings")
application = get_wsgi_application()


def _warm() -> None:
    """The table of readings is laid out before somebody waits for it."""
    from minzheng.kernel.registers.naming import patterns

    patterns("zhang")


_warm()
