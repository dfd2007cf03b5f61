#!/usr/bin/env bash
# Version: Django 5.2.19, on SQLite in memory.
# Behavior: MigrationExecutor.migrate() to older migrations of two apps unapplies both in the database whatever their
#   order, but the project state that it returns depends on it. Named in the order of the apps' labels, the state still
#   has the field that the first app just lost, so its models name a column that the table no longer has.
# Why it surprises: the targets read like a set, the database ends up the same, and the returned state looks like the
#   models of that database (tests of migrations use it so). It begins with the state before the migration that was
#   unapplied last, and there the other app's newer migration is still counted. A new executor's
#   loader.project_state(targets) is right in either order.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check Django==5.2.19

for app in apples pears; do
    mkdir -p "$folder/$app/migrations"
    touch "$folder/$app/__init__.py" "$folder/$app/migrations/__init__.py"
    cat > "$folder/$app/migrations/0001_initial.py" <<'PYTHON'
from django.db import migrations, models


class Migration(migrations.Migration):
    operations = [migrations.CreateModel("Fruit", [("id", models.AutoField(primary_key=True))])]
PYTHON
    cat > "$folder/$app/migrations/0002_weight.py" <<PYTHON
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("$app", "0001_initial")]
    operations = [migrations.AddField("Fruit", "weight", models.IntegerField(default=0))]
PYTHON
done

cd "$folder"
PYTHONPATH="$folder" "$folder/venv/bin/python" - <<'PYTHON'
import sys

import django
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

settings.configure(
    INSTALLED_APPS=["apples", "pears"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
)
django.setup()


def fields(state):
    return {label: sorted(model.fields) for (label, _), model in sorted(state.models.items())}


def columns():
    with connection.cursor() as cursor:
        described = connection.introspection.get_table_description
        return {app: sorted(column.name for column in described(cursor, f"{app}_fruit")) for app in ("apples", "pears")}


OLD = {"apples": ["id"], "pears": ["id"]}
# The order of the targets: the fields of the returned state, and what writing a row with its models says.
EXPECTED = {
    ("pears", "apples"): (OLD, "written"),
    ("apples", "pears"): (
        {"apples": ["id", "weight"], "pears": ["id"]},
        "OperationalError: table apples_fruit has no column named weight",
    ),
}

print("Django", django.__version__)
changed = False
for order, expected in EXPECTED.items():
    newest = MigrationExecutor(connection)
    newest.migrate(newest.loader.graph.leaf_nodes())
    targets = [(app, "0001_initial") for app in order]
    returned = MigrationExecutor(connection).migrate(targets)
    loaded = MigrationExecutor(connection).loader.project_state(targets)
    try:
        returned.apps.get_model("apples", "Fruit").objects.create()
        result = "written"
    except DatabaseError as error:
        result = f"{type(error).__name__}: {error}"
    seen = (fields(returned), result)
    print(f"targets {targets}")
    print(f"  columns of the tables:  {columns()}")
    print(f"  loader.project_state(): {fields(loaded)}")
    print(f"  state of migrate():     {seen[0]}")
    print(f"  a row of its models:    {seen[1]}")
    if seen != expected or columns() != OLD or fields(loaded) != OLD:
        print(f"  changed: it was {expected}")
        changed = True
sys.exit(1 if changed else 0)
PYTHON
