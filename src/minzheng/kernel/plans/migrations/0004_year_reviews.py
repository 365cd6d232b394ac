import django.db.models.deletion
import minzheng.kernel.areas.models
import minzheng.kernel.ledger.guards
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('documents', '0003_words_and_bundles'),
        ('plans', '0003_confirmations_and_reviews'),
    ]

    operations = [
        migrations.CreateModel(
            name='YearReview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', minzheng.kernel.areas.models.PathField(db_collation='C', db_index=True, max_length=64, verbose_name='管辖')),
                ('plan', models.CharField(max_length=60, verbose_name='规划')),
                ('owner', models.CharField(max_length=40, verbose_name='责任处室')),
                ('year', models.PositiveSmallIntegerField(verbose_name='年度')),
                ('lines', models.JSONField(default=list, verbose_name='年末数值和状态')),
                ('problems', models.JSONField(default=list, verbose_name='问题清单')),
                ('sha', models.CharField(max_length=64, verbose_name='摘要（SM3）')),
                ('done', models.CharField(max_length=1000, verbose_name='主要工作和成效')),
                ('lacking', models.CharField(max_length=1000, verbose_name='存在的不足')),
                ('following', models.CharField(max_length=1000, verbose_name='下一步措施')),
                ('state', models.CharField(choices=[('waiting', '待核对'), ('accepted', '已核对'), ('returned', '已退回')], default='waiting', max_length=8, verbose_name='状态')),
                ('late', models.BooleanField(default=False, verbose_name='逾期')),
                ('written_by', models.CharField(max_length=40, verbose_name='自评人标识')),
                ('written_by_name', models.CharField(max_length=60, verbose_name='自评人')),
                ('written_at', models.DateTimeField(verbose_name='提交时间')),
                ('checked_by', models.CharField(blank=True, max_length=40, verbose_name='核对人标识')),
                ('checked_by_name', models.CharField(blank=True, max_length=60, verbose_name='核对人')),
                ('checked_at', models.DateTimeField(null=True, verbose_name='核对时间')),
                ('opinion', models.CharField(blank=True, max_length=300, verbose_name='核对意见')),
                ('evidence', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.document', verbose_name='依据材料')),
            ],
            options={
                'verbose_name': '年度自评',
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'returned'), _negated=True), fields=('plan', 'owner', 'year'), name='year_review_once'), models.CheckConstraint(condition=models.Q(('state', 'waiting'), models.Q(models.Q(('checked_by', ''), _negated=True), models.Q(('opinion', ''), _negated=True)), _connector='OR'), name='year_review_checked'), models.CheckConstraint(condition=models.Q(('checked_by', ''), models.Q(('checked_by', models.F('written_by')), _negated=True), _connector='OR'), name='year_review_by_two'), minzheng.kernel.ledger.guards.Guard(body="IF OLD.state <> 'waiting' OR NEW.lines IS DISTINCT FROM OLD.lines OR NEW.problems IS DISTINCT FROM OLD.problems OR NEW.sha <> OLD.sha OR (NEW.done, NEW.lacking, NEW.following, NEW.evidence_id) IS DISTINCT FROM (OLD.done, OLD.lacking, OLD.following, OLD.evidence_id) THEN RAISE EXCEPTION 'a year review is checked once and not changed' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW;", deferred=False, level='ROW', name='year_review_stands', referencing='', when='BEFORE UPDATE'), minzheng.kernel.ledger.guards.Guard(body="RAISE EXCEPTION 'a year review is not deleted' USING ERRCODE = 'restrict_violation';", deferred=False, level='ROW', name='plans_yearreview_kept', referencing='', when='BEFORE DELETE'), minzheng.kernel.ledger.guards.Guard(body="RAISE EXCEPTION 'a year review is not deleted' USING ERRCODE = 'restrict_violation';", deferred=False, level='STATEMENT', name='plans_yearreview_not_emptied', referencing='', when='BEFORE TRUNCATE')],
            },
        ),
    ]
