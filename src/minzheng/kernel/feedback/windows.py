"""A tablet before a window: connected by a link that serves once, it asks about what its clerk has just done.

It shows neither case nor name.  Whoever was served stands before it; some minutes later it asks no more.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from minzheng.kernel import audit, clock
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.audit.viewing import door
from minzheng.kernel.casework.models import Task
from minzheng.kernel.casework.terms import number
from minzheng.kernel.errors import NotFound, Refused
from minzheng.kernel.signin.sealing import digest, same

from .duties import required_anywhere, taker
from .giving import by_platform
from .models import Device
from .queries import Contact, contact_of

__all__ = ["asked_at", "close", "connect", "connected", "make", "of_window", "pass_over"]


@verb("feedback.make_device", label="登记窗口评价器")
def make(*, name: str, by: Actor) -> tuple[Device, str]:
    """A device for one's own window, and the secret with which it is connected, once, within some minutes."""
    path = required_anywhere(by, taker)
    if not name.strip() or len(name.strip()) > 30:
        raise Refused("name_needed", "请填写窗口名称（不超过30字），如“2号窗口”。", field="name")
    secret = secrets.token_hex(12)
    device = Device.objects.create(
        name=name.strip(),
        path=path,
        owner=by.id,
        owner_name=by.name,
        secret=_digest(secret),
        made_at=clock.now(),
    )
    audit.note(about=device, path=path)
    return device, secret


@verb("feedback.connect_device", label="连接窗口评价器")
def connect(device_id: int, *, secret: str, by: Actor) -> tuple[Device, str]:
    """Whoever opens the link first is the device; it gets a secret of its own, and the link is worth nothing more."""
    by_platform(by)
    device = (
        Device.objects.select_for_update().filter(pk=device_id, closed_at=None, connected_at=None).first()
    )
    if device is None or not same(device.secret, _digest(secret)) or _too_late(device):
        raise NotFound("device_unknown", "连接码已经用过、过期或者不对。请在工作台重新登记一台评价器。")
    own = secrets.token_hex(24)
    device.secret, device.connected_at = _digest(own), clock.now()
    device.save()
    audit.note(about=device, path=device.path)
    return device, own


@verb("feedback.close_device", label="停用窗口评价器")
def close(device_id: int, *, by: Actor) -> Device:
    """It asks nobody any more."""
    device = Device.objects.select_for_update().filter(pk=device_id, owner=by.id).first()
    if device is None:
        raise NotFound("device_unknown", "没有这台评价器，或者它不是您的窗口的。请返回重新选择。")
    if device.closed_at is None:
        device.closed_at = clock.now()
        device.save()
    audit.note(about=device, path=device.path)
    return device


@verb("feedback.pass_over", label="不作评价")
def pass_over(device_id: int, task_id: int, *, by: Actor) -> Device:
    """Whoever stands there does not wish to rate."""
    by_platform(by)
    device = Device.objects.select_for_update().get(pk=device_id)
    device.passed_over = task_id
    device.save()
    audit.note(about=device, path=device.path)
    return device


def of_window(by: Actor) -> list[Device]:
    """The devices of one's own window that are in use."""
    required_anywhere(by, taker)
    return list(Device.objects.filter(owner=by.id, closed_at=None).order_by("id"))


@door("public")
def connected(device_id: int, secret: str) -> Device | None:
    """The device that shows this secret, as long as it is in use."""
    found = Device.objects.filter(pk=device_id, closed_at=None, connected_at__isnull=False).first()
    return found if found is not None and same(found.secret, _digest(secret)) else None


@door("public")
def asked_at(device: Device) -> Contact | None:
    """What its clerk ended within the last minutes and nobody has rated; nothing of what is closed to others."""
    since = clock.now() - timedelta(minutes=number("feedback.device", path=device.path, on=clock.today()))
    done = Task.objects.filter(
        done_by=device.owner, done_at__gte=since, state=Task.State.DONE, case__compartment="",
        path__startswith=device.path,
    )  # fmt: skip
    for task in done.select_related("case").order_by("-done_at", "-id")[:3]:
        contact = contact_of(task)
        if contact is not None:
            return contact if contact.open and task.pk != device.passed_over else None
    return None


def _too_late(device: Device) -> bool:
    minutes = number("feedback.connecting", path=device.path, on=clock.today())
    return device.made_at < clock.now() - timedelta(minutes=minutes)


def _digest(secret: str) -> str:
    return digest("rating device", secret)
