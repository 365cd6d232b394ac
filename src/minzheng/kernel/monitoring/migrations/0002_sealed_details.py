import minzheng.kernel.ledger.guards
import minzheng.kernel.people.fields
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations
from minzheng.kernel.people import columns


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0006_digest_change'),
        ('monitoring', '0001_initial'),
        ('people', '0006_digest_change'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='alert',
            name='update_update',
        ),
        migrations.RemoveConstraint(
            model_name='hit',
            name='monitoring_hit_kept',
        ),
        migrations.AlterField(
            model_name='alert',
            name='words',
            field=minzheng.kernel.people.fields.SealedTextField(blank=True, verbose_name='办理情况'),
        ),
        migrations.AlterField(
            model_name='alertevent',
            name='words',
            field=minzheng.kernel.people.fields.SealedTextField(blank=True, verbose_name='办理情况'),
        ),
        migrations.AlterField(
            model_name='hit',
            name='words',
            field=minzheng.kernel.people.fields.SealedTextField(verbose_name='内容'),
        ),
        columns.seal_contents('monitoring_hit', 'words', words=True),
        columns.seal_contents('monitoring_alert', 'words', words=True),
        columns.seal_contents('monitoring_alertevent', 'words', key='pgh_id', words=True),
        pgtrigger.migrations.AddTrigger(
            model_name='alert',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN ((OLD.* IS DISTINCT FROM NEW.*) AND NOT ((OLD."words") IS DISTINCT FROM (NEW."words") AND minzheng_only_resealed(to_jsonb(OLD), to_jsonb(NEW), \'words\')))', func='INSERT INTO "monitoring_alertevent" ("case_id", "chain", "closed_at", "closed_by_name", "due_on", "household_id", "id", "lead_id", "monitor", "opened_at", "opened_on", "path", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "result", "state", "urgent", "version", "visit_id", "words") VALUES (OLD."case_id", OLD."chain", OLD."closed_at", OLD."closed_by_name", OLD."due_on", OLD."household_id", OLD."id", OLD."lead_id", OLD."monitor", OLD."opened_at", OLD."opened_on", OLD."path", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."result", OLD."state", OLD."urgent", OLD."version", OLD."visit_id", OLD."words"); RETURN NULL;', hash='dd3b867144bf6381d61113be1558224533caa0fe', operation='UPDATE', pgid='pgtrigger_update_update_f3504', table='monitoring_alert', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='hit',
            constraint=minzheng.kernel.ledger.guards.Guard(body="IF TG_OP = 'UPDATE' THEN IF minzheng_only_resealed(to_jsonb(OLD), to_jsonb(NEW), 'words') THEN RETURN NEW; END IF; END IF;\nRAISE EXCEPTION 'what was found stays as it was found' USING ERRCODE = 'restrict_violation';", deferred=False, level='ROW', name='monitoring_hit_kept', referencing='', when='BEFORE UPDATE OR DELETE'),
        ),
    ]
