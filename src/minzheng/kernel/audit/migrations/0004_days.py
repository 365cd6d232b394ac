from django.contrib.postgres.indexes import BrinIndex
from django.db import migrations


class Migration(migrations.Migration):
    """Days of long ago are found without reading what was written since."""

    dependencies = [("audit", "0003_request")]

    operations = [
        migrations.AddIndex(model_name="entry", index=BrinIndex(fields=["at"], name="audit_entry_by_day")),
    ]
