"""Write the documents of everybody who is here, in batches that are committed one by one; it can be run again.

The index of fragments is made after the last migration (`recruiting.search.indexes`), which is faster than filling it.
"""

from typing import Any

from django.db import migrations

from recruiting.search import tokens

BATCH = 2_000


def fill(apps: Any, schema_editor: Any) -> None:
    """Write what is missing, oldest first."""
    alias = schema_editor.connection.alias
    document = apps.get_model("search", "SearchDocument").objects.using(alias)
    people = apps.get_model("candidates", "Candidate")._base_manager.using(alias).order_by("pk")
    rows = people.values_list("pk", "company_id", "search_key")
    batch = list(rows[:BATCH])
    while batch:
        document.bulk_create(
            [
                document.model(candidate_id=person, company_id=company, tokens=tokens.of(key))
                for person, company, key in batch
            ],
            ignore_conflicts=True,
        )
        batch = list(rows.filter(pk__gt=batch[-1][0])[:BATCH])


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("search", "0001_initial")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
