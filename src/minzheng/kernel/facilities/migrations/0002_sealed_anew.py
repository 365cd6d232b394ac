import django.core.serializers.json
import minzheng.kernel.people.fields
from django.db import migrations
from minzheng.kernel.people import columns


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0005_sealed_anew'),
        ('facilities', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='stay',
            name='answers',
            field=minzheng.kernel.people.fields.SealedJSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='入住登记'),
        ),
        columns.seal_contents('facilities_stay', 'answers'),
    ]
