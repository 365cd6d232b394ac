"""Mail over SMTP (RFC 5321).  A server takes whatever it is given: what broke off in the middle is not sent again.

Before the text is handed over a failure is harmless and tried again; once it is under way and no answer has come,
nobody knows, and a human decides.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import unquote, urlsplit

from django.conf import settings

from minzheng.kernel import clock
from minzheng.kernel.errors import Mistake

from .shapes import Arrived, Heard, Outcome, Posted, Said

__all__ = ["Mail"]

_TIMEOUT_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Mail:
    """The server, how to sign in there, and who writes."""

    address: str = field(repr=False)
    sender: str
    keyed: bool = False

    @classmethod
    def of_settings(cls) -> Mail:
        """The server of the settings: ``smtp://``, ``smtps://`` or ``smtp+starttls://user:password@host:port``."""
        return cls(settings.MINZHENG_SMTP, settings.MINZHENG_MAIL_FROM)

    def send(self, one: Posted) -> Said:
        """Hand one over to the server."""
        content = self._written(one)
        try:
            server = self._open()
        except (OSError, smtplib.SMTPException) as error:
            return Said(Outcome.LATER, error=_word(error))
        try:
            return self._hand_over(server, one, content)
        finally:
            with suppress(OSError, smtplib.SMTPException):
                server.quit()

    def arrivals(self, after: int) -> Iterator[Arrived]:
        """A mail server reports nothing that could be relied on."""
        return iter(())

    def answers(self, after: int) -> Iterator[Heard]:
        """Letters say that nobody reads what is sent back."""
        return iter(())

    def _hand_over(self, server: smtplib.SMTP, one: Posted, content: bytes) -> Said:
        try:
            for code, _ in (server.mail(self.sender), server.rcpt(one.to)):
                if code >= 400:
                    return _answered(code)
        except (OSError, smtplib.SMTPException) as error:
            return Said(Outcome.LATER, error=_word(error))
        try:
            code, _ = server.data(content)
        except smtplib.SMTPDataError as error:
            return _answered(error.smtp_code)
        except (OSError, smtplib.SMTPException):
            return Said(Outcome.DOUBTFUL, error="broken_off")
        return Said(Outcome.TAKEN, receipt=_number(one.key)) if code == 250 else _answered(code)

    def _written(self, one: Posted) -> bytes:
        letter = EmailMessage(policy=SMTP)
        letter["From"], letter["To"], letter["Subject"] = self.sender, one.to, one.subject
        letter["Date"], letter["Message-ID"] = clock.now(), f"<{_number(one.key)}>"
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(one.text, cte="base64")
        return letter.as_bytes()

    def _open(self) -> smtplib.SMTP:
        parts = urlsplit(self.address)
        if parts.scheme not in {"smtp", "smtps", "smtp+starttls"} or not parts.hostname:
            message = "邮件服务器地址不对。请把 MINZHENG_SMTP 设为 smtps://用户:口令@主机:端口。"
            raise Mistake("smtp_address", message)
        if parts.scheme == "smtps":
            secure = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                parts.hostname, parts.port or 465, timeout=_TIMEOUT_SECONDS, context=secure
            )
        else:
            server = smtplib.SMTP(parts.hostname, parts.port or 25, timeout=_TIMEOUT_SECONDS)
        server.ehlo_or_helo_if_needed()
        if parts.scheme == "smtp+starttls":
            server.starttls(context=ssl.create_default_context())
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        return server


def _answered(code: int) -> Said:
    """4xx is for now, 5xx for good (RFC 5321 §4.2.1)."""
    return Said(Outcome.REFUSED if code >= 500 else Outcome.LATER, error=f"status_{code}")


def _word(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "timeout"
    return "sign_in" if isinstance(error, smtplib.SMTPAuthenticationError) else "unreachable"


def _number(key: str) -> str:
    """What the letter is called among letters: the same for the same key."""
    return f"{key.replace(':', '.')}@minzheng.invalid"
