import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations
from minzheng.kernel.people import columns


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0005_sealed_anew'),
        ('documents', '0001_initial'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='document',
            name='document_append_only',
        ),
        columns.seal_contents('documents_document', 'data'),
        pgtrigger.migrations.AddTrigger(
            model_name='document',
            trigger=pgtrigger.compiler.Trigger(name='document_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (((to_jsonb(OLD) - '{superseded_by_id,withdrawn_at,withdrawn_reason}'::text[]) IS DISTINCT FROM (to_jsonb(NEW) - '{superseded_by_id,withdrawn_at,withdrawn_reason}'::text[])) AND NOT minzheng_only_resealed(to_jsonb(OLD), to_jsonb(NEW), 'data'))", func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='dc5bb48ce2b9545de186c1a560c65569dd436acf', operation='UPDATE', pgid='pgtrigger_document_append_only_a0a24', table='documents_document', when='BEFORE')),
        ),
    ]
