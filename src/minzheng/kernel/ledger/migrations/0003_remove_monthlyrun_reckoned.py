from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_books_and_months")]

    operations = [migrations.RemoveField(model_name="monthlyrun", name="reckoned")]
