"""The columns that are kept sealed: numbers, found by a digest, and what is written of people, found by nothing."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.lookups import Exact, In

from . import contents
from .sealing import label, marks, opened, sealed

__all__ = ["SealedField", "SealedJSONField", "SealedTextField"]

# A trigger compares the column before and after as a whole (IS DISTINCT FROM); that is no search.
CHANGED = "df"


class SealedField(models.CharField):  # type: ignore[type-arg]
    """An identity number, a phone or an account: looked up only whole, never by part or by order.

    ``kind`` is what the value is (the name of the column, unless said), and is bound into the seal.  A column that
    is searched (``found_by``) has its digest beside it as a generated column ``…_mark`` with an index: row
    security lets an index serve only comparisons that tell nothing, and a function over the column is none.
    """

    sealed = True

    def __init__(self, *, kind: str = "", found_by: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 200)
        self.given_kind, self.found_by = kind, found_by
        super().__init__(**kwargs)

    def deconstruct(self) -> Any:
        """As a migration writes it."""
        name, path, args, kwargs = super().deconstruct()
        if self.given_kind:
            kwargs["kind"] = self.given_kind
        if self.found_by:
            kwargs["found_by"] = True
        return name, path, args, kwargs

    @property
    def kind(self) -> str:
        """What the value is."""
        return self.given_kind or self.name

    def get_prep_value(self, value: Any) -> Any:
        """Sealed on the way in."""
        text = super().get_prep_value(value)
        return text if text is None else sealed(text, self.kind)

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> Any:
        """Opened on the way out."""
        return value if value is None else opened(value, self.kind)

    def get_lookup(self, lookup_name: str) -> Any:
        """Whole, or not at all."""
        if lookup_name not in {"exact", "in", "isnull", CHANGED}:
            raise TypeError(f"{self.name}: a sealed column is looked up whole, not by {lookup_name}")
        return super().get_lookup(lookup_name)


class _ByMark:
    """The digest of the column is compared with the digest of what is sought; a blank one is blank."""

    lhs: Any
    rhs: Any
    prepare_rhs: ClassVar[bool] = False

    def process_lhs(self, compiler: Any, connection: Any, lhs: Any = None) -> tuple[str, Any]:
        column = lhs or self.lhs
        field = column.output_field
        if field.found_by and hasattr(column, "target"):
            quote = compiler.quote_name_unless_alias
            return f"{quote(column.alias)}.{quote(f'{column.target.column}_mark')}", []
        sql, params = compiler.compile(column)
        return label(sql), params

    def process_rhs(self, compiler: Any, connection: Any) -> Any:
        if hasattr(self.rhs, "as_sql"):
            raise TypeError("a sealed column is compared with values, not with another column")
        return super().process_rhs(compiler, connection)  # type: ignore[misc]

    def _marks(self, value: Any) -> list[Any]:
        return marks(str(value), self.lhs.output_field.kind) if value else [value]


@SealedField.register_lookup
class SealedExact(_ByMark, Exact):
    """Equal as a whole."""

    def get_db_prep_lookup(self, value: Any, connection: Any) -> Any:
        found = self._marks(value)
        return f"({', '.join(['%s'] * len(found))})", found

    def get_rhs_op(self, connection: Any, rhs: str) -> str:
        return f"IN {rhs}"


@SealedField.register_lookup
class SealedIn(_ByMark, In):
    """One of several, as a whole."""

    def get_db_prep_lookup(self, value: Any, connection: Any) -> Any:
        return "%s", [each for one in value for each in self._marks(one)]


class _Content(models.TextField):  # type: ignore[type-arg]
    """What somebody wrote or was told, as a whole: kept sealed, searched by nothing."""

    kind = contents.KIND
    sealed = True

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """A row that is written twice and has not changed meanwhile keeps its label: guards compare it."""
        value = super().pre_save(model_instance, add)
        if value is None or hasattr(value, "as_sql") or hasattr(value, "stored"):
            return value
        text = self.text_of(value)
        known = model_instance.__dict__.setdefault("_sealed_as", {})
        if known.get(self.attname, (None, ""))[0] != text:
            known[self.attname] = (text, self.get_prep_value(value))
        return contents.again(*known[self.attname])

    def text_of(self, value: Any) -> str:
        """A value as it is sealed."""
        return str(value)

    def get_lookup(self, lookup_name: str) -> Any:
        """Whether there is any, and no more."""
        if lookup_name not in {"isnull", CHANGED}:
            raise TypeError(f"{self.name}: a sealed column is not searched")
        return super().get_lookup(lookup_name)


class SealedTextField(_Content):
    """Words about somebody: a note of a visit, an explanation; what is blank stays blank and can be asked for."""

    def get_lookup(self, lookup_name: str) -> Any:
        """Blank or not: a constraint may ask it."""
        return (
            models.TextField.get_lookup(self, lookup_name)
            if lookup_name == "exact"
            else super().get_lookup(lookup_name)
        )

    def get_prep_value(self, value: Any) -> Any:
        """Sealed on the way in."""
        return value if value is None else contents.sealed_content(value)

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> Any:
        """Opened on the way out."""
        return value if value is None else contents.opened_content(value)


class SealedJSONField(_Content):
    """Answers of a form, facts of a letter, an answer of another department; read as a whole, never searched."""

    # What a type checker is told of the attribute: whatever JSON can say.
    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", dict)
        self.encoder = kwargs.pop("encoder", DjangoJSONEncoder)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """As a migration writes it."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "encoder": self.encoder}

    def get_prep_value(self, value: Any) -> Any:
        """Sealed on the way in."""
        return value if value is None else contents.written(value)

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> Any:
        """Opened on the way out."""
        return value if value is None else contents.read(value)

    def text_of(self, value: Any) -> str:
        """A value as it is sealed."""
        return contents.as_text(value)

    def to_python(self, value: Any) -> Any:
        """As it is."""
        return value

    def value_to_string(self, obj: models.Model) -> Any:
        """Of a row written out."""
        return self.value_from_object(obj)
