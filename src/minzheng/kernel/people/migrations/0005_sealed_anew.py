"""The one way through the guards: a newer key seals the same content anew, under the same mark."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

_ONLY_RESEALED = r"""
CREATE OR REPLACE FUNCTION minzheng_only_resealed(was jsonb, now jsonb, VARIADIC sealed text[]) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT was - names = now - names AND NOT EXISTS (
    SELECT FROM unnest(sealed) AS c (name), LATERAL (SELECT was ->> c.name AS old, now ->> c.name AS new) AS v
    WHERE v.old IS DISTINCT FROM v.new AND NOT coalesce(
      left(v.old, 23) = left(v.new, 23) AND length(v.old) = length(v.new)
      AND v.new ~ '^![A-Za-z0-9_-]{22}[.][0-9a-f]{4}[.][A-Za-z0-9_-]{38,}([.][0-9*]{4}[yn])?$'
      AND split_part(v.old, '.', 2) <> split_part(v.new, '.', 2)
      AND split_part(v.old, '.', 4) = split_part(v.new, '.', 4), false))
  FROM (SELECT sealed || ARRAY(SELECT c || '_mark' FROM unnest(sealed) AS c) AS names) AS all_of_them
$$"""


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0004_sealed_numbers'),
    ]

    operations = [
        migrations.RunSQL(
            _ONLY_RESEALED,
            "DROP FUNCTION minzheng_only_resealed(jsonb, jsonb, text[])",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='person',
            name='update_update',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='person',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN ((OLD.* IS DISTINCT FROM NEW.*) AND NOT ((OLD."id_number", OLD."phone") IS DISTINCT FROM (NEW."id_number", NEW."phone") AND minzheng_only_resealed(to_jsonb(OLD), to_jsonb(NEW), \'id_number\', \'phone\')))', func='INSERT INTO "people_personevent" ("birth", "died_on", "disability_category", "disability_grade", "ethnic", "hukou_path", "id", "id_number", "initials", "internal_number", "merged_into_id", "name", "path", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "sex", "version") VALUES (OLD."birth", OLD."died_on", OLD."disability_category", OLD."disability_grade", OLD."ethnic", OLD."hukou_path", OLD."id", OLD."id_number", OLD."initials", OLD."internal_number", OLD."merged_into_id", OLD."name", OLD."path", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."phone", OLD."sex", OLD."version"); RETURN NULL;', hash='2ffed01fa743752f85e2a06de3b0ae9727e76141', operation='UPDATE', pgid='pgtrigger_update_update_de829', table='people_person', when='AFTER')),
        ),
    ]
