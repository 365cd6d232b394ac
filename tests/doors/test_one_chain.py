"""Browsers of tests share one chain of middleware, and none of them comes through one that is behind a setting."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def _told(client: Client) -> str:
    return str(client.get("/login/")["Referrer-Policy"])


def test_two_browsers_share_a_chain_and_a_setting_that_changes_makes_a_new_one(settings: Any) -> None:
    one, two, three = Client(), Client(), Client()
    assert _told(one) == _told(two) == "same-origin"
    assert one.handler._middleware_chain is two.handler._middleware_chain
    settings.SECURE_REFERRER_POLICY = "no-referrer"
    assert _told(three) == "no-referrer"
