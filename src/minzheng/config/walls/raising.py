"""Put the rules on every table and let the platform's role in; after each migration of the database.

The site and its workers come as a role that owns nothing and cannot set the rules aside; the owner, who migrates, backs
up and restores, is not bound by them.
"""

from __future__ import annotations

import hashlib
from typing import Any

from django.db import connection
from psycopg import sql

from .proving import keep_key
from .rules import functions, reading, writing
from .tables import walled

__all__ = ["ROLE", "raise_walls"]

ROLE = "minzheng_app"

_ROLES = """
SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = %s), rolsuper OR rolcreaterole
FROM pg_roles WHERE rolname = current_user
"""
_GRANTS = """
GRANT USAGE ON SCHEMA public TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
REVOKE UPDATE, DELETE ON audit_entry, audit_link, audit_write FROM {role};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role};
"""
_MAINTAIN = "GRANT MAINTAIN ON ALL TABLES IN SCHEMA public TO {role}"
_TRIGGER_FUNCTIONS = """
SELECT format('ALTER FUNCTION %s SECURITY DEFINER SET search_path = public', p.oid::regprocedure)
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname = 'public' AND p.prorettype = 'trigger'::regtype AND NOT p.prosecdef
  AND p.proowner = current_user::regrole
"""


def raise_walls(**_: Any) -> None:
    """Called when all tables stand."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_regclass('audit_write') IS NOT NULL AND to_regclass('casework_mandate') IS NOT NULL"
        )
        if cursor.fetchone() != (True,):
            return
        keep_key(cursor)
        _put_on(cursor)
        # What a trigger checks, it checks with whole books, not with what one viewer sees of them.
        cursor.execute(_TRIGGER_FUNCTIONS)
        for (statement,) in cursor.fetchall():
            cursor.execute(statement)
        _let_in(cursor)


def _put_on(cursor: Any) -> None:
    """Once for each change of the rules: the database keeps a mark of what it was told."""
    text = "\n".join([functions(), *map(_policies, walled())])
    mark = hashlib.sha256(text.encode()).hexdigest()
    cursor.execute("SELECT obj_description(to_regproc('minzheng_my_case'), 'pg_proc')")
    if cursor.fetchone() != (mark,):
        cursor.execute(text)
        cursor.execute(sql.SQL("COMMENT ON FUNCTION minzheng_my_case IS {}").format(sql.Literal(mark)))


def _policies(model: Any) -> str:
    table, see, write = model._meta.db_table, reading(model), writing(model)
    dropped = "".join(
        f'DROP POLICY IF EXISTS wall_{one} ON "{table}";\n' for one in ("see", "add", "change", "drop")
    )
    return f"""
ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY;
{dropped}CREATE POLICY wall_see ON "{table}" FOR SELECT USING ({see});
CREATE POLICY wall_add ON "{table}" FOR INSERT WITH CHECK ({write});
CREATE POLICY wall_change ON "{table}" FOR UPDATE USING ({see}) WITH CHECK ({write});
CREATE POLICY wall_drop ON "{table}" FOR DELETE USING ({write});"""


def _let_in(cursor: Any) -> None:
    """The role is made where whoever migrates may make one; else the administrator of the server makes it."""
    role = sql.Identifier(ROLE)
    cursor.execute(_ROLES, [ROLE])
    there, may_make = cursor.fetchone()
    if not there and not may_make:
        return
    if not there:
        cursor.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(role))
        cursor.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(role))
    cursor.execute(sql.SQL(_GRANTS).format(role=role))
    cursor.execute("SHOW server_version_num")
    if int(cursor.fetchone()[0]) >= 170000:
        cursor.execute(sql.SQL(_MAINTAIN).format(role=role))
