
import django.db.models.deletion
import minzheng.kernel.areas.models
import minzheng.kernel.ledger.guards
import minzheng.kernel.people.fields
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0003_one_file_each'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('subsidies', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='ConfirmedAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', minzheng.kernel.areas.models.PathField(db_collation='C', db_index=True, max_length=64, verbose_name='管辖')),
                ('subsidy', models.CharField(max_length=60, verbose_name='补贴')),
                ('account', minzheng.kernel.people.fields.SealedField(max_length=64, verbose_name='银行账号')),
                ('account_owner', models.CharField(max_length=60, verbose_name='户名')),
                ('agreement', models.CharField(blank=True, max_length=60, verbose_name='代领协议编号')),
                ('confirmed_by', models.CharField(max_length=40, verbose_name='确认人标识')),
                ('confirmed_by_name', models.CharField(max_length=60, verbose_name='确认人')),
                ('confirmed_at', models.DateTimeField(verbose_name='确认时间')),
                ('suspended', models.CharField(blank=True, max_length=100, verbose_name='暂停原因')),
                ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
            ],
            options={
                'verbose_name': '已确认的收款账户',
            },
        ),
        migrations.CreateModel(
            name='ConfirmedAccountEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('path', minzheng.kernel.areas.models.PathField(db_collation='C', max_length=64, verbose_name='管辖')),
                ('subsidy', models.CharField(max_length=60, verbose_name='补贴')),
                ('account', minzheng.kernel.people.fields.SealedField(max_length=64, verbose_name='银行账号')),
                ('account_owner', models.CharField(max_length=60, verbose_name='户名')),
                ('agreement', models.CharField(blank=True, max_length=60, verbose_name='代领协议编号')),
                ('confirmed_by', models.CharField(max_length=40, verbose_name='确认人标识')),
                ('confirmed_by_name', models.CharField(max_length=60, verbose_name='确认人')),
                ('confirmed_at', models.DateTimeField(verbose_name='确认时间')),
                ('suspended', models.CharField(blank=True, max_length=100, verbose_name='暂停原因')),
                ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.RemoveConstraint(
            model_name='subsidylist',
            name='list_by_index_or_measure',
        ),
        migrations.AlterField(
            model_name='leftout',
            name='reason',
            field=models.CharField(choices=[('died', '名单截止日前已去世'), ('elsewhere', '已列入其他地方当月名单'), ('no_account', '没有登记的收款账户'), ('suspended', '暂停发放')], max_length=12, verbose_name='原因'),
        ),
        migrations.AddConstraint(
            model_name='subsidylist',
            constraint=models.CheckConstraint(condition=models.Q(('index', None), ('measure', None), _connector='OR'), name='list_by_index_or_measure'),
        ),
        migrations.AddField(
            model_name='confirmedaccount',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person', verbose_name='人员'),
        ),
        migrations.AddField(
            model_name='confirmedaccountevent',
            name='person',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='people.person', verbose_name='人员'),
        ),
        migrations.AddField(
            model_name='confirmedaccountevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='confirmedaccountevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='subsidies.confirmedaccount'),
        ),
        migrations.AddIndex(
            model_name='confirmedaccount',
            index=models.Index(fields=['person'], name='subsidies_c_person__3bfc46_idx'),
        ),
        migrations.AddConstraint(
            model_name='confirmedaccount',
            constraint=models.UniqueConstraint(fields=('subsidy', 'person'), name='confirmed_once_a_subsidy'),
        ),
        migrations.AddConstraint(
            model_name='confirmedaccount',
            constraint=minzheng.kernel.ledger.guards.Guard(body="RAISE EXCEPTION 'an account is changed or suspended, never deleted' USING ERRCODE = 'restrict_violation';", deferred=False, level='ROW', name='subsidies_confirmedaccount_kept', referencing='', when='BEFORE DELETE'),
        ),
        migrations.AddConstraint(
            model_name='confirmedaccount',
            constraint=minzheng.kernel.ledger.guards.Guard(body="RAISE EXCEPTION 'an account is changed or suspended, never deleted' USING ERRCODE = 'restrict_violation';", deferred=False, level='STATEMENT', name='subsidies_confirmedaccount_not_emptied', referencing='', when='BEFORE TRUNCATE'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='confirmedaccount',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "subsidies_confirmedaccountevent" ("account", "account_owner", "agreement", "confirmed_at", "confirmed_by", "confirmed_by_name", "id", "path", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "subsidy", "suspended", "version") VALUES (OLD."account", OLD."account_owner", OLD."agreement", OLD."confirmed_at", OLD."confirmed_by", OLD."confirmed_by_name", OLD."id", OLD."path", OLD."person_id", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."subsidy", OLD."suspended", OLD."version"); RETURN NULL;', hash='52e566ca09c34fb18ad5c0f8aa1dad6e128c073a', operation='UPDATE', pgid='pgtrigger_update_update_4a64d', table='subsidies_confirmedaccount', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='confirmedaccount',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "subsidies_confirmedaccountevent" ("account", "account_owner", "agreement", "confirmed_at", "confirmed_by", "confirmed_by_name", "id", "path", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "subsidy", "suspended", "version") VALUES (OLD."account", OLD."account_owner", OLD."agreement", OLD."confirmed_at", OLD."confirmed_by", OLD."confirmed_by_name", OLD."id", OLD."path", OLD."person_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."subsidy", OLD."suspended", OLD."version"); RETURN NULL;', hash='8d680ed509d2a42509bc78e7bc753ccd4623589a', operation='DELETE', pgid='pgtrigger_delete_delete_376d6', table='subsidies_confirmedaccount', when='AFTER')),
        ),
    ]
