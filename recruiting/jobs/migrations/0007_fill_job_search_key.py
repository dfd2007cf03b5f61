"""Fill what a search looks for in a job, in batches that are committed one by one; it can be run again."""

from typing import Any

from django.db import migrations

from recruiting.foundation import keys


def fill(apps: Any, schema_editor: Any) -> None:
    """Compute the column."""
    keys.fill(apps.get_model("jobs", "Job"), ["search_key"])


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("jobs", "0006_job_search_key")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
