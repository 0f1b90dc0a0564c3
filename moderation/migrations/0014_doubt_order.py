"""The order of doubt knows time and policy: a column that is written with the score."""

from django.db import migrations, models

from moderation.status import Status

UNSCORED = -1e6
HALF_LIFE_SECONDS = 259_200.0
WORDS = {
    "postgresql": {
        "seconds": "extract(epoch FROM c.created_at)",
        "p": "least(greatest(c.score, 0.001), 0.999)",
    },
    "sqlite": {
        "seconds": "(julianday(c.created_at) - 2440587.5) * 86400.0",
        "p": "min(max(c.score, 0.001), 0.999)",
    },
}
# As scoring/doubt.py would have it, on a site that has not learnt anything. No index knows the
# column yet, so that most rows stay in their pages.
FILL = """
    UPDATE moderation_comment AS c SET doubt = ln(4 * {p} * (1 - {p})) / ln(2.0)
        + CASE WHEN c.score >= s.approve_below AND c.score < s.spam_above THEN 1 ELSE 0 END
        + {seconds} / {half_life}
    FROM moderation_site AS s WHERE s.id = c.site_id AND c.score IS NOT NULL"""


def fill(apps, schema_editor):
    words = WORDS[schema_editor.connection.vendor]
    schema_editor.execute(FILL.format(half_life=HALF_LIFE_SECONDS, **words))


INDEXES = [
    models.Index(
        fields=["site", "doubt", "id"],
        name="comment_queue_by_doubt",
        condition=models.Q(status=Status.PENDING),
    ),
    models.Index(
        fields=["site", "campaign", "doubt", "id"],
        name="comment_alone_by_doubt",
        condition=models.Q(campaign=None, erased_at=None) & models.Q(status=Status.PENDING),
    ),
]


class Migration(migrations.Migration):
    dependencies = [
        ('moderation', '0013_block_list'),
    ]

    operations = [
        *(migrations.RemoveIndex(model_name="comment", name=index.name) for index in INDEXES),
        migrations.RemoveField(model_name="comment", name="doubt"),
        migrations.AddField(
            model_name="comment", name="doubt", field=models.FloatField(default=UNSCORED)
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        *(migrations.AddIndex(model_name="comment", index=index) for index in INDEXES),
    ]
