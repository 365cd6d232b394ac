"""Under which condition a row is seen and written, as SQL over the table, made from its columns."""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.db import models

from minzheng.kernel.audit.viewing import COMPARTMENTS

from .proving import FUNCTIONS, said
from .tables import Link, Table, columns_of, label_of, parent, said_of, shown_with, walled

__all__ = ["functions", "in_words", "reading", "writing"]

_WHOLE = f"(SELECT {said('door')} <> '')"
_WIDE = f"(SELECT {said('wide')} <> '')"
_ME = f"(SELECT nullif({said('person')}, '')::bigint)"
_USER = f"(SELECT nullif({said('user')}, ''))"
_LIST = {
    name: f"((SELECT string_to_array(nullif({said(name)}, ''), ','))::text[])"
    for name in ("places", "writes")
}
_HOMES = f"((SELECT string_to_array(nullif({said('homes')}, ''), ',')::bigint[])::bigint[])"
_POSTED = f"(SELECT {said('places')} <> '')"
_NONE_CLOSED = "(SELECT minzheng_none_closed())"
_ROOMS = f"coalesce((SELECT string_to_array(nullif({said('rooms')}, ''), ','))::text[], '{{}}')"
# Columns by which a row is somebody's own, and those by which it is somebody's own doing.
_PERSON = ("person_id", "applicant_id", "payee_id", "guardian_id")
_MAKER = ("created_by", "actor")
# Whom rows of other places name.
_NAMED = {"people.Person": "person", "people.Household": "household"}

