"""What the tests of the money pages share: opening, reading, sending a sheet."""

from __future__ import annotations

import re

from tests.factories import user_of

HOME = "/desk/money/"


def enter(client, who):
    """Signed in as this actor."""
    client.force_login(user_of(who))
    return client


def text(response):
    """What is on the page."""
    return response.content.decode()


def body(response):
    """A file that was sent, whole."""
    found = b"".join(response.streaming_content)
    # Closing the response itself would end the request, and with it the connection of the test.
    for close in response._resource_closers[:1]:
        close()
    return found


def sheet(page, code):
    """The hidden fields of one sheet of the page."""
    found = re.search(rf'<form[^>]*id="sheet-{code}".*?</form>', page, re.S)
    assert found is not None, f"no sheet {code}"
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', found[0]))


def deed(client, url, code, **fields):
    """Open the page, send the sheet."""
    hidden = sheet(text(client.get(url)), code)
    hidden.pop("csrfmiddlewaretoken", None)
    return client.post(url, {**hidden, **{f"{code}-{name}": value for name, value in fields.items()}})
