import minzheng.kernel.ledger.guards
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0005_sealed_anew'),
        ('subsidies', '0003_sealed_numbers'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='confirmedaccount',
            name='update_update',
        ),
        migrations.RemoveConstraint(
            model_name='listed',
            name='subsidies_listed_kept',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='confirmedaccount',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN ((OLD.* IS DISTINCT FROM NEW.*) AND NOT ((OLD."account") IS DISTINCT FROM (NEW."account") AND minzheng_only_resealed(to_jsonb(OLD), to_jsonb(NEW), \'account\')))', func='INSERT INTO "subsidies_confirmedaccountevent" ("account", "account_owner", "agreement", "confirmed_at", "confirmed_by", "confirmed_by_name", "id", "path", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "subsidy", "suspended", "version") VALUES (OLD."account", OLD."account_owner", OLD."agreement", OLD."confirmed_at", OLD."confirmed_by", OLD."confirmed_by_name", OLD."id", OLD."path", OLD."person_id", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."subsidy", OLD."suspended", OLD."version"); RETURN NULL;', hash='4be85d94d65e297346b8b8c311ad1a92c77f241e', operation='UPDATE', pgid='pgtrigger_update_update_4a64d', table='subsidies_confirmedaccount', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='listed',
            constraint=minzheng.kernel.ledger.guards.Guard(body="IF TG_OP = 'UPDATE' THEN IF minzheng_only_resealed(to_jsonb(OLD), to_jsonb(NEW), 'account') THEN RETURN NEW; END IF; END IF;\nRAISE EXCEPTION 'a line of a list is drawn up anew, never edited' USING ERRCODE = 'restrict_violation';", deferred=False, level='ROW', name='subsidies_listed_kept', referencing='', when='BEFORE UPDATE'),
        ),
    ]
