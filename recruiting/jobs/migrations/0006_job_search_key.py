"""A column for what a search looks for in a job."""

from django.db import migrations

from recruiting.foundation import keys, text


class Migration(migrations.Migration):
    dependencies = [("jobs", "0005_keys")]

    operations = [
        migrations.AddField(
            model_name="job",
            name="search_key",
            field=keys.SearchField(key=text.lines_search_key, sources=["title", "department", "city", "region"]),
        ),
    ]
