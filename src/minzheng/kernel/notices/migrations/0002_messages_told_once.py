import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notices', '0001_initial'),
        ('people', '0001_initial'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='message',
            name='message_said_is_said',
        ),
        migrations.AddField(
            model_name='message',
            name='topic',
            field=models.CharField(max_length=60, null=True, verbose_name='所告知的事'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='message',
            trigger=pgtrigger.compiler.Trigger(name='message_said_is_said', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."path" IS DISTINCT FROM (NEW."path") OR OLD."person_id" IS DISTINCT FROM (NEW."person_id") OR OLD."case_id" IS DISTINCT FROM (NEW."case_id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."text" IS DISTINCT FROM (NEW."text") OR OLD."sent_at" IS DISTINCT FROM (NEW."sent_at") OR OLD."topic" IS DISTINCT FROM (NEW."topic"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='f0dac166df473aeb24709cc113ff30e6e2c8d165', operation='UPDATE', pgid='pgtrigger_message_said_is_said_da458', table='notices_message', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.UniqueConstraint(fields=('topic',), name='message_once_a_topic'),
        ),
    ]
