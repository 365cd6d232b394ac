import django.core.serializers.json
import django.db.models.deletion
import django.db.models.expressions
import minzheng.kernel.areas.models
import minzheng.kernel.ledger.guards
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('funds', '0001_initial'),
        ('people', '0004_sealed_numbers'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.CreateModel(
            name='Offer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', minzheng.kernel.areas.models.PathField(db_collation='C', db_index=True, max_length=64, verbose_name='管辖')),
                ('service', models.CharField(max_length=20, verbose_name='服务')),
                ('price', models.BigIntegerField(verbose_name='单价（分）')),
                ('unit', models.CharField(max_length=10, verbose_name='计价单位')),
                ('daily', models.PositiveSmallIntegerField(verbose_name='每日最多')),
                ('qualified_until', models.DateField(verbose_name='人员资质有效期至')),
                ('from_on', models.DateField(verbose_name='起')),
                ('until_on', models.DateField(null=True, verbose_name='止')),
            ],
            options={
                'verbose_name': '服务项目',
            },
        ),
        migrations.CreateModel(
            name='ProviderEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('path', minzheng.kernel.areas.models.PathField(db_collation='C', max_length=64, verbose_name='管辖')),
                ('matching', models.CharField(max_length=60, verbose_name='供需匹配')),
                ('name', models.CharField(max_length=80, verbose_name='名称')),
                ('uscc', models.CharField(max_length=18, verbose_name='统一社会信用代码')),
                ('phone', models.CharField(max_length=30, verbose_name='联系电话')),
                ('address', models.CharField(max_length=120, verbose_name='地址')),
                ('lat', models.DecimalField(decimal_places=6, max_digits=9, null=True, verbose_name='纬度')),
                ('lon', models.DecimalField(decimal_places=6, max_digits=9, null=True, verbose_name='经度')),
                ('reach', models.PositiveIntegerField(verbose_name='服务半径（米）')),
                ('rated_sum', models.PositiveIntegerField(default=0, verbose_name='评价分合计')),
                ('rated_count', models.PositiveIntegerField(default=0, verbose_name='评价次数')),
                ('blacklisted', models.BooleanField(default=False, verbose_name='列入黑名单')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='列入原因')),
                ('from_on', models.DateField(verbose_name='登记日期')),
                ('until_on', models.DateField(null=True, verbose_name='退出日期')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Statement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', minzheng.kernel.areas.models.PathField(db_collation='C', db_index=True, max_length=64, verbose_name='管辖')),
                ('month', models.DateField(verbose_name='月份')),
                ('orders', models.PositiveIntegerField(verbose_name='订单数')),
                ('withheld', models.PositiveIntegerField(default=0, verbose_name='扣除订单数')),
                ('total', models.BigIntegerField(verbose_name='申报金额（分）')),
                ('made_by', models.CharField(max_length=40, verbose_name='申报人标识')),
                ('made_by_name', models.CharField(max_length=60, verbose_name='申报人')),
                ('made_at', models.DateTimeField(verbose_name='申报时间')),
            ],
            options={
                'verbose_name': '月度结算',
            },
        ),
        migrations.CreateModel(
            name='Voucher',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', minzheng.kernel.areas.models.PathField(db_collation='C', db_index=True, max_length=64, verbose_name='管辖')),
                ('matching', models.CharField(max_length=60, verbose_name='供需匹配')),
                ('month', models.DateField(verbose_name='月份')),
                ('group', models.CharField(max_length=20, verbose_name='类别')),
                ('amount', models.BigIntegerField(verbose_name='面额（分）')),
                ('spent', models.BigIntegerField(default=0, verbose_name='已用（分）')),
            ],
            options={
                'verbose_name': '服务券',
            },
        ),
        migrations.CreateModel(
            name='Issue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', minzheng.kernel.areas.models.PathField(db_collation='C', db_index=True, max_length=64, verbose_name='管辖')),
                ('matching', models.CharField(max_length=60, verbose_name='供需匹配')),
                ('month', models.DateField(verbose_name='月份')),
                ('persons', models.PositiveIntegerField(default=0, verbose_name='人数')),
                ('total', models.BigIntegerField(default=0, verbose_name='金额（分）')),
                ('amounts', models.JSONField(default=dict, verbose_name='标准')),
                ('state', models.CharField(choices=[('draft', '待签字'), ('signed', '已发放')], default='draft', max_length=6, verbose_name='状态')),
                ('drafted_by', models.CharField(max_length=40, verbose_name='生成人标识')),
                ('drafted_by_name', models.CharField(max_length=60, verbose_name='生成人')),
                ('signed_by', models.CharField(blank=True, max_length=40, verbose_name='签字人标识')),
                ('signed_by_name', models.CharField(blank=True, max_length=60, verbose_name='签字人')),
                ('signed_at', models.DateTimeField(null=True, verbose_name='签字时间')),
            ],
            options={
                'verbose_name': '服务券名单',
                'constraints': [models.UniqueConstraint(fields=('matching', 'path', 'month'), name='issue_once_a_month'), models.CheckConstraint(condition=models.Q(('state', 'draft'), models.Q(models.Q(('signed_by', ''), _negated=True), models.Q(('signed_by', models.F('drafted_by')), _negated=True)), _connector='OR'), name='issue_signed_by_another')],
            },
        ),
        migrations.CreateModel(
            name='Need',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', minzheng.kernel.areas.models.PathField(db_collation='C', db_index=True, max_length=64, verbose_name='管辖')),
                ('matching', models.CharField(max_length=60, verbose_name='供需匹配')),
                ('service', models.CharField(max_length=20, verbose_name='服务')),
                ('units', models.PositiveSmallIntegerField(verbose_name='数量')),
                ('wanted_on', models.DateField(verbose_name='希望日期')),
                ('slot', models.CharField(max_length=20, verbose_name='希望时段')),
                ('budget', models.BigIntegerField(default=0, verbose_name='单价预算（分）')),
                ('pays_rest', models.BooleanField(default=True, verbose_name='超出部分自付')),
                ('words', models.CharField(blank=True, max_length=300, verbose_name='说明')),
                ('lat', models.DecimalField(decimal_places=6, max_digits=9, null=True, verbose_name='纬度')),
                ('lon', models.DecimalField(decimal_places=6, max_digits=9, null=True, verbose_name='经度')),
                ('since_on', models.DateField(verbose_name='提出日期')),
                ('state', models.CharField(choices=[('open', '待匹配'), ('ordered', '已下单'), ('met', '已满足'), ('closed', '已关闭')], default='open', max_length=7, verbose_name='状态')),
                ('result', models.CharField(blank=True, max_length=200, verbose_name='结果')),
                ('told_by', models.CharField(max_length=40, verbose_name='登记人标识')),
                ('told_by_name', models.CharField(max_length=60, verbose_name='登记人')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person', verbose_name='需求人')),
            ],
            options={
                'verbose_name': '服务需求',
            },
        ),
        migrations.CreateModel(
            name='Order',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', minzheng.kernel.areas.models.PathField(db_collation='C', db_index=True, max_length=64, verbose_name='管辖')),
                ('number', models.CharField(max_length=30, unique=True, verbose_name='订单编号')),
                ('units', models.PositiveSmallIntegerField(verbose_name='数量')),
                ('price', models.BigIntegerField(verbose_name='价款（分）')),
                ('subsidy', models.BigIntegerField(default=0, verbose_name='服务券支付（分）')),
                ('self_pay', models.BigIntegerField(verbose_name='自付（分）')),
                ('planned_on', models.DateField(verbose_name='约定日期')),
                ('slot', models.CharField(max_length=20, verbose_name='约定时段')),
                ('candidates', models.JSONField(default=list, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='候选服务商')),
                ('chosen_by', models.CharField(max_length=40, verbose_name='选择登记人标识')),
                ('chosen_by_name', models.CharField(max_length=60, verbose_name='选择登记人')),
                ('ordered_at', models.DateTimeField(verbose_name='下单时间')),
                ('answer_by', models.DateTimeField(verbose_name='接单期限')),
                ('state', models.CharField(choices=[('offered', '待接单'), ('accepted', '已接单'), ('declined', '未接单'), ('lapsed', '超时未接'), ('started', '服务中'), ('ended', '待确认'), ('disputed', '投诉处理中'), ('confirmed', '已确认'), ('refused', '认定未提供')], default='offered', max_length=9, verbose_name='状态')),
                ('words', models.CharField(blank=True, max_length=300, verbose_name='说明')),
                ('worker', models.CharField(blank=True, max_length=40, verbose_name='服务人员标识')),
                ('worker_name', models.CharField(blank=True, max_length=60, verbose_name='服务人员')),
                ('started_at', models.DateTimeField(null=True, verbose_name='开始时间')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='结束时间')),
                ('lat', models.DecimalField(decimal_places=6, max_digits=9, null=True, verbose_name='开始签到纬度')),
                ('lon', models.DecimalField(decimal_places=6, max_digits=9, null=True, verbose_name='开始签到经度')),
                ('metres', models.PositiveIntegerField(null=True, verbose_name='距住所（米）')),
                ('far_reason', models.CharField(blank=True, max_length=200, verbose_name='不在住所的原因')),
                ('record', models.CharField(blank=True, max_length=500, verbose_name='服务记录')),
                ('confirmed_at', models.DateTimeField(null=True, verbose_name='确认时间')),
                ('confirmed_by', models.CharField(blank=True, max_length=40, verbose_name='确认人标识')),
                ('confirmed_by_name', models.CharField(blank=True, max_length=60, verbose_name='确认人')),
                ('stars', models.PositiveSmallIntegerField(null=True, verbose_name='评价')),
                ('complaint', models.CharField(blank=True, max_length=300, verbose_name='投诉')),
                ('need', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='matching.need', verbose_name='需求')),
                ('offer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='matching.offer', verbose_name='服务项目')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person', verbose_name='服务对象')),
            ],
            options={
                'verbose_name': '服务订单',
            },
        ),
        migrations.CreateModel(
            name='Callback',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', minzheng.kernel.areas.models.PathField(db_collation='C', db_index=True, max_length=64, verbose_name='管辖')),
                ('month', models.DateField(verbose_name='月份')),
                ('why', models.CharField(max_length=60, verbose_name='抽取原因')),
                ('true', models.BooleanField(null=True, verbose_name='属实')),
                ('words', models.CharField(blank=True, max_length=300, verbose_name='回访情况')),
                ('by', models.CharField(blank=True, max_length=40, verbose_name='回访人标识')),
                ('by_name', models.CharField(blank=True, max_length=60, verbose_name='回访人')),
                ('at', models.DateTimeField(null=True, verbose_name='回访时间')),
                ('order', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='callback', to='matching.order', verbose_name='订单')),
            ],
            options={
                'verbose_name': '订单回访',
            },
        ),
        migrations.CreateModel(
            name='Provider',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', minzheng.kernel.areas.models.PathField(db_collation='C', db_index=True, max_length=64, verbose_name='管辖')),
                ('matching', models.CharField(max_length=60, verbose_name='供需匹配')),
                ('name', models.CharField(max_length=80, verbose_name='名称')),
                ('uscc', models.CharField(max_length=18, verbose_name='统一社会信用代码')),
                ('phone', models.CharField(max_length=30, verbose_name='联系电话')),
                ('address', models.CharField(max_length=120, verbose_name='地址')),
                ('lat', models.DecimalField(decimal_places=6, max_digits=9, null=True, verbose_name='纬度')),
                ('lon', models.DecimalField(decimal_places=6, max_digits=9, null=True, verbose_name='经度')),
                ('reach', models.PositiveIntegerField(verbose_name='服务半径（米）')),
                ('rated_sum', models.PositiveIntegerField(default=0, verbose_name='评价分合计')),
                ('rated_count', models.PositiveIntegerField(default=0, verbose_name='评价次数')),
                ('blacklisted', models.BooleanField(default=False, verbose_name='列入黑名单')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='列入原因')),
                ('from_on', models.DateField(verbose_name='登记日期')),
                ('until_on', models.DateField(null=True, verbose_name='退出日期')),
            ],
            options={
                'verbose_name': '服务商',
                'constraints': [models.UniqueConstraint(fields=('matching', 'uscc', 'path'), name='provider_once'), models.CheckConstraint(condition=models.Q(('blacklisted', False), models.Q(('reason', ''), _negated=True), _connector='OR'), name='provider_blacklisted_why'), models.CheckConstraint(condition=models.Q(('rated_sum__gte', models.F('rated_count')), ('rated_sum__lte', django.db.models.expressions.CombinedExpression(models.F('rated_count'), '*', models.Value(5)))), name='provider_rated')],
            },
        ),
        migrations.AddField(
            model_name='order',
            name='provider',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='matching.provider', verbose_name='服务商'),
        ),
        migrations.AddField(
            model_name='offer',
            name='provider',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offers', to='matching.provider', verbose_name='服务商'),
        ),
        migrations.CreateModel(
            name='Attendant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', minzheng.kernel.areas.models.PathField(db_collation='C', db_index=True, max_length=64, verbose_name='管辖')),
                ('user', models.CharField(max_length=40, verbose_name='人员标识')),
                ('name', models.CharField(max_length=60, verbose_name='姓名')),
                ('from_on', models.DateField(verbose_name='起')),
                ('until_on', models.DateField(null=True, verbose_name='止')),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attendants', to='matching.provider', verbose_name='服务商')),
            ],
            options={
                'verbose_name': '服务商人员',
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='provider',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "matching_providerevent" ("address", "blacklisted", "from_on", "id", "lat", "lon", "matching", "name", "path", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "rated_count", "rated_sum", "reach", "reason", "until_on", "uscc") VALUES (OLD."address", OLD."blacklisted", OLD."from_on", OLD."id", OLD."lat", OLD."lon", OLD."matching", OLD."name", OLD."path", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."phone", OLD."rated_count", OLD."rated_sum", OLD."reach", OLD."reason", OLD."until_on", OLD."uscc"); RETURN NULL;', hash='7d5eb01b8d6edc88595849bb179bf3e0142a7aeb', operation='UPDATE', pgid='pgtrigger_update_update_07951', table='matching_provider', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='provider',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "matching_providerevent" ("address", "blacklisted", "from_on", "id", "lat", "lon", "matching", "name", "path", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "rated_count", "rated_sum", "reach", "reason", "until_on", "uscc") VALUES (OLD."address", OLD."blacklisted", OLD."from_on", OLD."id", OLD."lat", OLD."lon", OLD."matching", OLD."name", OLD."path", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."phone", OLD."rated_count", OLD."rated_sum", OLD."reach", OLD."reason", OLD."until_on", OLD."uscc"); RETURN NULL;', hash='e3c885ae835946d58a9a5e23bacd93ba2b4eaecc', operation='DELETE', pgid='pgtrigger_delete_delete_e7931', table='matching_provider', when='AFTER')),
        ),
        migrations.AddField(
            model_name='providerevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='providerevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='matching.provider'),
        ),
        migrations.AddField(
            model_name='statement',
            name='contract',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='funds.contract', verbose_name='合同'),
        ),
        migrations.AddField(
            model_name='statement',
            name='handover',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='funds.handover', verbose_name='交付'),
        ),
        migrations.AddField(
            model_name='statement',
            name='provider',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='matching.provider', verbose_name='服务商'),
        ),
        migrations.AddField(
            model_name='order',
            name='statement',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='settled', to='matching.statement', verbose_name='月度结算'),
        ),
        migrations.AddField(
            model_name='voucher',
            name='issue',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='vouchers', to='matching.issue', verbose_name='名单'),
        ),
        migrations.AddField(
            model_name='voucher',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person', verbose_name='持券人'),
        ),
        migrations.AddField(
            model_name='order',
            name='voucher',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='matching.voucher', verbose_name='服务券'),
        ),
        migrations.AddIndex(
            model_name='need',
            index=models.Index(fields=['state', 'path'], name='matching_ne_state_dd4855_idx'),
        ),
        migrations.AddConstraint(
            model_name='need',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['met', 'closed']), _negated=True), models.Q(('result', ''), _negated=True), _connector='OR'), name='need_closes_with_result'),
        ),
        migrations.AddConstraint(
            model_name='need',
            constraint=models.CheckConstraint(condition=models.Q(('budget__gte', 0), ('units__gt', 0)), name='need_amounts'),
        ),
        migrations.AddConstraint(
            model_name='callback',
            constraint=models.CheckConstraint(condition=models.Q(('true', None), models.Q(models.Q(('words', ''), _negated=True), ('at__isnull', False)), _connector='OR'), name='callback_says'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.UniqueConstraint(condition=models.Q(('until_on', None)), fields=('provider', 'service'), name='offer_one_price'),
        ),
        migrations.AddConstraint(
            model_name='offer',
            constraint=models.CheckConstraint(condition=models.Q(('daily__gt', 0), ('price__gt', 0)), name='offer_amounts'),
        ),
        migrations.AddIndex(
            model_name='attendant',
            index=models.Index(fields=['user'], name='matching_at_user_be5540_idx'),
        ),
        migrations.AddConstraint(
            model_name='attendant',
            constraint=models.UniqueConstraint(condition=models.Q(('until_on', None)), fields=('provider', 'user'), name='attendant_named_once'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.UniqueConstraint(fields=('provider', 'month'), name='statement_once_a_month'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(('orders__gt', 0), ('total__gt', 0)), name='statement_amounts'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=minzheng.kernel.ledger.guards.Guard(body="RAISE EXCEPTION 'a statement is never deleted' USING ERRCODE = 'restrict_violation';", deferred=False, level='ROW', name='matching_statement_kept', referencing='', when='BEFORE DELETE'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=minzheng.kernel.ledger.guards.Guard(body="RAISE EXCEPTION 'a statement is never deleted' USING ERRCODE = 'restrict_violation';", deferred=False, level='STATEMENT', name='matching_statement_not_emptied', referencing='', when='BEFORE TRUNCATE'),
        ),
        migrations.AddConstraint(
            model_name='voucher',
            constraint=models.UniqueConstraint(fields=('matching', 'person', 'month'), name='voucher_once_a_month'),
        ),
        migrations.AddConstraint(
            model_name='voucher',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0), ('spent__gte', 0), ('spent__lte', models.F('amount'))), name='voucher_not_overspent'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['provider', 'planned_on'], name='matching_or_provide_d3068b_idx'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['state', 'path'], name='matching_or_state_72a2d9_idx'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['offered', 'accepted', 'started', 'ended', 'disputed'])), fields=('need',), name='order_one_open'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('price', django.db.models.expressions.CombinedExpression(models.F('subsidy'), '+', models.F('self_pay'))), ('self_pay__gte', 0), ('subsidy__gte', 0)), name='order_adds_up'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('subsidy', 0), ('voucher__isnull', False), _connector='OR'), name='order_subsidy_voucher'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'confirmed'), _negated=True), models.Q(('ended_at__gte', models.F('started_at')), models.Q(('confirmed_by', ''), _negated=True), models.Q(('confirmed_by', models.F('worker')), _negated=True)), _connector='OR'), name='order_confirmed_by_another'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('statement', None), models.Q(('state', 'confirmed'), ('subsidy__gt', 0)), _connector='OR'), name='order_settled_confirmed'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('stars', None), ('stars__range', (1, 5)), _connector='OR'), name='order_stars'),
        ),
    ]
