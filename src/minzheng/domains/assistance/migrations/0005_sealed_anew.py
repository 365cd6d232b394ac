import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations
from minzheng.kernel.people import columns


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0005_sealed_anew'),
        ('assistance', '0004_sealed_numbers'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='aidgrant',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='nationalrecord',
            name='update_update',
        ),
        columns.seal_contents('assistance_nationalrecord', 'row'),
        columns.seal_contents('assistance_nationalrecordevent', 'row', key='pgh_id'),
        pgtrigger.migrations.AddTrigger(
            model_name='aidgrant',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN ((OLD.* IS DISTINCT FROM NEW.*) AND NOT ((OLD."phone") IS DISTINCT FROM (NEW."phone") AND minzheng_only_resealed(to_jsonb(OLD), to_jsonb(NEW), \'phone\')))', func='INSERT INTO "assistance_aidgrantevent" ("amount", "birth", "case_id", "cause", "decision_number", "event_path", "event_place", "granted_on", "household_id", "id", "kind", "name", "path", "person_id", "person_ids", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "withdrawn_on") VALUES (OLD."amount", OLD."birth", OLD."case_id", OLD."cause", OLD."decision_number", OLD."event_path", OLD."event_place", OLD."granted_on", OLD."household_id", OLD."id", OLD."kind", OLD."name", OLD."path", OLD."person_id", OLD."person_ids", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."phone", OLD."withdrawn_on"); RETURN NULL;', hash='c792115fd69947bb5bd0a502fec526c6dccec752', operation='UPDATE', pgid='pgtrigger_update_update_13c80', table='assistance_aidgrant', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='nationalrecord',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN ((OLD.* IS DISTINCT FROM NEW.*) AND NOT ((OLD."row", OLD."id_number") IS DISTINCT FROM (NEW."row", NEW."id_number") AND minzheng_only_resealed(to_jsonb(OLD), to_jsonb(NEW), \'row\', \'id_number\')))', func='INSERT INTO "assistance_nationalrecordevent" ("from_on", "id", "id_number", "key", "low_income_class", "name", "path", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "row", "taken_from", "until_on") VALUES (OLD."from_on", OLD."id", OLD."id_number", OLD."key", OLD."low_income_class", OLD."name", OLD."path", OLD."person_id", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."recorded_at", OLD."row", OLD."taken_from", OLD."until_on"); RETURN NULL;', hash='4ac2243beb2e0ef6dc22fd1a5d2fbc73348ca051', operation='UPDATE', pgid='pgtrigger_update_update_67851', table='assistance_nationalrecord', when='AFTER')),
        ),
    ]
