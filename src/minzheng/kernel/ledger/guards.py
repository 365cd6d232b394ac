"""What the database itself refuses: a trigger kept as a constraint of its model.

The ledger cannot rely on every writer passing through Python.  A guard is declared in ``Meta.constraints``,
so it is created with the table and appears in the migration, and it holds for raw SQL as well.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from minzheng.kernel.audit.history import only_resealed
from minzheng.kernel.audit.watching import DEED

__all__ = ["Guard", "never"]


class Guard(models.BaseConstraint):
    """A PL/pgSQL body that runs when rows of the model are written, and may refuse the write."""

    def __init__(
        self,
        *,
        name: str,
        when: str,
        body: str,
        level: str = "ROW",
        referencing: str = "",
        deferred: bool = False,
    ) -> None:
        super().__init__(name=name)
        self.when, self.body, self.level = when, body, level
        self.referencing, self.deferred = referencing, deferred

    def constraint_sql(self, model: type[models.Model] | None, schema_editor: Any) -> str:
        """Nothing inside CREATE TABLE: the trigger follows once the tables stand."""
        schema_editor.deferred_sql.append(self.create_sql(model, schema_editor))
        return ""

    def create_sql(self, model: type[models.Model] | None, schema_editor: Any) -> str:
        """The function and its trigger."""
        table = _table(model, schema_editor)
        constraint = "CONSTRAINT" if self.deferred else ""
        deferrable = "DEFERRABLE INITIALLY DEFERRED" if self.deferred else ""
        return (
            f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $guard$\n"
            f"BEGIN\n{self.body}\nEND $guard$;\n"
            f"CREATE {constraint} TRIGGER {self.name} {self.when} ON {table} {deferrable} {self.referencing} "
            f"FOR EACH {self.level} EXECUTE FUNCTION {self.name}();"
        )

    def remove_sql(self, model: type[models.Model] | None, schema_editor: Any) -> str:
        """Take the trigger and its function away again."""
        return f"DROP TRIGGER {self.name} ON {_table(model, schema_editor)}; DROP FUNCTION {self.name}();"

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """Only the database can tell."""

    def deconstruct(self) -> tuple[str, tuple[()], dict[str, Any]]:
        facts = {
            "name": self.name, "when": self.when, "body": self.body, "level": self.level,
            "referencing": self.referencing, "deferred": self.deferred,
        }  # fmt: skip
        return f"{__name__}.{type(self).__name__}", (), facts

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Guard) and self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash(self.name)


def never(
    table: str, events: str, why: str, *, sealed: tuple[str, ...] = (), but: str = ""
) -> tuple[Guard, ...]:  # fmt: skip
    """Rows that are appended only: these events and TRUNCATE are refused, with the reason.

    Only a newer key may seal the ``sealed`` columns anew, and nothing else of the row; ``but`` is a verb that may.
    Whoever runs statements of their own can say to be that verb; so nothing stands unless the transaction ends with the
    verb's own row in the audit, which is linked and cannot be taken away.
    """
    words = why.replace("'", "''")
    body = f"RAISE EXCEPTION '{words}' USING ERRCODE = 'restrict_violation';"
    kept = _but_resealed(sealed) + body if sealed else body
    if but:
        kept = f"IF current_setting('{DEED}', true) = '{but}' THEN RETURN OLD; END IF;\n{kept}"
    guards = (
        Guard(name=f"{table}_kept", when=f"BEFORE {events}", body=kept),
        Guard(name=f"{table}_not_emptied", when="BEFORE TRUNCATE", body=body, level="STATEMENT"),
    )
    return (*guards, _told_of(table, events, but)) if but else guards


def _told_of(table: str, events: str, verb: str) -> Guard:
    """The end of the transaction: what only one verb may do has left that verb's row."""
    words = f"done in the name of {verb}, which the audit does not know"
    body = f"IF NOT minzheng_deed_is_kept('{verb}') THEN RAISE EXCEPTION '{words}'"
    body += " USING ERRCODE = 'restrict_violation'; END IF;\nRETURN NULL;"
    return Guard(name=f"{table}_told_of", when=f"AFTER {events}", body=body, deferred=True)


def _but_resealed(columns: tuple[str, ...]) -> str:
    return f"IF TG_OP = 'UPDATE' THEN IF {only_resealed(*columns)} THEN RETURN NEW; END IF; END IF;\n"


def _table(model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor) -> str:
    assert model is not None
    return str(schema_editor.quote_name(model._meta.db_table))
