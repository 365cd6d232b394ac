import django.db.models.deletion
import minzheng.kernel.areas.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='kind',
            field=models.CharField(choices=[('person', '人员账号'), ('service', '系统账号')], default='person', max_length=8, verbose_name='类别'),
        ),
        migrations.AddField(
            model_name='user',
            name='must_change_password',
            field=models.BooleanField(default=False, verbose_name='须改密码'),
        ),
        migrations.AddField(
            model_name='user',
            name='password_set_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='密码设定时间'),
        ),
        migrations.AddField(
            model_name='user',
            name='path',
            field=minzheng.kernel.areas.models.PathField(blank=True, db_collation='C', max_length=64, verbose_name='开立地'),
        ),
        migrations.AddField(
            model_name='user',
            name='staff_number',
            field=models.CharField(blank=True, max_length=40, null=True, unique=True, verbose_name='工号'),
        ),
        migrations.CreateModel(
            name='Guessing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64, unique=True, verbose_name='摘要')),
                ('kind', models.CharField(choices=[('name', '账号'), ('address', '地址'), ('code', '动态口令')], max_length=8, verbose_name='类别')),
                ('count', models.PositiveIntegerField(default=0, verbose_name='次数')),
                ('first_at', models.DateTimeField(verbose_name='首次')),
                ('last_at', models.DateTimeField(verbose_name='最近')),
                ('locked_until', models.DateTimeField(blank=True, null=True, verbose_name='锁定至')),
            ],
            options={
                'verbose_name': '猜测记录',
                'indexes': [models.Index(fields=['last_at'], name='access_gues_last_at_6ec4af_idx')],
            },
        ),
        migrations.CreateModel(
            name='SecondFactor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sealed', models.BinaryField(verbose_name='种子（密文）')),
                ('made_at', models.DateTimeField(verbose_name='生成时间')),
                ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='启用时间')),
                ('last_step', models.BigIntegerField(default=0, verbose_name='最近步数')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='second_factor', to=settings.AUTH_USER_MODEL, verbose_name='账号')),
            ],
            options={
                'verbose_name': '动态口令',
            },
        ),
        migrations.CreateModel(
            name='ServiceAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', minzheng.kernel.areas.models.PathField(db_collation='C', db_index=True, max_length=64, verbose_name='管辖')),
                ('purpose', models.CharField(max_length=200, verbose_name='用途')),
                ('contact', models.CharField(max_length=120, verbose_name='负责单位和电话')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='service', to=settings.AUTH_USER_MODEL, verbose_name='账号')),
            ],
            options={
                'verbose_name': '系统账号',
            },
        ),
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=80, verbose_name='门与来者')),
                ('from_at', models.DateTimeField(verbose_name='起')),
                ('count', models.PositiveIntegerField(default=0, verbose_name='次数')),
            ],
            options={
                'verbose_name': '访问计数',
                'indexes': [models.Index(fields=['from_at'], name='access_tall_from_at_b8bd17_idx')],
                'constraints': [models.UniqueConstraint(fields=('key', 'from_at'), name='tally_once')],
            },
        ),
        migrations.CreateModel(
            name='UsedPassword',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=128, verbose_name='口令散列')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='used_passwords', to=settings.AUTH_USER_MODEL, verbose_name='账号')),
            ],
            options={
                'verbose_name': '用过的密码',
            },
        ),
        migrations.CreateModel(
            name='RecoveryCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, verbose_name='摘要')),
                ('used_at', models.DateTimeField(blank=True, null=True, verbose_name='使用时间')),
                ('factor', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='codes', to='access.secondfactor', verbose_name='动态口令')),
            ],
            options={
                'verbose_name': '备用码',
                'constraints': [models.UniqueConstraint(fields=('factor', 'digest'), name='recovery_code_once')],
            },
        ),
        migrations.CreateModel(
            name='ServiceKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=16, unique=True, verbose_name='密钥编号')),
                ('digest', models.CharField(max_length=64, verbose_name='摘要')),
                ('operations', models.JSONField(default=list, verbose_name='可用接口')),
                ('path', minzheng.kernel.areas.models.PathField(blank=True, db_collation='C', max_length=64, verbose_name='限定地区')),
                ('from_at', models.DateTimeField(verbose_name='启用时间')),
                ('until_at', models.DateTimeField(verbose_name='到期时间')),
                ('made_by', models.CharField(max_length=40, verbose_name='签发人')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='吊销时间')),
                ('revoked_why', models.CharField(blank=True, max_length=200, verbose_name='吊销原因')),
                ('used_at', models.DateTimeField(blank=True, null=True, verbose_name='最近使用')),
                ('used_from', models.CharField(blank=True, max_length=45, verbose_name='最近来源')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='keys', to='access.serviceaccount', verbose_name='系统账号')),
            ],
            options={
                'verbose_name': '接口密钥',
                'constraints': [models.CheckConstraint(condition=models.Q(('until_at__gt', models.F('from_at'))), name='service_key_interval')],
            },
        ),
        migrations.CreateModel(
            name='SignedIn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('session_key', models.CharField(max_length=40, unique=True, verbose_name='会话')),
                ('how', models.CharField(choices=[('password', '密码'), ('two', '密码和动态口令'), ('unified', '统一身份认证')], default='password', max_length=10, verbose_name='方式')),
                ('begun_at', models.DateTimeField(verbose_name='登录时间')),
                ('address', models.CharField(blank=True, max_length=45, verbose_name='地址')),
                ('device', models.CharField(blank=True, max_length=120, verbose_name='设备')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='结束时间')),
                ('ended', models.CharField(blank=True, choices=[('signed_out', '退出登录'), ('idle', '长时间未操作'), ('expired', '超过最长时限'), ('crowded', '在别处登录'), ('everywhere', '全部退出'), ('changed', '密码或账号变动')], max_length=10, verbose_name='结束原因')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to=settings.AUTH_USER_MODEL, verbose_name='账号')),
            ],
            options={
                'verbose_name': '登录会话',
                'indexes': [models.Index(condition=models.Q(('ended_at', None)), fields=['user', 'id'], name='signed_in_now')],
            },
        ),
        migrations.CreateModel(
            name='StaffIdentity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('issuer', models.CharField(max_length=200, verbose_name='认证中心')),
                ('subject', models.CharField(max_length=255, verbose_name='认证中心标识')),
                ('bound_at', models.DateTimeField(verbose_name='关联时间')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='identity', to=settings.AUTH_USER_MODEL, verbose_name='账号')),
            ],
            options={
                'verbose_name': '统一身份认证关联',
                'constraints': [models.UniqueConstraint(fields=('issuer', 'subject'), name='staff_identity_once')],
            },
        ),
    ]
