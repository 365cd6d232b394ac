"""Whence a deed came; and what a guard asks at the end of a transaction: whether it leaves the row of its deed."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


# A row that is seen and whose transaction is still under way is this transaction's own; what others keep is passed over
# by its age first, for only of late numbers may the whole number be reckoned.
FORWARD = """
CREATE OR REPLACE FUNCTION minzheng_deed_is_kept(wanted text) RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public AS $$
  SELECT EXISTS (
    SELECT FROM (SELECT verb, outcome, xmin FROM audit_entry ORDER BY id DESC LIMIT 1000) late
    WHERE verb = wanted AND outcome = 'done'
      AND CASE WHEN age(xmin) <= age(pg_current_xact_id()::xid) THEN pg_xact_status(
        (((pg_current_xact_id()::text::bigint >> 32) << 32) + xmin::text::bigint)::text::xid8) = 'in progress' END)
$$
"""


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0004_days'),
    ]

    operations = [
        migrations.RunSQL(FORWARD, "DROP FUNCTION minzheng_deed_is_kept(text)"),
        pgtrigger.migrations.RemoveTrigger(
            model_name='entry',
            name='audit_waits_for_its_link',
        ),
        migrations.AddField(
            model_name='entry',
            name='address',
            field=models.CharField(blank=True, db_default='', max_length=45, verbose_name='来自地址'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='entry',
            trigger=pgtrigger.compiler.Trigger(name='audit_waits_for_its_link', sql=pgtrigger.compiler.UpsertTriggerSql(func="INSERT INTO audit_unlinked (book, row_id) VALUES ('a', NEW.id); RETURN NULL;", hash='cc7c5010cce4fe1042639808d2e0f90e952270d2', operation='INSERT', pgid='pgtrigger_audit_waits_for_its_link_d39d5', table='audit_entry', when='AFTER')),
        ),
    ]
