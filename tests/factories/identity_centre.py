"""The identity centre (统一身份认证) of the tests: a real OpenID Connect server, as a process of its own on loopback.

Run as a script it serves: a provider from a library, made to demand PKCE, and to go wrong when it is told to.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import requests
from django.test import Client

__all__ = ["Centre", "running"]


class Centre:
    """The process, and a person who signs in there."""

    def __init__(self, address: str) -> None:
        self.address = address

    def go_wrong(self, how: str) -> None:
        """From now on the centre errs in one way; an empty word sets it right."""
        requests.post(f"{self.address}/go-wrong", json={"how": how}, timeout=10).raise_for_status()

    def knows(self, subject: str, **claims: Any) -> None:
        """A person of the centre and what it says of them."""
        requests.put(f"{self.address}/users/{subject}", json=claims, timeout=10).raise_for_status()

    def agree(self, away: str, subject: str) -> str:
        """The person gives the centre what it wants, and is sent back: path and query of where to."""
        answer = requests.post(away, data={"sub": subject}, allow_redirects=False, timeout=10)
        assert answer.status_code == 302, answer.text[:500]
        back = urlsplit(answer.headers["Location"])
        return f"{back.path}?{back.query}"

    def sign_in(self, client: Client, subject: str, *, wanted: str = "") -> Any:
        """The whole way: off from our page, agreed there, back again."""
        away = client.get("/login/unified/", {"next": wanted})
        assert away.status_code == 302, away.content.decode()[-2000:]
        return client.get(self.agree(away["Location"], subject))


@contextmanager
def running() -> Iterator[Centre]:
    """Started, and stopped in the end."""
    env = os.environ | {"AUTHLIB_INSECURE_TRANSPORT": "1"}
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", __file__], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        env=env,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        yield Centre(json.loads(process.stdout.readline())["address"])
    finally:
        process.terminate()
        process.communicate(timeout=20)


def serve() -> None:
    """The provider."""
    import flask
    import oidc_provider_mock._app as provider
    from authlib import jose
    from authlib.oauth2.rfc7636 import CodeChallenge
    from werkzeug.serving import make_server

    wrong = {"how": ""}
    challenges: dict[str, tuple[str, str]] = {}

    class Pkce(CodeChallenge):  # type: ignore[misc]
        """No code without a challenge, none given out without its answer."""

        def __init__(self) -> None:
            super().__init__(required=True)

        def get_authorization_code_challenge(self, authorization_code: Any) -> str:
            return challenges[authorization_code.code][0]

        def get_authorization_code_challenge_method(self, authorization_code: Any) -> str:
            return challenges[authorization_code.code][1]

    grant, code = provider.AuthorizationCodeGrant, provider.OpenIDCode
    server_class = provider.flask_oauth2.AuthorizationServer
    save, configure, tell, register = (
        grant.save_authorization_code, code.get_jwt_config, code.generate_user_info, server_class.register_grant,
    )  # fmt: skip
    odd = {"nonce": {"nonce": "somebody else's"}, "audience": {"aud": ["another"]}}

    def kept(self: Any, text: str, request: Any) -> None:
        save(self, text, request)
        asked = flask.request.args
        assert asked["code_challenge_method"] == "S256"
        challenges[text] = (asked["code_challenge"], asked["code_challenge_method"])

    def configured(self: Any, *args: Any, **more: Any) -> dict[str, Any]:
        found: dict[str, Any] = configure(self, *args, **more)
        how = wrong["how"]
        if how == "signature":
            other = jose.RSAKey.generate_key(2048, is_private=True)
            found["key"] = other.as_dict(is_private=True) | {"kid": found["key"].get("kid", "")}
        elif how == "unsigned":
            found |= {"alg": "HS256", "key": "a guess"}
        elif how == "issuer":
            found["iss"] = "https://elsewhere.example"
        elif how == "expired":
            found["exp"] = -3600
        return found

    def told(self: Any, user: Any, scope: str) -> dict[str, Any]:
        return dict(tell(self, user, scope)) | odd.get(wrong["how"], {})

    def registered(self: Any, kind: Any, extensions: Any = None) -> None:
        register(self, kind, [*(extensions or ()), Pkce()] if kind is grant else extensions)

    grant.save_authorization_code, server_class.register_grant = kept, registered
    code.get_jwt_config, code.generate_user_info = configured, told
    app = provider.app(require_nonce=True)

    @app.post("/go-wrong")  # type: ignore[untyped-decorator]
    def go_wrong() -> str:
        wrong["how"] = flask.request.get_json()["how"]
        return ""

    server = make_server("127.0.0.1", 0, app, threaded=True)
    sys.stdout.write(json.dumps({"address": f"http://127.0.0.1:{server.port}"}) + "\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    serve()
