"""Whoever reads calendar and parameters learns by one mark whether they changed, instead of weighing every row."""

from django.db import migrations, models

TABLES = ("standards_calendarday", "standards_parameterrow")
FUNCTION = """
CREATE FUNCTION standards_stamped() RETURNS trigger LANGUAGE plpgsql AS $stamped$
BEGIN
  INSERT INTO standards_stamp (of, mark) VALUES (TG_TABLE_NAME, gen_random_uuid())
  ON CONFLICT (of) DO UPDATE SET mark = excluded.mark;
  RETURN NULL;
END $stamped$"""
TRIGGER = """
CREATE TRIGGER stamped AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {0}
FOR EACH STATEMENT EXECUTE FUNCTION standards_stamped();
INSERT INTO standards_stamp (of, mark) VALUES ('{0}', gen_random_uuid())"""


class Migration(migrations.Migration):
    dependencies = [("standards", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Stamp",
            fields=[
                ("of", models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="表")),
                ("mark", models.UUIDField(verbose_name="状态标记")),
            ],
            options={"verbose_name": "标准和日历的状态标记"},
        ),
        migrations.RunSQL(FUNCTION, "DROP FUNCTION standards_stamped()"),
        *(migrations.RunSQL(TRIGGER.format(one), f"DROP TRIGGER stamped ON {one}") for one in TABLES),
    ]
