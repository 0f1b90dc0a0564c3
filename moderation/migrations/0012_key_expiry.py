from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('moderation', '0011_speed'),
    ]

    operations = [
        migrations.AddField(
            model_name='sitekey',
            name='expires_at',
            field=models.DateTimeField(null=True),
        ),
    ]
