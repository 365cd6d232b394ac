import django.db.models.deletion
import minzheng.kernel.areas.models
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('ledger', '0002_books_and_months'),
    ]

    operations = [
        migrations.CreateModel(
            name='Announcement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', minzheng.kernel.areas.models.PathField(db_collation='C', db_index=True, max_length=64, verbose_name='管辖')),
                ('told', models.PositiveIntegerField(verbose_name='消息数')),
                ('at', models.DateTimeField(verbose_name='发送时间')),
                ('journal', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.journal', verbose_name='凭证')),
            ],
            options={
                'verbose_name': '到账告知',
            },
        ),
    ]
