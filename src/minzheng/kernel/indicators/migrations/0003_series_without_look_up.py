"""The rows of a computation no longer look up what they belong to, one by one, when they are written."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("indicators", "0002_computations")]

    operations = [
        migrations.AlterField(
            model_name="series",
            name="computation",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="indicators.computation",
                verbose_name="计算",
            ),
        ),
    ]
