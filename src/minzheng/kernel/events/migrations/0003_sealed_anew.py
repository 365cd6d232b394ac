import django.core.serializers.json
import minzheng.kernel.ledger.guards
import minzheng.kernel.people.fields
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations
from minzheng.kernel.people import columns


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0005_sealed_anew'),
        ('events', '0002_unplaced_rows_wait'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='unplaced',
            name='update_update',
        ),
        migrations.RemoveConstraint(
            model_name='report',
            name='events_report_kept',
        ),
        migrations.AlterField(
            model_name='report',
            name='detail',
            field=minzheng.kernel.people.fields.SealedJSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='来源所报内容'),
        ),
        columns.seal_contents('events_unplaced', 'row'),
        columns.seal_contents('events_unplacedevent', 'row', key='pgh_id'),
        columns.seal_contents('events_report', 'detail'),
        pgtrigger.migrations.AddTrigger(
            model_name='unplaced',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN ((OLD.* IS DISTINCT FROM NEW.*) AND NOT ((OLD."row") IS DISTINCT FROM (NEW."row") AND minzheng_only_resealed(to_jsonb(OLD), to_jsonb(NEW), \'row\')))', func='INSERT INTO "events_unplacedevent" ("at", "event_id", "id", "kind", "path", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "reference", "row", "settled_at", "settled_by_name", "source", "state", "version", "words") VALUES (OLD."at", OLD."event_id", OLD."id", OLD."kind", OLD."path", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."reason", OLD."reference", OLD."row", OLD."settled_at", OLD."settled_by_name", OLD."source", OLD."state", OLD."version", OLD."words"); RETURN NULL;', hash='2e3d752eef80c07111c7672f0535f45849347e0b', operation='UPDATE', pgid='pgtrigger_update_update_e7a7e', table='events_unplaced', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=minzheng.kernel.ledger.guards.Guard(body="IF TG_OP = 'UPDATE' THEN IF minzheng_only_resealed(to_jsonb(OLD), to_jsonb(NEW), 'detail') THEN RETURN NEW; END IF; END IF;\nRAISE EXCEPTION 'a report is never edited: a correction is another report' USING ERRCODE = 'restrict_violation';", deferred=False, level='ROW', name='events_report_kept', referencing='', when='BEFORE UPDATE OR DELETE'),
        ),
    ]
