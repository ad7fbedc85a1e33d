from django.db import migrations, models

import core.networks


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0004_words"),
    ]

    operations = [
        migrations.AddField(
            model_name="housesettings",
            name="trusted_networks",
            field=models.TextField(
                blank=True,
                help_text="One a line, such as 192.0.2.0/24: the Wi-Fi in the house, the town hall. Many people may book from there in a short time and are never asked whether they are a person.",
                validators=[core.networks.check_networks],
                verbose_name="networks of the house",
            ),
        ),
    ]
