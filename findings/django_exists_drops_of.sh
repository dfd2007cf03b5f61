#!/usr/bin/env bash
# Version: Django 5.2.19, psycopg 3.3.9.
# Behavior: select_for_update(of=("self",)) with a join locks the rows of one table. Followed by exists() the OF is left
#   out, so PostgreSQL locks the rows of every joined table; followed by first(), a list or values() it stands there.
# Why it surprises: "is it there, and keep it" is what exists() reads like, and OF was written to leave the other tables
#   alone. Two transactions that lock the two tables in another order then wait for each other.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check Django==5.2.19 "psycopg[binary]==3.3.9"

"$folder/venv/bin/python" - <<'PYTHON'
import sys

import django
from django.conf import settings

settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "never_opened"}}, INSTALLED_APPS=[]
)
django.setup()
from django.db import connection, models


class Person(models.Model):
    is_active = models.BooleanField()

    class Meta:
        app_label = "shown"


class Member(models.Model):
    person = models.ForeignKey(Person, on_delete=models.CASCADE)

    class Meta:
        app_label = "shown"


connection.get_autocommit = lambda: False  # as in a transaction; nothing is asked of a database here
locked = Member.objects.filter(person__is_active=True).select_for_update(of=("self",))
asked = {
    "rows": locked.query,
    "values": locked.values("pk").query,
    "exists": locked.query.exists(),
}
ends = {}
for name, query in asked.items():
    sql, _parameters = query.get_compiler(connection=connection).as_sql()
    ends[name] = sql[sql.index("FOR UPDATE"):]
    print(f"Django {django.__version__}, {name}: … {ends[name]}")
sys.exit(ends != {"rows": 'FOR UPDATE OF "shown_member"', "values": 'FOR UPDATE OF "shown_member"', "exists": "FOR UPDATE"})
PYTHON
