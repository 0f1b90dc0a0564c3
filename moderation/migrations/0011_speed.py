"""Bands without a foreign key that the database checks."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("moderation", "0010_campaign_queue"),
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
    ]
