"""What a guard asks at the end of a transaction: whether it leaves the audit row of the deed in whose name it wrote."""

from django.db import migrations

# A row that is seen and whose transaction is still under way is this transaction's own; what others keep is passed over
# by its age first, for only of late numbers may the whole number be reckoned.
FORWARD = """
CREATE FUNCTION minzheng_deed_is_kept(wanted text) RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public AS $$
  SELECT EXISTS (
    SELECT FROM (SELECT verb, outcome, xmin FROM audit_entry ORDER BY id DESC LIMIT 1000) late
    WHERE verb = wanted AND outcome = 'done'
      AND CASE WHEN age(xmin) <= age(pg_current_xact_id()::xid) THEN pg_xact_status(
        (((pg_current_xact_id()::text::bigint >> 32) << 32) + xmin::text::bigint)::text::xid8) = 'in progress' END)
$$
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_days")]

    operations = [
        migrations.RunSQL(FORWARD, "DROP FUNCTION minzheng_deed_is_kept(text)"),
    ]
