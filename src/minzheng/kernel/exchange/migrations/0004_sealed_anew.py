import minzheng.kernel.people.fields
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations
from minzheng.kernel.people import columns


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0005_sealed_anew'),
        ('exchange', '0003_files_in_and_out'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='discrepancy',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='query',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='verification',
            name='update_update',
        ),
        migrations.AlterField(
            model_name='discrepancy',
            name='explanation',
            field=minzheng.kernel.people.fields.SealedTextField(blank=True, verbose_name='说明'),
        ),
        migrations.AlterField(
            model_name='discrepancy',
            name='reason',
            field=minzheng.kernel.people.fields.SealedTextField(blank=True, verbose_name='认定理由'),
        ),
        migrations.AlterField(
            model_name='discrepancyevent',
            name='explanation',
            field=minzheng.kernel.people.fields.SealedTextField(blank=True, verbose_name='说明'),
        ),
        migrations.AlterField(
            model_name='discrepancyevent',
            name='reason',
            field=minzheng.kernel.people.fields.SealedTextField(blank=True, verbose_name='认定理由'),
        ),
        migrations.AlterField(
            model_name='verification',
            name='objection',
            field=minzheng.kernel.people.fields.SealedTextField(blank=True, verbose_name='异议'),
        ),
        migrations.AlterField(
            model_name='verificationevent',
            name='objection',
            field=minzheng.kernel.people.fields.SealedTextField(blank=True, verbose_name='异议'),
        ),
        columns.seal_contents('exchange_verification', 'declared', 'report'),
        columns.seal_contents('exchange_verificationevent', 'declared', 'report', key='pgh_id'),
        columns.seal_contents('exchange_verification', 'objection', words=True),
        columns.seal_contents('exchange_verificationevent', 'objection', key='pgh_id', words=True),
        columns.seal_contents('exchange_query', 'answer'),
        columns.seal_contents('exchange_queryevent', 'answer', key='pgh_id'),
        columns.seal_contents('exchange_discrepancy', 'explanation', 'reason', words=True),
        columns.seal_contents('exchange_discrepancyevent', 'explanation', 'reason', key='pgh_id', words=True),
        columns.seal_contents('exchange_intakerow', 'cells', 'before'),
        columns.seal_contents('exchange_extractoutrow', 'cells'),
        columns.seal_contents('exchange_outgoing', 'content'),
        pgtrigger.migrations.AddTrigger(
            model_name='discrepancy',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN ((OLD.* IS DISTINCT FROM NEW.*) AND NOT ((OLD."explanation", OLD."reason") IS DISTINCT FROM (NEW."explanation", NEW."reason") AND minzheng_only_resealed(to_jsonb(OLD), to_jsonb(NEW), \'explanation\', \'reason\')))', func='INSERT INTO "exchange_discrepancyevent" ("decided_at", "decided_by", "declared", "document_id", "explain_due", "explained_at", "explained_by", "explanation", "found", "id", "item", "member_id", "path", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "settled", "source", "state", "verification_id") VALUES (OLD."decided_at", OLD."decided_by", OLD."declared", OLD."document_id", OLD."explain_due", OLD."explained_at", OLD."explained_by", OLD."explanation", OLD."found", OLD."id", OLD."item", OLD."member_id", OLD."path", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."reason", OLD."settled", OLD."source", OLD."state", OLD."verification_id"); RETURN NULL;', hash='047735c86fb318f50b6bb8a142943e3d6c3d87ab', operation='UPDATE', pgid='pgtrigger_update_update_65131', table='exchange_discrepancy', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='query',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN ((OLD.* IS DISTINCT FROM NEW.*) AND NOT ((OLD."answer") IS DISTINCT FROM (NEW."answer") AND minzheng_only_resealed(to_jsonb(OLD), to_jsonb(NEW), \'answer\')))', func='INSERT INTO "exchange_queryevent" ("answer", "answered_at", "as_of", "asked_at", "asked_by", "attempts", "error", "id", "path", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "policy", "raw_sha", "request_id", "round", "source", "state", "taken_from_id", "valid_until", "verification_id") VALUES (OLD."answer", OLD."answered_at", OLD."as_of", OLD."asked_at", OLD."asked_by", OLD."attempts", OLD."error", OLD."id", OLD."path", OLD."person_id", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."policy", OLD."raw_sha", OLD."request_id", OLD."round", OLD."source", OLD."state", OLD."taken_from_id", OLD."valid_until", OLD."verification_id"); RETURN NULL;', hash='237b7329fd3f9b4fb1e3acebf913c4f31cea5a1e', operation='UPDATE', pgid='pgtrigger_update_update_ebb37', table='exchange_query', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='verification',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN ((OLD.* IS DISTINCT FROM NEW.*) AND NOT ((OLD."declared", OLD."report", OLD."objection") IS DISTINCT FROM (NEW."declared", NEW."report", NEW."objection") AND minzheng_only_resealed(to_jsonb(OLD), to_jsonb(NEW), \'declared\', \'report\', \'objection\')))', func='INSERT INTO "exchange_verificationevent" ("basis", "case_id", "conclusion", "declared", "due", "id", "member_ids", "objected_at", "objected_by", "objection", "path", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "purpose", "reference_date", "report", "report_sha", "reported_at", "requested_at", "requested_by", "requester_name", "round", "source_codes", "state", "valid_until") VALUES (OLD."basis", OLD."case_id", OLD."conclusion", OLD."declared", OLD."due", OLD."id", OLD."member_ids", OLD."objected_at", OLD."objected_by", OLD."objection", OLD."path", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."purpose", OLD."reference_date", OLD."report", OLD."report_sha", OLD."reported_at", OLD."requested_at", OLD."requested_by", OLD."requester_name", OLD."round", OLD."source_codes", OLD."state", OLD."valid_until"); RETURN NULL;', hash='0bdd37bbfa9735181f46832c44ca0effcc1ac9d5', operation='UPDATE', pgid='pgtrigger_update_update_4afcf', table='exchange_verification', when='AFTER')),
        ),
    ]
