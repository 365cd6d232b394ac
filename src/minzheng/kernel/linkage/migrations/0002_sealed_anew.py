import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations
from minzheng.kernel.people import columns


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0005_sealed_anew'),
        ('linkage', '0001_initial'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='merge',
            name='update_update',
        ),
        columns.seal_contents('linkage_merge', 'filled'),
        columns.seal_contents('linkage_mergeevent', 'filled', key='pgh_id'),
        pgtrigger.migrations.AddTrigger(
            model_name='merge',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN ((OLD.* IS DISTINCT FROM NEW.*) AND NOT ((OLD."filled") IS DISTINCT FROM (NEW."filled") AND minzheng_only_resealed(to_jsonb(OLD), to_jsonb(NEW), \'filled\')))', func='INSERT INTO "linkage_mergeevent" ("at", "by", "by_name", "filled", "id", "kept_id", "lost_id", "moved_rows", "pair_id", "path", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "stayed", "undone_at", "undone_by", "undone_by_name", "undone_reason", "undone_words") VALUES (OLD."at", OLD."by", OLD."by_name", OLD."filled", OLD."id", OLD."kept_id", OLD."lost_id", OLD."moved_rows", OLD."pair_id", OLD."path", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."reason", OLD."stayed", OLD."undone_at", OLD."undone_by", OLD."undone_by_name", OLD."undone_reason", OLD."undone_words"); RETURN NULL;', hash='65c57b5e1f220e17263b97bf82f525fb8bbe40a5', operation='UPDATE', pgid='pgtrigger_update_update_2e8ef', table='linkage_merge', when='AFTER')),
        ),
    ]
