"""Every table of the platform is watched: what writes outside a verb leaves a row.

The triggers are put on after migrations and follow from the models, so that no table can be forgotten; the audit's own
tables are appended to only.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import connection
from psycopg import sql

__all__ = ["DEED", "watch", "watched"]

# What the running verb is called, for the length of its transaction.
DEED = "minzheng.deed"
# Emptying a table has a trigger of its own, that tests with real transactions set aside.
_TRIGGERS = {
    "written_outside_a_verb": "INSERT OR UPDATE OR DELETE",
    "emptied_outside_a_verb": "TRUNCATE",
}

# A statement is kept without what it says of anybody: no quoted text, no long figure.
_FUNCTION = f"""
CREATE OR REPLACE FUNCTION audit_write() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF coalesce(current_setting('{DEED}', true), '') = '' THEN
    INSERT INTO audit_write (at, relation, operation, statement, login, program)
    VALUES (clock_timestamp(), TG_TABLE_NAME, TG_OP,
            left(regexp_replace(regexp_replace(coalesce(current_query(), ''), '''[^'']*''', '''*''', 'g'),
                                '[0-9]{{5,}}', '*', 'g'), 2000),
            session_user, left(current_setting('application_name'), 80));
  END IF;
  RETURN NULL;
END $$"""


_UNWATCHED = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = current_schema() AND c.relname = ANY(%s)
  AND NOT EXISTS (SELECT 1 FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = %s)"""


def watched() -> list[str]:
    """The tables of the platform's own models, but for the audit's and those that say why they are ``not_watched``."""
    return sorted(
        model._meta.db_table
        for model in apps.get_models()
        if model.__module__.startswith("minzheng.")
        and model._meta.app_label != "audit"
        and model._meta.managed
        and not getattr(model, "not_watched", "")
    )


def watch(**_: Any) -> None:
    """Put the triggers on every table that has none yet; called after each migration of the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('audit_write')")
        if cursor.fetchone() == (None,):
            return
        cursor.execute(_FUNCTION)
        for trigger, operations in _TRIGGERS.items():
            cursor.execute(_UNWATCHED, [watched(), trigger])
            for (table,) in cursor.fetchall():
                cursor.execute(
                    sql.SQL(
                        "CREATE TRIGGER {} AFTER {} ON {} FOR EACH STATEMENT EXECUTE FUNCTION audit_write()"
                    ).format(sql.Identifier(trigger), sql.SQL(operations), sql.Identifier(table))
                )
