"""The door for other departments: a signed question in, a signed answer out; no session, no page.

``POST /api/exchange/questions`` {question, number, purpose, officer, fields}, under ``X-Minzheng-Department`` and the
three headers of a signature.  See docs/how-to/connect-a-department.md.
"""

from __future__ import annotations

import json
import re
import time
from typing import Any

from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from minzheng.kernel import catalogue
from minzheng.kernel.exchange.disclosing import REASONS, Asked, department_actor, disclose
from minzheng.kernel.exchange.keys import partner_key
from minzheng.kernel.signing import NONCE, TIME, WINDOW_SECONDS, is_signed, sign

__all__ = ["questions"]

DEPARTMENT = "X-Minzheng-Department"
LARGEST = 16 * 1024
_NONCE = re.compile(r"[0-9A-Za-z_-]{16,64}")
_STATUS = {"over_quota": 429, "question_malformed": 400, "officer_missing": 400}


@csrf_exempt
@require_POST
def questions(request: HttpRequest) -> HttpResponse:
    """A department that holds its key is answered or told why not; anyone else is told nothing."""
    department = request.headers.get(DEPARTMENT, "")
    labels = {one.item.department: one.item.label for one in catalogue.current().grants.values()}
    if department not in labels or int(request.headers.get("Content-Length") or 0) > LARGEST:
        return _unsigned()
    key = partner_key(department)
    signed = is_signed(key, request.headers, what="POST", path=request.path, body=request.body)
    if not signed or not _timely(request.headers.get(TIME, "")):
        return _unsigned()
    asked = _asked(request)
    if asked is None:
        return _signed(
            key, request, 400, {"error": "question_malformed", "message": REASONS["question_malformed"]}
        )
    try:
        told = disclose(
            asked=asked, department=department, by=department_actor(department, labels[department])
        )
    except IntegrityError:
        return _signed(
            key, request, 401, {"error": "replayed", "message": "同一请求只处理一次。请重新签名后提交。"}
        )
    reason = told.kept.reason
    if reason:
        return _signed(key, request, _STATUS.get(reason, 403), {"error": reason, "message": REASONS[reason]})
    return _signed(key, request, 200, {"answer": dict(told.fields), "reference": told.kept.pk})


def _timely(at: str) -> bool:
    try:
        return abs(time.time() - float(at)) <= WINDOW_SECONDS
    except ValueError:
        return False


def _asked(request: HttpRequest) -> Asked | None:
    try:
        said = json.loads(request.body)
    except (ValueError, RecursionError):
        return None
    nonce = request.headers.get(NONCE, "")
    if not isinstance(said, dict) or not _NONCE.fullmatch(nonce):
        return None
    texts = [said.get(name, "") for name in ("question", "number", "purpose", "officer")]
    fields = said.get("fields")
    if not all(isinstance(text, str) and len(text) <= 60 and text.isprintable() for text in texts):
        return None
    if not isinstance(fields, list) or not all(isinstance(one, str) for one in fields) or len(fields) > 40:
        return None
    return Asked(*texts, fields=tuple(fields), request_id=nonce)


def _unsigned() -> HttpResponse:
    content = json.dumps({"error": "unsigned", "message": "签名不对或已过期。"}, ensure_ascii=False)
    return HttpResponse(content, status=401, content_type="application/json; charset=utf-8")


def _signed(key: bytes, request: HttpRequest, status: int, said: dict[str, Any]) -> HttpResponse:
    body = json.dumps(said, ensure_ascii=False, sort_keys=True).encode()
    nonce = request.headers.get(NONCE, "")
    headers = sign(key, what=str(status), path=request.path, body=body, nonce=nonce)
    return HttpResponse(body, status=status, content_type="application/json; charset=utf-8", headers=headers)
