"""A resident's account at the window: opened for whoever has none, given a first password where the own is forgotten.

Whoever takes applications in does it, for the residents of the own place, with the person and a document in view.
"""

from __future__ import annotations

from minzheng.kernel import catalogue, declare
from minzheng.kernel.access import actions as access
from minzheng.kernel.access.models import SignedIn, User
from minzheng.kernel.access.queries import actor_of
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.errors import NotAllowed, NotFound, Refused
from minzheng.kernel.people.models import Person

from . import guessing
from .administering import first_password
from .passwords import keep
from .sessions import end_all

__all__ = ["SEEN", "account_of", "at_window", "may_at_window"]

# By what the window knew the person.
SEEN = {"id_card": "身份证原件", "social_card": "社会保障卡原件", "certificate": "公安机关出具的身份证明"}


def _windows() -> dict[str, declare.Role]:
    """The roles that take applications in, in every domain."""
    return {
        one.role(step.by): step.by
        for one in catalogue.current().services.values()
        for step in one.item.steps
        if isinstance(step, declare.Acceptance) and one.item.offered == "public"
    }


def may_at_window(by: Actor, person: Person) -> bool:
    """Whether the actor sits at a window of the person's place."""
    held = _windows()
    posts = (post for post in by.posts if post.role in held and person.path.startswith(post.path))
    return any(post.level == held[post.role].at for post in posts)


def account_of(person: Person) -> User | None:
    """The account that this resident has, if any."""
    return User.objects.filter(person_id=person.pk).first()


@verb("access.resident_at_window", label="窗口设居民密码")
def at_window(*, person: Person, seen: str, by: Actor) -> str:
    """A first password, told once to the person; every session ends, it is changed at the first sign-in."""
    if not may_at_window(by, person):
        if not by.covers(person.path):
            raise NotFound("person_not_found", "没有这位居民，或不在您的管辖范围内。")
        labels = "、".join(dict.fromkeys(role.label for role in _windows().values()))
        raise NotAllowed("not_at_window", f"居民密码由“{labels}”在窗口办理，您没有这个岗位。")
    if by.person_id == person.pk:
        raise NotAllowed("own_account", "自己的密码不能自己在窗口重置。请由其他同志办理。")
    if seen not in SEEN:
        raise Refused("document_needed", "请选择核验了哪种证件原件。", field="seen")
    if person.died_on is not None:
        raise Refused("person_died", "登记显示此人已去世，不能设密码。如登记有误，请先更正。")
    user = account_of(person) or access.open_account(
        username=f"jm{person.pk:08d}", name=person.name, person_id=person.pk, by=by
    )
    held = actor_of(user)
    if held.posts or held.charges or not user.is_active:
        raise Refused("staff_account", "这个账号有工作岗位或者已停用，请由系统管理员办理。")
    first = first_password()
    keep(user, first, must_change=True)
    end_all(user, SignedIn.Ended.CHANGED)
    guessing.forget(guessing.name_key(user.username))
    note(about=user, path=person.path, after={"person": person.pk, "seen": seen})
    return first
