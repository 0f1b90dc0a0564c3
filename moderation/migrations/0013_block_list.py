import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('moderation', '0012_key_expiry'),
    ]

    operations = [
        migrations.AddField(
            model_name='site',
            name='block_list_version',
            field=models.CharField(blank=True, default='', max_length=12),
            preserve_default=False,
        ),
        migrations.CreateModel(
            name='BlockList',
            fields=[
                ('site', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='block_list', serialize=False, to='moderation.site')),
                ('entries', models.JSONField()),
                ('version', models.CharField(max_length=12)),
                ('counts', models.JSONField()),
                ('left_out', models.JSONField()),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('changed_by', models.CharField(max_length=150)),
            ],
        ),
    ]
