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
        ('visits', '0002_rounds_and_assessments'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='assessment',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='escalation',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='visit',
            name='update_update',
        ),
        migrations.RemoveConstraint(
            model_name='assessment',
            name='visits_assessment_signed',
        ),
        migrations.RemoveConstraint(
            model_name='contact',
            name='visits_contact_kept',
        ),
        migrations.AlterField(
            model_name='assessment',
            name='beside',
            field=minzheng.kernel.people.fields.SealedJSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='其他内容'),
        ),
        migrations.AlterField(
            model_name='assessment',
            name='objection',
            field=minzheng.kernel.people.fields.SealedTextField(blank=True, verbose_name='异议理由'),
        ),
        migrations.AlterField(
            model_name='assessment',
            name='scored',
            field=minzheng.kernel.people.fields.SealedJSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='计算结果'),
        ),
        migrations.AlterField(
            model_name='assessment',
            name='sheet',
            field=minzheng.kernel.people.fields.SealedJSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='各项得分'),
        ),
        migrations.AlterField(
            model_name='assessmentevent',
            name='beside',
            field=minzheng.kernel.people.fields.SealedJSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='其他内容'),
        ),
        migrations.AlterField(
            model_name='assessmentevent',
            name='objection',
            field=minzheng.kernel.people.fields.SealedTextField(blank=True, verbose_name='异议理由'),
        ),
        migrations.AlterField(
            model_name='assessmentevent',
            name='scored',
            field=minzheng.kernel.people.fields.SealedJSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='计算结果'),
        ),
        migrations.AlterField(
            model_name='assessmentevent',
            name='sheet',
            field=minzheng.kernel.people.fields.SealedJSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='各项得分'),
        ),
        migrations.AlterField(
            model_name='contact',
            name='seen',
            field=minzheng.kernel.people.fields.SealedJSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='查看情况'),
        ),
        migrations.AlterField(
            model_name='contact',
            name='words',
            field=minzheng.kernel.people.fields.SealedTextField(blank=True, verbose_name='说明'),
        ),
        migrations.AlterField(
            model_name='escalation',
            name='log',
            field=minzheng.kernel.people.fields.SealedJSONField(default=list, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='经过'),
        ),
        migrations.AlterField(
            model_name='escalationevent',
            name='log',
            field=minzheng.kernel.people.fields.SealedJSONField(default=list, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='经过'),
        ),
        migrations.AlterField(
            model_name='visit',
            name='answers',
            field=minzheng.kernel.people.fields.SealedJSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='走访记录'),
        ),
        migrations.AlterField(
            model_name='visitevent',
            name='answers',
            field=minzheng.kernel.people.fields.SealedJSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='走访记录'),
        ),
        columns.seal_contents('visits_visit', 'answers'),
        columns.seal_contents('visits_visitevent', 'answers', key='pgh_id'),
        columns.seal_contents('visits_contact', 'seen'),
        columns.seal_contents('visits_contact', 'words', words=True),
        columns.seal_contents('visits_assessment', 'sheet', 'beside', 'scored'),
        columns.seal_contents('visits_assessmentevent', 'sheet', 'beside', 'scored', key='pgh_id'),
        columns.seal_contents('visits_assessment', 'objection', words=True),
        columns.seal_contents('visits_assessmentevent', 'objection', key='pgh_id', words=True),
        columns.seal_contents('visits_escalation', 'log'),
        columns.seal_contents('visits_escalationevent', 'log', key='pgh_id'),
        pgtrigger.migrations.AddTrigger(
            model_name='assessment',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN ((OLD.* IS DISTINCT FROM NEW.*) AND NOT ((OLD."sheet", OLD."beside", OLD."scored", OLD."objection") IS DISTINCT FROM (NEW."sheet", NEW."beside", NEW."scored", NEW."objection") AND minzheng_only_resealed(to_jsonb(OLD), to_jsonb(NEW), \'sheet\', \'beside\', \'scored\', \'objection\')))', func='INSERT INTO "visits_assessmentevent" ("again_of_id", "beside", "first_at", "first_by", "first_by_name", "id", "instrument", "letter_id", "level", "number", "objected_at", "objected_by_name", "objection", "objection_until", "on", "path", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rule_set", "scored", "second_at", "second_by", "second_by_name", "sheet", "state", "total", "valid_until", "version", "version_used", "words") VALUES (OLD."again_of_id", OLD."beside", OLD."first_at", OLD."first_by", OLD."first_by_name", OLD."id", OLD."instrument", OLD."letter_id", OLD."level", OLD."number", OLD."objected_at", OLD."objected_by_name", OLD."objection", OLD."objection_until", OLD."on", OLD."path", OLD."person_id", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."rule_set", OLD."scored", OLD."second_at", OLD."second_by", OLD."second_by_name", OLD."sheet", OLD."state", OLD."total", OLD."valid_until", OLD."version", OLD."version_used", OLD."words"); RETURN NULL;', hash='4dc334ec5e74fd66c02bc1682aa830bdcedad591', operation='UPDATE', pgid='pgtrigger_update_update_d1469', table='visits_assessment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='escalation',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN ((OLD.* IS DISTINCT FROM NEW.*) AND NOT ((OLD."log") IS DISTINCT FROM (NEW."log") AND minzheng_only_resealed(to_jsonb(OLD), to_jsonb(NEW), \'log\')))', func='INSERT INTO "visits_escalationevent" ("closed_at", "due_at", "id", "log", "opened_at", "path", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "result", "rung", "state", "version", "watched_id", "why") VALUES (OLD."closed_at", OLD."due_at", OLD."id", OLD."log", OLD."opened_at", OLD."path", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."result", OLD."rung", OLD."state", OLD."version", OLD."watched_id", OLD."why"); RETURN NULL;', hash='4b390d007bba66acac0c161988bab15484b30f3c', operation='UPDATE', pgid='pgtrigger_update_update_03338', table='visits_escalation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='visit',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN ((OLD.* IS DISTINCT FROM NEW.*) AND NOT ((OLD."answers") IS DISTINCT FROM (NEW."answers") AND minzheng_only_resealed(to_jsonb(OLD), to_jsonb(NEW), \'answers\')))', func='INSERT INTO "visits_visitevent" ("answers", "at", "by", "by_name", "household_id", "id", "kind", "lead_id", "path", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."answers", OLD."at", OLD."by", OLD."by_name", OLD."household_id", OLD."id", OLD."kind", OLD."lead_id", OLD."path", OLD."person_id", _pgh_attach_context(), NOW(), \'update\', OLD."id"); RETURN NULL;', hash='7ec5ca77ad88077167522ff7ccad4d2689125888', operation='UPDATE', pgid='pgtrigger_update_update_41cf1', table='visits_visit', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='assessment',
            constraint=minzheng.kernel.ledger.guards.Guard(body="\nIF OLD.state <> 'first_signed' AND\n   (NEW.instrument, NEW.version_used, NEW.person_id, NEW.total, NEW.level, NEW.on, NEW.first_by, NEW.second_by,\n    left(NEW.sheet, 23), left(NEW.beside, 23), left(NEW.scored, 23))\n   IS DISTINCT FROM\n   (OLD.instrument, OLD.version_used, OLD.person_id, OLD.total, OLD.level, OLD.on, OLD.first_by, OLD.second_by,\n    left(OLD.sheet, 23), left(OLD.beside, 23), left(OLD.scored, 23)) THEN\n  RAISE EXCEPTION 'assessment %: what both have signed cannot change', OLD.number\n    USING ERRCODE = 'restrict_violation';\nEND IF;\nRETURN NEW;", deferred=False, level='ROW', name='visits_assessment_signed', referencing='', when='BEFORE UPDATE'),
        ),
        migrations.AddConstraint(
            model_name='contact',
            constraint=minzheng.kernel.ledger.guards.Guard(body="IF TG_OP = 'UPDATE' THEN IF minzheng_only_resealed(to_jsonb(OLD), to_jsonb(NEW), 'seen', 'words') THEN RETURN NEW; END IF; END IF;\nRAISE EXCEPTION 'a record of a visit stays as it was written' USING ERRCODE = 'restrict_violation';", deferred=False, level='ROW', name='visits_contact_kept', referencing='', when='BEFORE UPDATE OR DELETE'),
        ),
    ]
