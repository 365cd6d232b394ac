"""How somebody wishes to be told: an own mail address, and whether short messages without a duty are wanted.

What the procedure must tell (补正, decisions) is told by telephone all the same; only general notices may be declined.
"""

from __future__ import annotations

import re

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.errors import NotAllowed, Refused
from minzheng.kernel.people.models import Person

from .models import Contact
from .sending import night

__all__ = ["contact_of", "night_of", "prefer"]

# One part, an at sign, a host with a dot; nothing that could end a header line.
_MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}")


def contact_of(by: Actor) -> Contact | None:
    """What the person who is signed in has said."""
    return Contact.objects.filter(person_id=by.person_id).first() if by.person_id is not None else None


def night_of(by: Actor) -> tuple[int, int]:
    """From which hour until which nobody is disturbed where the person lives."""
    path = Person.objects.values_list("path", flat=True).get(pk=by.person_id or 0)
    return night(path)


@verb("notices.prefer", label="登记接收方式")
def prefer(*, email: str, no_sms: bool, by: Actor) -> Contact:
    """Everyone says it for themselves."""
    if by.person_id is None:
        raise NotAllowed("own_contact", "接收方式只能由本人登记。请用本人账号登录后办理。")
    address = email.strip()
    if address and (len(address) > 120 or not _MAIL.fullmatch(address)):
        message = "邮箱地址不对，例：name@example.cn。请检查后重新填写，不用邮箱可以留空。"
        raise Refused("email_format", message, field="email")
    person = Person.objects.get(pk=by.person_id)
    kept, _ = Contact.objects.update_or_create(
        person=person,
        defaults={"path": person.path, "email": address, "no_sms": no_sms, "changed_at": clock.now()},
    )
    note(about=kept, path=kept.path, after={"email": bool(address), "no_sms": no_sms})
    return kept
