"""What the rules believe was told by the platform, not by whoever can run SQL of their own as its role.

The view comes with a proof: HMAC-SHA256 over the connection, a turn that only rises, and the view, under a key that the
platform's processes and the owner of the database know.  ``minzheng_tell`` checks it and keeps, where the role cannot
reach, a digest of what was told on this connection; ``minzheng_said`` answers only while the setting fits that digest.
A setting that was forged, or told on another connection or at another turn, says nothing: no row is shown.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Any

from django.conf import settings

__all__ = ["FIELDS", "FUNCTIONS", "KEPT", "keep_key", "proof", "said"]

KEPT = "minzheng_kept"
"""The schema that the role cannot enter."""

FIELDS = ("door", "places", "writes", "wide", "person", "user", "homes", "rooms")
"""What is told, in the order in which it lies in the setting; ``homes`` is added by the database."""

# Digests and turns of a connection live in its own memory of two sequences, which nobody but the owner may set.
_KEPT = """
CREATE SCHEMA IF NOT EXISTS minzheng_kept;
REVOKE ALL ON SCHEMA minzheng_kept FROM PUBLIC;
CREATE TABLE IF NOT EXISTS minzheng_kept.key (inner_half bytea NOT NULL, outer_half bytea NOT NULL);
CREATE UNLOGGED SEQUENCE IF NOT EXISTS minzheng_kept.told MINVALUE -9223372036854775808 START 0;
CREATE UNLOGGED SEQUENCE IF NOT EXISTS minzheng_kept.turn;
"""
_SAME_KEY = "SELECT count(*) = 1 AND bool_and(inner_half = %s AND outer_half = %s) FROM minzheng_kept.key"

FUNCTIONS = """
CREATE OR REPLACE FUNCTION minzheng_said(which int) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED AS $$
DECLARE told text := pg_catalog.current_setting('minzheng.view', true);
BEGIN
  IF told OPERATOR(pg_catalog.<>) '' AND pg_catalog.int8send(pg_catalog.currval('minzheng_kept.told'))
      OPERATOR(pg_catalog.=) pg_catalog.substr(pg_catalog.sha256(pg_catalog.convert_to(told, 'UTF8')), 1, 8) THEN
    RETURN pg_catalog.split_part(told, E'\\x1f', which);
  END IF;
  RETURN '';
END $$;
CREATE OR REPLACE FUNCTION minzheng_tell(
  door text, places text, writes text, wide text, person text, who text, rooms text, turn bigint, proof text
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE kept minzheng_kept.key; last bigint; homes text := ''; told text; digest text;
BEGIN
  SELECT * INTO STRICT kept FROM minzheng_kept.key;
  told := concat_ws(E'\\x1f', pg_backend_pid(), turn, door, places, writes, wide, person, who, rooms);
  IF encode(sha256(kept.outer_half || sha256(kept.inner_half || convert_to(told, 'UTF8'))), 'hex') <> proof THEN
    RAISE EXCEPTION 'the view was not told by the platform' USING ERRCODE = 'insufficient_privilege';
  END IF;
  BEGIN
    last := currval('minzheng_kept.turn');
  EXCEPTION WHEN object_not_in_prerequisite_state THEN
    -- The first of this connection, whose number may have been another's before.
    SELECT extract(epoch FROM backend_start - interval '5 minutes')::bigint * 1000000000 INTO last
    FROM pg_stat_activity WHERE pid = pg_backend_pid();
  END;
  IF turn <= last THEN
    RAISE EXCEPTION 'the view was told before' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF person <> '' THEN
    homes := public.minzheng_homes_of(person::bigint);
    writes := concat_ws(',', nullif(writes, ''), public.minzheng_county_of(person::bigint));
  END IF;
  told := concat_ws(E'\\x1f', door, places, writes, wide, person, who, homes, rooms);
  digest := encode(substr(sha256(convert_to(told, 'UTF8')), 1, 8), 'hex');
  PERFORM setval('minzheng_kept.turn', turn), setval('minzheng_kept.told', ('x' || digest)::bit(64)::bigint),
    set_config('minzheng.view', told, false);
END $$;
"""


def said(name: str) -> str:
    """SQL of one part of what was told; empty where nothing is, or it is not proven."""
    return f"minzheng_said({FIELDS.index(name) + 1})"


def proof(backend: int, turn: int, told: Sequence[str]) -> str:
    """That the platform tells this view on this connection at this turn; ``told`` is ``FIELDS`` without homes."""
    words = "\x1f".join([str(backend), str(turn), *told])
    return hmac.new(_key(), words.encode(), sha256).hexdigest()


def keep_key(cursor: Any) -> None:
    """The owner lays the key where the role cannot reach, anew if it is another by now."""
    block = _key().ljust(64, b"\0")
    halves = [bytes(byte ^ pad for byte in block) for pad in (0x36, 0x5C)]
    cursor.execute(_KEPT)
    cursor.execute(_SAME_KEY, halves)
    if cursor.fetchone() != (True,):
        cursor.execute("DELETE FROM minzheng_kept.key")
        cursor.execute("INSERT INTO minzheng_kept.key VALUES (%s, %s)", halves)


def _key() -> bytes:
    return _derived(settings.SECRET_KEY)


@lru_cache(maxsize=4)
def _derived(secret: str) -> bytes:
    return sha256(f"minzheng.view/{secret}".encode()).digest()
