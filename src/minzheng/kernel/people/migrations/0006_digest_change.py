"""The key of the digests can be changed: the guards know a second digest, and a number stays unique under either."""

from django.db import migrations, models
from minzheng.kernel.people.sealing import last_mark

_ONLY_RESEALED = r"""
CREATE OR REPLACE FUNCTION minzheng_only_resealed(was jsonb, now jsonb, VARIADIC sealed text[]) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT was - names = now - names AND NOT EXISTS (
    SELECT FROM unnest(sealed) AS c (name), LATERAL (SELECT was ->> c.name AS old, now ->> c.name AS new) AS v
    WHERE v.old IS DISTINCT FROM v.new AND NOT coalesce(
      left(v.old, 23) = left(v.new, 23) AND length(v.old) = length(v.new)
      AND v.new ~ '^![A-Za-z0-9_-]{22}[.][0-9a-f]{4}[.][A-Za-z0-9_-]{38,}([.][0-9*]{4}[yn])?$'
      AND split_part(v.old, '.', 2) <> split_part(v.new, '.', 2)
      AND split_part(v.old, '.', 4) = split_part(v.new, '.', 4)
      OR v.new ~ '^![A-Za-z0-9_-]{22}[.][A-Za-z0-9_-]{22}[.]'
      AND left(v.old, 23) = left(v.new, 23) AND substr(v.old, 24) = substr(v.new, 47)
      OR v.old ~ '^![A-Za-z0-9_-]{22}[.][A-Za-z0-9_-]{22}[.]'
      AND v.new = '!' || substr(v.old, 25), false))
  FROM (SELECT sealed || ARRAY(SELECT c || '_mark' FROM unnest(sealed) AS c) AS names) AS all_of_them
$$"""
_UNIQUE = [
    f"CREATE UNIQUE INDEX person_one_file_per_number_by_last ON people_person (({last_mark('id_number')}))",
    f"CREATE UNIQUE INDEX former_number_once_a_person_by_last ON people_formernumber (person_id, ({last_mark('number')}))",
]


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0005_sealed_anew'),
    ]

    operations = [
        migrations.CreateModel(
            name='DigestChange',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False, verbose_name='标识')),
            ],
            options={
                'verbose_name': '号码摘要更换',
            },
        ),
        migrations.RunSQL(_ONLY_RESEALED, migrations.RunSQL.noop),
        migrations.RunSQL(_UNIQUE, [
            "DROP INDEX person_one_file_per_number_by_last", "DROP INDEX former_number_once_a_person_by_last",
        ]),
    ]
