from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('moderation', '0007_akismet'),
    ]

    operations = [
        migrations.AlterField(
            model_name='decision',
            name='action',
            field=models.CharField(choices=[('decide', 'Decide'), ('reveal', 'Reveal'), ('redact', 'Redact'), ('erase', 'Erase')], default='decide', max_length=6),
        ),
        migrations.AddField(
            model_name='sitekey',
            name='limit_per_minute',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(fields=['site', 'id'], name='article_list'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['site', 'created_at'], name='comment_by_day'),
        ),
    ]