# What the rules ask of rows that they do not show: each looks with the owner's eyes and answers no more than yes or no.
_FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION minzheng_homes_of(person bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT coalesce(string_agg(DISTINCT household_id::text, ','), '') FROM people_membership WHERE person_id = person
$$;
CREATE OR REPLACE FUNCTION minzheng_county_of(person bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT string_agg(DISTINCT coalesce(substring(path from '^22/(?:[0-9]{{4}}/)?[0-9]{{6}}/'), path) || '%', ',')
  FROM (SELECT path FROM people_person WHERE id = person
    UNION ALL SELECT path FROM casework_mandate WHERE agent_id = person) of_mine
$$;
CREATE OR REPLACE FUNCTION minzheng_my_case(wanted bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
DECLARE my_user text := {_USER}; me bigint := {_ME}; my_homes bigint[] := {_HOMES};
BEGIN RETURN EXISTS (SELECT FROM casework_case c WHERE c.id = wanted AND (
    c.created_by = my_user OR c.applicant_id = me OR c.household_id = ANY (my_homes)
    OR EXISTS (SELECT FROM casework_member m WHERE m.case_id = c.id AND m.person_id = me))); END
$$;
CREATE OR REPLACE FUNCTION minzheng_my_person(wanted bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
DECLARE my_homes bigint[] := {_HOMES};
BEGIN RETURN wanted = {_ME}
    OR EXISTS (SELECT FROM people_membership m WHERE m.person_id = wanted AND m.household_id = ANY (my_homes))
    OR EXISTS (SELECT FROM casework_member m WHERE m.person_id = wanted AND minzheng_my_case(m.case_id)); END
$$;
CREATE OR REPLACE FUNCTION minzheng_none_closed() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT NOT EXISTS (SELECT FROM casework_case c WHERE c.compartment <> '')
$$;
CREATE OR REPLACE FUNCTION minzheng_case_open(wanted bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
BEGIN RETURN NOT EXISTS (SELECT FROM casework_case c WHERE c.id = wanted AND c.compartment <> ''
    AND NOT (c.compartment || '=' || c.path) LIKE ANY ({_ROOMS})); END
$$;
"""
# Whose households somebody has is told with the view; nobody else asks.
_CLOSED_TO_THE_ROLE = """
REVOKE EXECUTE ON FUNCTION minzheng_homes_of(bigint), minzheng_county_of(bigint) FROM PUBLIC;
"""
_KNOWN = """
CREATE OR REPLACE FUNCTION minzheng_known_{kind}(wanted bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
DECLARE my_places text[] := {places};
BEGIN RETURN {rules}; END
$$;
"""


def functions() -> str:
    """The questions that the rules ask, in SQL."""
    # Looked up once for a row, not once for each of the tables that may name it.
    known = (
        _KNOWN.format(
            kind=kind, places=_LIST["places"],
            rules="\n    OR ".join(_naming(label)).replace(_LIST["places"], "(my_places)"),
        )
        for label, kind in _NAMED.items()
    )  # fmt: skip
    return FUNCTIONS + _FUNCTIONS + _CLOSED_TO_THE_ROLE + "".join(known)


def reading(model: Table) -> str:
    """The condition under which a row may be seen."""
    at = model._meta.db_table
    if column := shown_with(model):
        return _shown(f'"{at}".{column}', column)
    seen = " OR ".join([_WHOLE, _placed(model, at, "places"), *_also(model, f'"{at}"')])
    closed = _closed(model, at)
    rules = [f"(({seen}) AND ({closed}))" if closed else seen]
    if own := " OR ".join(_own(model, at)):
        rules.append(f"({_ME} IS NOT NULL AND ({own}))")
    # In a compartment an officer does not keep what was written there once: a resident does.
    still = f" AND NOT {_POSTED}" if shut(model) else ""
    rules += [f'("{at}".{column} = {_USER}{still})' for column in _MAKER if column in columns_of(model)]
    if kind := _NAMED.get(model._meta.label):
        rules.append(f'({_POSTED} AND minzheng_known_{kind}("{at}".id))')
    return " OR ".join(rules)


def _shown(named: str, column: str) -> str:
    """With the person or the account of a column: what may be seen of that table is asked of its own rule."""
    mine, table = (_ME, "people_person") if column == "person_id" else ("NULL", "access_user")
    return (
        f"{named} IS NULL OR {_WHOLE} OR {named} = {mine} OR EXISTS (SELECT FROM {table} WHERE id = {named})"
    )


def writing(model: Table) -> str:
    """The condition under which a row may stand as it was just written."""
    if said_of(model, "written_from_anywhere", ""):
        return "true"
    return f"{_WIDE} OR {_placed(model, model._meta.db_table, 'writes')}"


def in_words(model: Table) -> str:
    """By what a row belongs to somebody, as the generated page says it."""
    if column := shown_with(model):
        return "随本人档案；工作人员和系统账号全部可见" if column == "person_id" else "随账号"
    above = parent(model)
    if "path" in columns_of(model):
        where = "管辖路径"
    else:
        where = f"随 {above.related_model._meta.db_table}" if above is not None else "只有平台自身"
    return (
        where
        + ("；本人、本户、本人办件" if any(_own(model, model._meta.db_table)) else "")
        + _shut_in_words(model)
    )


def _shut_in_words(model: Table) -> str:
    named = said_of(model, "compartment", "")
    if isinstance(named, str) and named:
        return f"；封闭：{COMPARTMENTS[named]}"
    return "；按所属事项封闭" if "compartment" in columns_of(model) else ""


def shut(model: Table) -> bool:
    """Whether rows of the table themselves may lie in a closed compartment: all of it, or those that say so."""
    return bool(said_of(model, "compartment", "")) or "compartment" in columns_of(model)


def _closed(model: Table, at: str) -> str:
    """That a row lies in no closed compartment, or in one that is open to the viewer."""
    columns, rules = columns_of(model), []
    if isinstance(named := said_of(model, "compartment", ""), str) and named:
        rules.append(f"('{named}=' || \"{at}\".path) LIKE ANY ({_ROOMS})")
    if "compartment" in columns:
        here = f'"{at}".compartment'
        rules.append(f"{here} = '' OR ({here} || '=' || \"{at}\".path) LIKE ANY ({_ROOMS})")
    if "case_id" in columns:
        rules.append(f'{_NONE_CLOSED} OR "{at}".case_id IS NULL OR minzheng_case_open("{at}".case_id)')
    if beside := said_of(model, "closed_with", ""):
        with_it = model._meta.get_field(beside)
        above = f"shut_{with_it.related_model._meta.db_table}"
        rules.append(_through(with_it, at, above, _closed(with_it.related_model, above)))
    if rules:
        return " AND ".join(f"({rule})" for rule in rules)
    link = parent(model)
    if link is None or "path" in columns:
        return ""
    above = f"shut_{link.related_model._meta.db_table}"
    rule = _closed(link.related_model, above)
    return f"{_NONE_CLOSED} OR {_through(link, at, above, rule)}" if rule else ""


def _placed(model: Table, at: str, which: str) -> str:
    """By its path, or by the row it hangs on; where that is read from a further place, so is what hangs on it."""
    if "path" in columns_of(model):
        return f'"{at}".path LIKE ANY {_LIST[which]}'
    link = parent(model)
    if link is None:
        return "false"
    above = f"above_{link.related_model._meta.db_table}"
    further = _also(link.related_model, f'"{above}"') if which == "places" else []
    return _through(link, at, above, " OR ".join([_placed(link.related_model, above, which), *further]))


def _also(model: Table, at: str) -> list[str]:
    return [f"{at}.{column} LIKE ANY {_LIST['places']}" for column in said_of(model, "also_at", ())]


def _through(link: Link, at: str, above: str, rule: str) -> str:
    table = link.related_model._meta.db_table
    return (
        f'EXISTS (SELECT FROM "{table}" "{above}" WHERE "{above}".id = "{at}"."{link.column}" AND ({rule}))'
    )


def _own(model: Table, at: str) -> Iterator[str]:
    """By person, household or case."""
    columns, label = columns_of(model), label_of(model)
    key = "pgh_obj_id" if hasattr(model, "pgh_tracked_model") else "id"
    yield from (f'"{at}".{column} = {_ME}' for column in _PERSON if column in columns)
    if label == "people.Person":
        yield f'minzheng_my_person("{at}".{key})'
    if label == "casework.Case":
        yield f'minzheng_my_case("{at}".{key})'
    if label == "people.Household":
        yield f'"{at}".{key} = ANY {_HOMES}'
    for named in said_of(model, "own_by", ()):
        apart = apps.get_model(named)
        back = next(
            f for f in apart._meta.local_fields if f.related_model and label_of(f.related_model) == label
        )
        yield (
            f'EXISTS (SELECT FROM "{apart._meta.db_table}" apart'
            f' WHERE apart."{back.column}" = "{at}".{key} AND apart.person_id = {_ME})'
        )
    if "household_id" in columns:
        yield f'"{at}".household_id = ANY {_HOMES}'
    if "case_id" in columns:
        yield f'minzheng_my_case("{at}".case_id)'
    link = parent(model)
    if link is not None and ("path" not in columns or said_of(model, "hangs_on", "")):
        mine = f"mine_{link.related_model._meta.db_table}"
        if rule := " OR ".join(_own(link.related_model, mine)):
            yield _through(link, at, mine, rule)


def _naming(label: str) -> Iterator[str]:
    """Whose file lies elsewhere is seen where a row names them: by each indexed column that points there."""
    for model in walled():
        if hasattr(model, "pgh_tracked_model"):
            continue
        led = {index.fields[0] for index in model._meta.indexes if index.fields}
        for field in model._meta.local_fields:
            if not isinstance(field, models.ForeignKey) or field.related_model._meta.label != label:
                continue
            if field.db_index or field.name in led:
                rule = " OR ".join([_placed(model, "named", "places"), *_also(model, "named")])
                points = f'named."{field.column}" = wanted'
                yield f'EXISTS (SELECT FROM "{model._meta.db_table}" named WHERE {points} AND ({rule}))'
