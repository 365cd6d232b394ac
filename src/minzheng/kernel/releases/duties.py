"""Who drafts, who signs, and the release as it stands at that moment."""

from __future__ import annotations

from minzheng.kernel import catalogue, declare
from minzheng.kernel.audit import Actor, Post
from minzheng.kernel.audit.actor import Kind
from minzheng.kernel.errors import NotAllowed, NotFound, Refused

from .models import Release

__all__ = ["declared", "locked", "post_of", "require", "require_state", "require_system", "unknown"]


def declared(domain: str) -> catalogue.Declared[declare.Simulated]:
    """What the domain says of its releases."""
    found = catalogue.current().simulated.get(domain)
    if found is None:
        raise NotFound("domain_not_released", "该业务领域没有可以试算和发布的标准。请从目录中选择。")
    return found


def post_of(by: Actor, roles: tuple[declare.Role, ...], *, domain: str, path: str) -> Post | None:
    """The post by which the actor holds one of these roles over the place, at the level of the role."""
    levels = {f"{domain}.{role.code}": role.at for role in roles}
    held = (post for post in by.posts if post.level == levels.get(post.role) and path.startswith(post.path))
    return next(held, None)


def require(by: Actor, *duties: str, domain: str, path: str) -> Post:
    """The actor drafts or signs for the place; whoever works elsewhere does not learn that there is anything."""
    item = declared(domain).item
    words = {"draft": "标准拟订", "sign": "标准会签"}
    for duty in duties:
        post = post_of(by, item.drafted_by if duty == "draft" else item.signed_by, domain=domain, path=path)
        if post is not None:
            return post
    named = "或".join(words[duty] for duty in duties)
    raise NotAllowed("release_duty", f"您在该地区没有{named}岗位，不能办理。请由相应岗位的工作人员办理。")


def locked(release: Release, by: Actor) -> Release:
    """The release as it is now, held until the verb ends; out of reach it looks like one that does not exist."""
    found = Release.objects.select_for_update().filter(pk=release.pk).first()
    if found is None or not _near(found.path, by):
        raise unknown()
    return found


def _near(path: str, by: Actor) -> bool:
    return by.covers(path) or any(post.path.startswith(path) for post in by.posts)


def unknown() -> NotFound:
    """What is out of reach and what is not there are told alike."""
    return NotFound("release_unknown", "没有这次标准发布。请返回列表重新选择。")


def require_state(release: Release, *states: Release.State) -> None:
    """The release stands where this verb starts."""
    if release.state not in states:
        wanted = "或".join(f"“{state.label}”" for state in states)
        raise Refused(
            "release_state",
            f"“{release.title}”现为“{release.get_state_display()}”，须为{wanted}才能办理。请刷新页面。",
            state=release.state,
        )


def require_system(by: Actor) -> None:
    """Some deeds are the platform's own."""
    if by.kind is not Kind.SYSTEM:
        raise NotAllowed("by_itself", "试算和待遇调整由平台自动处理，不能代办。")
