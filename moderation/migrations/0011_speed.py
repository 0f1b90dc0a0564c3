"""Fewer writes for each comment and lesson: no check of bands, room for changes of a row."""

import django.db.models.deletion
from django.db import migrations, models

from moderation.status import Status

# A claim changes no column that an index knows. With room in its page, the new version of the
# row needs no new entries in the indexes.
ROOM = "ALTER TABLE moderation_comment SET (fillfactor = 60)"
NO_ROOM = "ALTER TABLE moderation_comment RESET (fillfactor)"


def on_postgresql(statement):
    def run(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(statement)

    return run


class Migration(migrations.Migration):
    dependencies = [
        ('moderation', '0010_campaign_queue'),
    ]

    operations = [
        migrations.AlterField(
            model_name="band",
            name="likeness",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="bands",
                to="moderation.likeness",
            ),
        ),
        migrations.RemoveIndex(model_name="wordcount", name="word_count_empty"),
        migrations.RemoveIndex(model_name="comment", name="comment_alone"),
        migrations.RemoveIndex(model_name="comment", name="comment_leads"),
        migrations.RemoveIndex(model_name="comment", name="comment_alone_by_score"),
        migrations.RemoveIndex(model_name="comment", name="comment_alone_by_doubt"),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                fields=["site", "status", "campaign", "id"],
                name="comment_collapsed",
                condition=models.Q(erased_at=None),
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                fields=["site", "status", "campaign", "rank", "id"],
                name="comment_alone_by_score",
                condition=models.Q(campaign=None, erased_at=None),
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                fields=["site", "campaign", "doubt", "id"],
                name="comment_alone_by_doubt",
                condition=models.Q(campaign=None, erased_at=None)
                & models.Q(status=Status.PENDING),
            ),
        ),
        migrations.RunPython(on_postgresql(ROOM), on_postgresql(NO_ROOM)),
    ]
