import django.core.serializers.json
import minzheng.kernel.people.fields
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations
from minzheng.kernel.people import columns


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0005_sealed_anew'),
        ('casework', '0003_mandates_and_joined'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='case',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='decision',
            name='decision_frozen',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='decision',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='member',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='task',
            name='update_update',
        ),
        migrations.AlterField(
            model_name='case',
            name='form',
            field=minzheng.kernel.people.fields.SealedJSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='申请内容'),
        ),
        migrations.AlterField(
            model_name='caseevent',
            name='form',
            field=minzheng.kernel.people.fields.SealedJSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='申请内容'),
        ),
        migrations.AlterField(
            model_name='decision',
            name='determination',
            field=minzheng.kernel.people.fields.SealedJSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='测算过程'),
        ),
        migrations.AlterField(
            model_name='decision',
            name='payload',
            field=minzheng.kernel.people.fields.SealedJSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='决定内容'),
        ),
        migrations.AlterField(
            model_name='decisionevent',
            name='determination',
            field=minzheng.kernel.people.fields.SealedJSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='测算过程'),
        ),
        migrations.AlterField(
            model_name='decisionevent',
            name='payload',
            field=minzheng.kernel.people.fields.SealedJSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='决定内容'),
        ),
        migrations.AlterField(
            model_name='member',
            name='answers',
            field=minzheng.kernel.people.fields.SealedJSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='申报内容'),
        ),
        migrations.AlterField(
            model_name='memberevent',
            name='answers',
            field=minzheng.kernel.people.fields.SealedJSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='申报内容'),
        ),
        migrations.AlterField(
            model_name='task',
            name='evidence',
            field=minzheng.kernel.people.fields.SealedJSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='证据'),
        ),
        migrations.AlterField(
            model_name='taskevent',
            name='evidence',
            field=minzheng.kernel.people.fields.SealedJSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='证据'),
        ),
        columns.seal_contents('casework_case', 'form', 'sealed'),
        columns.seal_contents('casework_caseevent', 'form', 'sealed', key='pgh_id'),
        columns.seal_contents('casework_member', 'answers'),
        columns.seal_contents('casework_memberevent', 'answers', key='pgh_id'),
        columns.seal_contents('casework_task', 'evidence'),
        columns.seal_contents('casework_taskevent', 'evidence', key='pgh_id'),
        columns.seal_contents('casework_decision', 'determination', 'payload'),
        columns.seal_contents('casework_decisionevent', 'determination', 'payload', key='pgh_id'),
        pgtrigger.migrations.AddTrigger(
            model_name='case',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN ((OLD.* IS DISTINCT FROM NEW.*) AND NOT ((OLD."form", OLD."sealed") IS DISTINCT FROM (NEW."form", NEW."sealed") AND minzheng_only_resealed(to_jsonb(OLD), to_jsonb(NEW), \'form\', \'sealed\')))', func='INSERT INTO "casework_caseevent" ("accepted_on", "agent", "agent_name", "applicant_id", "bound", "channel", "closed_at", "created_at", "created_by", "due_on", "due_provisional", "form", "form_version", "household_id", "id", "joined_to_id", "kin_of", "lead_id", "number", "origin_id", "path", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sealed", "service", "service_version", "special_reason", "state", "submitted_at", "version") VALUES (OLD."accepted_on", OLD."agent", OLD."agent_name", OLD."applicant_id", OLD."bound", OLD."channel", OLD."closed_at", OLD."created_at", OLD."created_by", OLD."due_on", OLD."due_provisional", OLD."form", OLD."form_version", OLD."household_id", OLD."id", OLD."joined_to_id", OLD."kin_of", OLD."lead_id", OLD."number", OLD."origin_id", OLD."path", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."sealed", OLD."service", OLD."service_version", OLD."special_reason", OLD."state", OLD."submitted_at", OLD."version"); RETURN NULL;', hash='dac06dc5d69bdefa2e38b894d6fa9f2a2f237be1', operation='UPDATE', pgid='pgtrigger_update_update_6bba9', table='casework_case', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='decision',
            trigger=pgtrigger.compiler.Trigger(name='decision_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (((OLD."by" IS DISTINCT FROM (NEW."by") OR OLD."case_id" IS DISTINCT FROM (NEW."case_id") OR OLD."determination" IS DISTINCT FROM (NEW."determination") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."on" IS DISTINCT FROM (NEW."on") OR OLD."payload" IS DISTINCT FROM (NEW."payload") OR OLD."payload_sha" IS DISTINCT FROM (NEW."payload_sha") OR OLD."rule_set" IS DISTINCT FROM (NEW."rule_set"))) AND NOT ((OLD."determination", OLD."payload") IS DISTINCT FROM (NEW."determination", NEW."payload") AND minzheng_only_resealed(to_jsonb(OLD), to_jsonb(NEW), \'determination\', \'payload\')))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='875a5247e2a03076104d889b763411ac869756df', operation='UPDATE', pgid='pgtrigger_decision_frozen_ca5ea', table='casework_decision', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='decision',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN ((OLD.* IS DISTINCT FROM NEW.*) AND NOT ((OLD."determination", OLD."payload") IS DISTINCT FROM (NEW."determination", NEW."payload") AND minzheng_only_resealed(to_jsonb(OLD), to_jsonb(NEW), \'determination\', \'payload\')))', func='INSERT INTO "casework_decisionevent" ("by", "by_name", "case_id", "determination", "document_id", "id", "kind", "level", "number", "on", "payload", "payload_sha", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "rule_set", "served_on") VALUES (OLD."by", OLD."by_name", OLD."case_id", OLD."determination", OLD."document_id", OLD."id", OLD."kind", OLD."level", OLD."number", OLD."on", OLD."payload", OLD."payload_sha", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."reason", OLD."rule_set", OLD."served_on"); RETURN NULL;', hash='d35bca0407944fb09a0cbab4375d9f09e6ce1ec1', operation='UPDATE', pgid='pgtrigger_update_update_a9978', table='casework_decision', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='member',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN ((OLD.* IS DISTINCT FROM NEW.*) AND NOT ((OLD."answers") IS DISTINCT FROM (NEW."answers") AND minzheng_only_resealed(to_jsonb(OLD), to_jsonb(NEW), \'answers\')))', func='INSERT INTO "casework_memberevent" ("answers", "case_id", "counted", "id", "not_counted_reason", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "relation") VALUES (OLD."answers", OLD."case_id", OLD."counted", OLD."id", OLD."not_counted_reason", OLD."person_id", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."relation"); RETURN NULL;', hash='83cf5eb233d794326779543461bf111e42c1f0f4', operation='UPDATE', pgid='pgtrigger_update_update_55269', table='casework_member', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='task',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN ((OLD.* IS DISTINCT FROM NEW.*) AND NOT ((OLD."evidence") IS DISTINCT FROM (NEW."evidence") AND minzheng_only_resealed(to_jsonb(OLD), to_jsonb(NEW), \'evidence\')))', func='INSERT INTO "casework_taskevent" ("case_id", "claimed_by", "done_at", "done_by", "done_by_name", "due_on", "due_provisional", "evidence", "evidence_sha", "id", "opened_at", "outcome", "partners", "path", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "role", "round", "state", "step", "urged_at", "urged_by_name", "urged_times") VALUES (OLD."case_id", OLD."claimed_by", OLD."done_at", OLD."done_by", OLD."done_by_name", OLD."due_on", OLD."due_provisional", OLD."evidence", OLD."evidence_sha", OLD."id", OLD."opened_at", OLD."outcome", OLD."partners", OLD."path", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."reason", OLD."role", OLD."round", OLD."state", OLD."step", OLD."urged_at", OLD."urged_by_name", OLD."urged_times"); RETURN NULL;', hash='e8798599f348b7fe4df5def83f44634728698cae', operation='UPDATE', pgid='pgtrigger_update_update_0475a', table='casework_task', when='AFTER')),
        ),
    ]
