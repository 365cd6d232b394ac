"""Settings of the processes that run apart from the platform: the other departments and the bank know no table."""

from minzheng.config.settings import *  # noqa: F403

INSTALLED_APPS = ["minzheng.config"]
