#!/usr/bin/env bash
# Version: SQLite 3.46.1 (apsw 3.46.1.0), with conditions as Django 5.2.19 writes them.
# Behavior: two conditions joined by AND are put in order of cost at the top of WHERE, and left in the order in which
#   they were written inside an OR. There a correlated EXISTS written before a test of a column runs for every row,
#   also for those that the test rules out. Django writes Q(Exists(...), job__isnull=True) in that order, since what is
#   positional comes before keywords; Q(job__isnull=True) & Q(Exists(...)) is written the other way round.
# Why it surprises: tried alone, the condition costs nothing in either order, because SQLite moves it; it becomes slow
#   when somebody adds "or ..." beside it. A page of 50 entries among 60,000 took 460 ms here instead of 15.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check Django==5.2.19 apsw==3.46.1.0

"$folder/venv/bin/python" - <<'PYTHON'
import sys

import apsw
import django
from django.conf import settings

settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}, INSTALLED_APPS=[]
)
django.setup()
from django.db import models
from django.db.models import Exists, OuterRef, Q


class Application(models.Model):
    person = models.IntegerField()

    class Meta:
        app_label = "shown"


class Entry(models.Model):
    person = models.IntegerField()
    job = models.IntegerField(null=True)

    class Meta:
        app_label = "shown"


seen = Exists(Application.objects.filter(person=OuterRef("person")))
written = str(Entry.objects.filter(Q(job=1) | Q(seen, job__isnull=True)).query)
turned = str(Entry.objects.filter(Q(job=1) | Q(job__isnull=True) & Q(seen)).query)
expressions_first = written.index("EXISTS") < written.index("IS NULL"), turned.index("EXISTS") < turned.index("IS NULL")
print("Django", django.__version__, "writes EXISTS first: Q(Exists, job__isnull)", expressions_first[0],
      " Q(job__isnull) & Q(Exists)", expressions_first[1])

asked = 0


def counted(_):
    global asked
    asked += 1
    return 1


database = apsw.Connection(":memory:")
database.create_scalar_function("counted", counted, 1)
database.execute("CREATE TABLE application (person); CREATE INDEX of_person ON application (person);")
database.execute("CREATE TABLE entry (person, job)")
with database:
    database.executemany("INSERT INTO application VALUES (?)", ((n,) for n in range(1000)))
    database.executemany("INSERT INTO entry VALUES (?, ?)", ((n, n % 20) for n in range(1000)))  # none without a job
database.execute("ANALYZE")
EXISTS = "EXISTS (SELECT 1 FROM application a WHERE a.person = e.person AND counted(a.person))"
EXPECTED = {
    f"{EXISTS} AND e.job IS NULL": 0,
    f"e.job IS NULL AND {EXISTS}": 0,
    f"e.job = 99 OR {EXISTS} AND e.job IS NULL": 1000,
    f"e.job = 99 OR e.job IS NULL AND {EXISTS}": 0,
}
print("SQLite", apsw.sqlite_lib_version())
changed = expressions_first != (True, False)
for condition, expected in EXPECTED.items():
    asked = 0
    list(database.execute(f"SELECT 1 FROM entry e WHERE {condition}"))
    print(f"EXISTS ran {asked:>4} times for 1000 rows: WHERE {condition.replace(EXISTS, 'EXISTS (...)')}")
    if asked != expected:
        print(f"  changed: it was {expected}")
        changed = True
sys.exit(1 if changed else 0)
PYTHON
