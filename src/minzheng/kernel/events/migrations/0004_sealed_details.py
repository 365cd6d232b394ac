import django.core.serializers.json
import minzheng.kernel.ledger.guards
import minzheng.kernel.people.fields
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models
from minzheng.kernel.people import columns


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0006_digest_change'),
        ('events', '0003_sealed_anew'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='followup',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='lifeevent',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='unplaced',
            name='update_update',
        ),
        migrations.RemoveConstraint(
            model_name='report',
            name='events_report_kept',
        ),
        migrations.AlterField(
            model_name='effect',
            name='error',
            field=minzheng.kernel.people.fields.SealedTextField(blank=True, verbose_name='未办成原因'),
        ),
        migrations.AlterField(
            model_name='effect',
            name='kept',
            field=minzheng.kernel.people.fields.SealedJSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='恢复所需'),
        ),
        migrations.AlterField(
            model_name='effect',
            name='undone_words',
            field=minzheng.kernel.people.fields.SealedTextField(blank=True, verbose_name='恢复情况'),
        ),
        migrations.AlterField(
            model_name='effect',
            name='words',
            field=minzheng.kernel.people.fields.SealedTextField(blank=True, verbose_name='办理情况'),
        ),
        migrations.AlterField(
            model_name='followup',
            name='text',
            field=minzheng.kernel.people.fields.SealedTextField(verbose_name='内容'),
        ),
        migrations.AlterField(
            model_name='followup',
            name='words',
            field=minzheng.kernel.people.fields.SealedTextField(blank=True, verbose_name='办理情况'),
        ),
        migrations.AlterField(
            model_name='followupevent',
            name='text',
            field=minzheng.kernel.people.fields.SealedTextField(verbose_name='内容'),
        ),
        migrations.AlterField(
            model_name='followupevent',
            name='words',
            field=minzheng.kernel.people.fields.SealedTextField(blank=True, verbose_name='办理情况'),
        ),
        migrations.AlterField(
            model_name='lifeevent',
            name='detail',
            field=minzheng.kernel.people.fields.SealedJSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='内容'),
        ),
        migrations.AlterField(
            model_name='lifeevent',
            name='disputed',
            field=minzheng.kernel.people.fields.SealedTextField(blank=True, verbose_name='办理后又有不同报告'),
        ),
        migrations.AlterField(
            model_name='lifeevent',
            name='hold_reason',
            field=minzheng.kernel.people.fields.SealedTextField(blank=True, verbose_name='待裁定原因'),
        ),
        migrations.AlterField(
            model_name='lifeevent',
            name='kind',
            field=models.CharField(choices=[('death', '死亡'), ('prison', '入狱服刑'), ('detox', '强制隔离戒毒'), ('missing', '宣告失踪'), ('release', '释放、解除戒毒或重新出现'), ('hukou_move', '户籍迁移'), ('marriage', '结婚'), ('divorce', '离婚'), ('disability_new', '新领残疾人证'), ('disability_regraded', '残疾等级变更'), ('disability_expired', '残疾人证失效'), ('age', '到达年龄'), ('employment', '就业参保'), ('job_loss', '失业或停保'), ('dropout', '义务教育阶段失学'), ('disaster', '意外事故或灾害'), ('vehicle', '登记机动车'), ('property', '登记不动产'), ('company', '登记经营主体')], max_length=20, verbose_name='类别'),
        ),
        migrations.AlterField(
            model_name='lifeevent',
            name='reason',
            field=minzheng.kernel.people.fields.SealedTextField(blank=True, verbose_name='核实或裁定理由'),
        ),
        migrations.AlterField(
            model_name='lifeevent',
            name='withdrawn_reason',
            field=minzheng.kernel.people.fields.SealedTextField(blank=True, verbose_name='撤销理由'),
        ),
        migrations.AlterField(
            model_name='lifeeventevent',
            name='detail',
            field=minzheng.kernel.people.fields.SealedJSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='内容'),
        ),
        migrations.AlterField(
            model_name='lifeeventevent',
            name='disputed',
            field=minzheng.kernel.people.fields.SealedTextField(blank=True, verbose_name='办理后又有不同报告'),
        ),
        migrations.AlterField(
            model_name='lifeeventevent',
            name='hold_reason',
            field=minzheng.kernel.people.fields.SealedTextField(blank=True, verbose_name='待裁定原因'),
        ),
        migrations.AlterField(
            model_name='lifeeventevent',
            name='kind',
            field=models.CharField(choices=[('death', '死亡'), ('prison', '入狱服刑'), ('detox', '强制隔离戒毒'), ('missing', '宣告失踪'), ('release', '释放、解除戒毒或重新出现'), ('hukou_move', '户籍迁移'), ('marriage', '结婚'), ('divorce', '离婚'), ('disability_new', '新领残疾人证'), ('disability_regraded', '残疾等级变更'), ('disability_expired', '残疾人证失效'), ('age', '到达年龄'), ('employment', '就业参保'), ('job_loss', '失业或停保'), ('dropout', '义务教育阶段失学'), ('disaster', '意外事故或灾害'), ('vehicle', '登记机动车'), ('property', '登记不动产'), ('company', '登记经营主体')], max_length=20, verbose_name='类别'),
        ),
        migrations.AlterField(
            model_name='lifeeventevent',
            name='reason',
            field=minzheng.kernel.people.fields.SealedTextField(blank=True, verbose_name='核实或裁定理由'),
        ),
        migrations.AlterField(
            model_name='lifeeventevent',
            name='withdrawn_reason',
            field=minzheng.kernel.people.fields.SealedTextField(blank=True, verbose_name='撤销理由'),
        ),
        migrations.AlterField(
            model_name='report',
            name='words',
            field=minzheng.kernel.people.fields.SealedTextField(blank=True, verbose_name='说明'),
        ),
        migrations.AlterField(
            model_name='unplaced',
            name='words',
            field=minzheng.kernel.people.fields.SealedTextField(blank=True, verbose_name='处理说明'),
        ),
        migrations.AlterField(
            model_name='unplacedevent',
            name='words',
            field=minzheng.kernel.people.fields.SealedTextField(blank=True, verbose_name='处理说明'),
        ),
        columns.seal_contents('events_lifeevent', 'detail'),
        columns.seal_contents('events_lifeevent', 'hold_reason', 'disputed', 'reason', 'withdrawn_reason', words=True),
        columns.seal_contents('events_lifeeventevent', 'detail', key='pgh_id'),
        columns.seal_contents('events_lifeeventevent', 'hold_reason', 'disputed', 'reason', 'withdrawn_reason', key='pgh_id', words=True),
        columns.seal_contents('events_report', 'words', words=True),
        columns.seal_contents('events_effect', 'kept'),
        columns.seal_contents('events_effect', 'words', 'error', 'undone_words', words=True),
        columns.seal_contents('events_followup', 'text', 'words', words=True),
        columns.seal_contents('events_followupevent', 'text', 'words', key='pgh_id', words=True),
        columns.seal_contents('events_unplaced', 'words', words=True),
        columns.seal_contents('events_unplacedevent', 'words', key='pgh_id', words=True),
        migrations.AddIndex(
            model_name='lifeevent',
            index=models.Index(condition=models.Q(('state__in', ['reported', 'held']), models.Q(('disputed', ''), _negated=True), _connector='OR'), fields=['path'], name='event_undecided'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='followup',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN ((OLD.* IS DISTINCT FROM NEW.*) AND NOT ((OLD."text", OLD."words") IS DISTINCT FROM (NEW."text", NEW."words") AND minzheng_only_resealed(to_jsonb(OLD), to_jsonb(NEW), \'text\', \'words\')))', func='INSERT INTO "events_followupevent" ("case_id", "closed_at", "closed_by_name", "due_on", "effect_id", "household_id", "id", "label", "opened_at", "origin_id", "path", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "service", "state", "text", "words") VALUES (OLD."case_id", OLD."closed_at", OLD."closed_by_name", OLD."due_on", OLD."effect_id", OLD."household_id", OLD."id", OLD."label", OLD."opened_at", OLD."origin_id", OLD."path", OLD."person_id", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."service", OLD."state", OLD."text", OLD."words"); RETURN NULL;', hash='00747b2ce914915f6b2fa3ccd880a94690dda624', operation='UPDATE', pgid='pgtrigger_update_update_bf4ce', table='events_followup', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='lifeevent',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN ((OLD.* IS DISTINCT FROM NEW.*) AND NOT ((OLD."detail", OLD."hold_reason", OLD."disputed", OLD."reason", OLD."withdrawn_reason") IS DISTINCT FROM (NEW."detail", NEW."hold_reason", NEW."disputed", NEW."reason", NEW."withdrawn_reason") AND minzheng_only_resealed(to_jsonb(OLD), to_jsonb(NEW), \'detail\', \'hold_reason\', \'disputed\', \'reason\', \'withdrawn_reason\')))', func='INSERT INTO "events_lifeeventevent" ("apart", "day", "decided_at", "decided_by", "decided_by_name", "detail", "disputed", "hold_reason", "id", "kind", "opened_at", "path", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "round", "state", "to_path", "version", "withdrawn_at", "withdrawn_by_name", "withdrawn_reason") VALUES (OLD."apart", OLD."day", OLD."decided_at", OLD."decided_by", OLD."decided_by_name", OLD."detail", OLD."disputed", OLD."hold_reason", OLD."id", OLD."kind", OLD."opened_at", OLD."path", OLD."person_id", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."reason", OLD."round", OLD."state", OLD."to_path", OLD."version", OLD."withdrawn_at", OLD."withdrawn_by_name", OLD."withdrawn_reason"); RETURN NULL;', hash='a43d23f855d3502255c6d7a8506f247c1ca4e7a8', operation='UPDATE', pgid='pgtrigger_update_update_e0d3a', table='events_lifeevent', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='unplaced',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN ((OLD.* IS DISTINCT FROM NEW.*) AND NOT ((OLD."row", OLD."words") IS DISTINCT FROM (NEW."row", NEW."words") AND minzheng_only_resealed(to_jsonb(OLD), to_jsonb(NEW), \'row\', \'words\')))', func='INSERT INTO "events_unplacedevent" ("at", "event_id", "id", "kind", "path", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "reference", "row", "settled_at", "settled_by_name", "source", "state", "version", "words") VALUES (OLD."at", OLD."event_id", OLD."id", OLD."kind", OLD."path", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."reason", OLD."reference", OLD."row", OLD."settled_at", OLD."settled_by_name", OLD."source", OLD."state", OLD."version", OLD."words"); RETURN NULL;', hash='cda14595398b088a3c196fe9ab33da8f60b833c3', operation='UPDATE', pgid='pgtrigger_update_update_e7a7e', table='events_unplaced', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=minzheng.kernel.ledger.guards.Guard(body="IF TG_OP = 'UPDATE' THEN IF minzheng_only_resealed(to_jsonb(OLD), to_jsonb(NEW), 'detail', 'words') THEN RETURN NEW; END IF; END IF;\nRAISE EXCEPTION 'a report is never edited: a correction is another report' USING ERRCODE = 'restrict_violation';", deferred=False, level='ROW', name='events_report_kept', referencing='', when='BEFORE UPDATE OR DELETE'),
        ),
    ]
