"""A resident's telephone: signed in, a form opened and sent, an application begun and filled in."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client

from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.models import Case
from tests.factories.cast import user_of
from tests.factories.money import a_card

DIBAO = "assistance.dibao"
HOSTILE = "<script>alert(1)</script>"
MEMBER = {"lives_together": "true", "work_capacity": "none"}
HOUSEHOLD = {
    "class_ur": "rural", "need": "父亲生病", "housing": "own", "houses": "1", "deposits": "3000", "vehicles": "0",
    "phone": "13800000000",
}  # fmt: skip


def signed_in(actor: Actor) -> Client:
    client = Client()
    client.force_login(user_of(actor))
    return client


def hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found, f"no hidden {name}"
    return found[1]


def text_of(response: Any) -> str:
    return str(response.content.decode())


def press(client: Client, url: str, answers: dict[str, Any] | None = None, **more: Any) -> Any:
    """Open a page and send its form with its own key and version."""
    html = text_of(client.get(url))
    form = {"key": hidden(html, "key")}
    if 'name="version"' in html:
        form["version"] = hidden(html, "version")
    return client.post(url, form | (answers or {}), **more)


def begun(client: Client) -> Case:
    """A draft made by the button."""
    assert press(client, f"/services/{DIBAO}/start/").status_code == 302
    return Case.objects.latest("id")


def filled(client: Client) -> Case:
    """A draft filled in page by page."""
    case = begun(client)
    for one in case.members.order_by("id"):
        kin = (
            {}
            if one.person_id == case.applicant_id
            else {"kin-relation": one.relation, "kin-counted": "true"}
        )
        assert press(client, f"/apply/{case.pk}/members/{one.pk}/", MEMBER | kin).status_code == 302
    assert press(client, f"/apply/{case.pk}/household/", HOUSEHOLD).status_code == 302
    payee = {"payee_owner": case.applicant.name, "payee_account": a_card()}
    assert press(client, f"/apply/{case.pk}/payee/", payee).status_code == 302
    return case
