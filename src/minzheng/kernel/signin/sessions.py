"""Who is in, how many times at once, and for how long; a session that ends is gone from the server."""

from __future__ import annotations

from django.contrib.auth import login
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.http import HttpRequest

from minzheng.kernel import clock
from minzheng.kernel.access.models import SignedIn, User
from minzheng.kernel.audit import announced

from .accounts import BACKEND
from .rules import number_for
from .telling import tell

__all__ = ["begin", "end", "end_all", "limits", "live", "turned"]


def begin(request: HttpRequest, user: User, *, how: SignedIn.How, address: str, device: str) -> SignedIn:
    """The account is in under a new session number; the oldest of too many sessions ends."""
    with announced("access.sign_in"):
        User.objects.select_for_update().get(pk=user.pk)
        # A second factor may have been waited for in this session: what it held does not go on.
        request.session.flush()
        login(request, user, backend=BACKEND)
        if request.session.session_key is None:
            request.session.create()
        kept = SignedIn.objects.create(
            user=user, session_key=request.session.session_key or "", how=how, begun_at=clock.now(), address=address,
            device=device[:120],
        )  # fmt: skip
        crowd = list(live(user)[number_for(user, "session.parallel") :])
        _end(SignedIn.objects.filter(pk__in=[one.pk for one in crowd]), SignedIn.Ended.CROWDED)
        tell(
            "access.sign_in",
            "登录",
            user=user,
            done=True,
            how=how.value,
            address=address,
            ended_others=len(crowd),
        )
    return kept


def limits(user: User) -> tuple[int, int]:
    """Seconds without a deed, and seconds in all, after which this account is signed out."""
    return number_for(user, "session.idle") * 60, number_for(user, "session.longest") * 60


def live(user: User) -> QuerySet[SignedIn]:
    """The sessions that have not ended, the latest first; one whose row the server no longer has is over."""
    alive = Session.objects.filter(expire_date__gt=clock.now()).values("session_key")
    return SignedIn.objects.filter(user=user, ended_at=None, session_key__in=alive).order_by("-id")


def end(user: User, session_key: str, why: SignedIn.Ended, *, address: str) -> None:
    """One session ends, and this is kept."""
    with announced("access.sign_out"):
        _end(SignedIn.objects.filter(user=user, session_key=session_key, ended_at=None), why)
    tell("access.sign_out", why.label, user=user, done=True, address=address, why=why.value)


def end_all(user: User, why: SignedIn.Ended, *, but: str = "") -> int:
    """Every session of the account ends, or every one but this."""
    return _end(SignedIn.objects.filter(user=user, ended_at=None).exclude(session_key=but), why)


def turned(old: str, new: str) -> None:
    """A session goes on under a new number."""
    with announced("access.renew_session"):
        SignedIn.objects.filter(session_key=old).update(session_key=new)


def _end(rows: QuerySet[SignedIn], why: SignedIn.Ended) -> int:
    keys = list(rows.values_list("session_key", flat=True))
    if not keys:
        return 0
    Session.objects.filter(session_key__in=keys).delete()
    ended = SignedIn.objects.filter(session_key__in=keys, ended_at=None)
    return ended.update(ended_at=clock.now(), ended=why)
