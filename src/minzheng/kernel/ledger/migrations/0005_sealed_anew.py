import minzheng.kernel.ledger.guards
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0005_sealed_anew'),
        ('ledger', '0004_sealed_numbers'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='entitlement',
            name='update_update',
        ),
        migrations.RemoveConstraint(
            model_name='payment',
            name='ledger_payment_kept',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='entitlement',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN ((OLD.* IS DISTINCT FROM NEW.*) AND NOT ((OLD."account") IS DISTINCT FROM (NEW."account") AND minzheng_only_resealed(to_jsonb(OLD), to_jsonb(NEW), \'account\')))', func='INSERT INTO "ledger_entitlementevent" ("account", "account_owner", "agreement", "amount", "case_id", "class_ur", "decision_number", "end_reason", "from_month", "household_id", "id", "path", "payee_id", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rule_set", "scheme", "state", "supersedes_id", "trace_sha", "until_month", "version") VALUES (OLD."account", OLD."account_owner", OLD."agreement", OLD."amount", OLD."case_id", OLD."class_ur", OLD."decision_number", OLD."end_reason", OLD."from_month", OLD."household_id", OLD."id", OLD."path", OLD."payee_id", OLD."person_id", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."rule_set", OLD."scheme", OLD."state", OLD."supersedes_id", OLD."trace_sha", OLD."until_month", OLD."version"); RETURN NULL;', hash='6ddc742389c9297d1a08b7a33f4d64d951f0b0e5', operation='UPDATE', pgid='pgtrigger_update_update_93c8d', table='ledger_entitlement', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=minzheng.kernel.ledger.guards.Guard(body="IF TG_OP = 'UPDATE' THEN IF minzheng_only_resealed(to_jsonb(OLD), to_jsonb(NEW), 'account') THEN RETURN NEW; END IF; END IF;\nRAISE EXCEPTION 'a payment is never edited' USING ERRCODE = 'restrict_violation';", deferred=False, level='ROW', name='ledger_payment_kept', referencing='', when='BEFORE UPDATE'),
        ),
    ]
