from django.db import migrations
from minzheng.kernel.people import columns


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0005_sealed_anew'),
        ('registers', '0001_initial'),
    ]

    operations = [
        columns.seal_contents('registers_export', 'asked'),
    ]
