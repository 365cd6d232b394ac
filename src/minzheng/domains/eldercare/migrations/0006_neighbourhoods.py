import django.db.models.deletion
import minzheng.kernel.areas.models
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('eldercare', '0005_asked_and_employed'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.CreateModel(
            name='OldEstateEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('path', minzheng.kernel.areas.models.PathField(db_collation='C', max_length=64, verbose_name='管辖')),
                ('name', models.CharField(max_length=80, verbose_name='小区')),
                ('families', models.PositiveIntegerField(verbose_name='住户数')),
                ('surveyed_on', models.DateField(verbose_name='排查日期')),
                ('way', models.CharField(blank=True, choices=[('built', '改造新建'), ('bought', '购买'), ('swapped', '置换'), ('rented', '租赁')], max_length=8, verbose_name='配建方式')),
                ('area', models.DecimalField(blank=True, decimal_places=2, max_digits=10, null=True, verbose_name='设施面积（平方米）')),
                ('fitted_on', models.DateField(blank=True, null=True, verbose_name='建成启用日期')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SportsSite',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', minzheng.kernel.areas.models.PathField(db_collation='C', db_index=True, max_length=64, verbose_name='管辖')),
                ('name', models.CharField(max_length=80, verbose_name='名称')),
                ('level', models.CharField(choices=[('township', '乡镇（街道）'), ('village', '村（社区）')], max_length=8, verbose_name='层级')),
                ('opened_on', models.DateField(verbose_name='启用日期')),
                ('closed_on', models.DateField(blank=True, null=True, verbose_name='停用日期')),
                ('why', models.CharField(blank=True, max_length=120, verbose_name='停用原因')),
            ],
            options={
                'verbose_name': '公共体育健身设施',
            },
        ),
        migrations.CreateModel(
            name='SportsSiteEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('path', minzheng.kernel.areas.models.PathField(db_collation='C', max_length=64, verbose_name='管辖')),
                ('name', models.CharField(max_length=80, verbose_name='名称')),
                ('level', models.CharField(choices=[('township', '乡镇（街道）'), ('village', '村（社区）')], max_length=8, verbose_name='层级')),
                ('opened_on', models.DateField(verbose_name='启用日期')),
                ('closed_on', models.DateField(blank=True, null=True, verbose_name='停用日期')),
                ('why', models.CharField(blank=True, max_length=120, verbose_name='停用原因')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='OldEstate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', minzheng.kernel.areas.models.PathField(db_collation='C', db_index=True, max_length=64, verbose_name='管辖')),
                ('name', models.CharField(max_length=80, verbose_name='小区')),
                ('families', models.PositiveIntegerField(verbose_name='住户数')),
                ('surveyed_on', models.DateField(verbose_name='排查日期')),
                ('way', models.CharField(blank=True, choices=[('built', '改造新建'), ('bought', '购买'), ('swapped', '置换'), ('rented', '租赁')], max_length=8, verbose_name='配建方式')),
                ('area', models.DecimalField(blank=True, decimal_places=2, max_digits=10, null=True, verbose_name='设施面积（平方米）')),
                ('fitted_on', models.DateField(blank=True, null=True, verbose_name='建成启用日期')),
            ],
            options={
                'verbose_name': '老旧小区养老设施',
                'constraints': [models.UniqueConstraint(fields=('path', 'name'), name='old_estate_once'), models.CheckConstraint(condition=models.Q(models.Q(('area', None), ('fitted_on', None), ('way', '')), models.Q(('area__gt', 0), ('fitted_on__gte', models.F('surveyed_on')), models.Q(('way', ''), _negated=True)), _connector='OR'), name='old_estate_fitted_with_facts')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='oldestate',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "eldercare_oldestateevent" ("area", "families", "fitted_on", "id", "name", "path", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "surveyed_on", "way") VALUES (OLD."area", OLD."families", OLD."fitted_on", OLD."id", OLD."name", OLD."path", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."surveyed_on", OLD."way"); RETURN NULL;', hash='e28b86e6e4f318df7e06e4399565990f068a0608', operation='UPDATE', pgid='pgtrigger_update_update_a2848', table='eldercare_oldestate', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='oldestate',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "eldercare_oldestateevent" ("area", "families", "fitted_on", "id", "name", "path", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "surveyed_on", "way") VALUES (OLD."area", OLD."families", OLD."fitted_on", OLD."id", OLD."name", OLD."path", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."surveyed_on", OLD."way"); RETURN NULL;', hash='7f6b31d4a720b084185f63cf76aa49e0d81153c2', operation='DELETE', pgid='pgtrigger_delete_delete_cd031', table='eldercare_oldestate', when='AFTER')),
        ),
        migrations.AddField(
            model_name='oldestateevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='oldestateevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='eldercare.oldestate'),
        ),
        migrations.AddConstraint(
            model_name='sportssite',
            constraint=models.UniqueConstraint(fields=('path', 'name'), name='sports_site_once'),
        ),
        migrations.AddConstraint(
            model_name='sportssite',
            constraint=models.CheckConstraint(condition=models.Q(('closed_on', None), models.Q(('closed_on__gte', models.F('opened_on')), models.Q(('why', ''), _negated=True)), _connector='OR'), name='sports_site_closed_with_reason'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sportssite',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "eldercare_sportssiteevent" ("closed_on", "id", "level", "name", "opened_on", "path", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "why") VALUES (OLD."closed_on", OLD."id", OLD."level", OLD."name", OLD."opened_on", OLD."path", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."why"); RETURN NULL;', hash='4c9dd53c17388c67fc0697546edfef91b4a99b90', operation='UPDATE', pgid='pgtrigger_update_update_b537c', table='eldercare_sportssite', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sportssite',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "eldercare_sportssiteevent" ("closed_on", "id", "level", "name", "opened_on", "path", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "why") VALUES (OLD."closed_on", OLD."id", OLD."level", OLD."name", OLD."opened_on", OLD."path", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."why"); RETURN NULL;', hash='21fc55e3c37e22b86f4ffb5926b07d0226b3005f', operation='DELETE', pgid='pgtrigger_delete_delete_fc848', table='eldercare_sportssite', when='AFTER')),
        ),
        migrations.AddField(
            model_name='sportssiteevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='sportssiteevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='eldercare.sportssite'),
        ),
    ]
