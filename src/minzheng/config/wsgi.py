"""The door for the web server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "minzheng.config.settings")
application = get_wsgi_application()


def _warm() -> None:
    """Django has to stand before anything of the platform is asked for."""
    from minzheng.config.warming import warm

    warm()


_warm()
