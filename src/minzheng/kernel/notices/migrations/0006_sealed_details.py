import minzheng.kernel.people.fields
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations
from minzheng.kernel.people import columns


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0006_digest_change'),
        ('notices', '0005_message_compartment'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='message',
            name='message_said_is_said',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='officenotice',
            name='office_notice_said_is_said',
        ),
        migrations.AlterField(
            model_name='message',
            name='text',
            field=minzheng.kernel.people.fields.SealedTextField(verbose_name='内容'),
        ),
        migrations.AlterField(
            model_name='officenotice',
            name='text',
            field=minzheng.kernel.people.fields.SealedTextField(verbose_name='内容'),
        ),
        columns.seal_contents('notices_message', 'text', words=True),
        columns.seal_contents('notices_officenotice', 'text', words=True),
        pgtrigger.migrations.AddTrigger(
            model_name='message',
            trigger=pgtrigger.compiler.Trigger(name='message_said_is_said', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (((to_jsonb(OLD) - '{read_at}'::text[]) IS DISTINCT FROM (to_jsonb(NEW) - '{read_at}'::text[])) AND NOT minzheng_only_resealed(to_jsonb(OLD), to_jsonb(NEW), 'text'))", func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='94e354a96b3da4baca0eee32f8f8fee1ecd0b469', operation='UPDATE', pgid='pgtrigger_message_said_is_said_da458', table='notices_message', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='officenotice',
            trigger=pgtrigger.compiler.Trigger(name='office_notice_said_is_said', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (((to_jsonb(OLD) - '{read_at,read_by}'::text[]) IS DISTINCT FROM (to_jsonb(NEW) - '{read_at,read_by}'::text[])) AND NOT minzheng_only_resealed(to_jsonb(OLD), to_jsonb(NEW), 'text'))", func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='f5bce1732a6d6951044f2ec7ceb6137572dc6997', operation='UPDATE', pgid='pgtrigger_office_notice_said_is_said_8193f', table='notices_officenotice', when='BEFORE')),
        ),
    ]
