"""Test databases made by copying: the migrations run once per version of them, not once per process.

They take eight seconds of a core, and `make test` has six processes that need a database. SQLite's copy is kept in
`var/stamps` under a name that hashes every migration; PostgreSQL's is a database of the throw-away cluster, which
Django names as the template of the test databases. Django still runs `migrate` on each copy, and finds nothing to do.
"""

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.db import OperationalError, connection, transaction

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "var" / "stamps"
TEMPLATE_NAME = "migrated"
TEMPLATE_VARIABLE = "TEST_DATABASE_TEMPLATE"
MIGRATED = {"django_content_type", "auth_permission", "django_migrations"}
MIGRATE = """
import tests.plugin
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "recruiting.settings"
django.setup()
from django.core.management import call_command
call_command("migrate", interactive=False, verbosity=0)
call_command("createcachetable", verbosity=0)
"""


def kept_sqlite() -> Path:
    """Return where the migrated SQLite file of this version of the migrations is kept, or would be."""
    digest = hashlib.sha256(f"{version('django')} {sqlite3.sqlite_version} {MIGRATE}".encode())
    digest.update((ROOT / "recruiting" / "settings.py").read_bytes() + (ROOT / "requirements.txt").read_bytes())
    for folder in ("recruiting", "newsfeed", "integrations", "tests"):
        for path in sorted((ROOT / folder).rglob("migrations/*.py")):
            digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return KEPT / f"migrated-{digest.hexdigest()[:16]}.sqlite3"


def make_sqlite_template() -> None:
    """Migrate an SQLite file and keep it, unless this version of the migrations is kept already."""
    if kept_sqlite().exists():
        return
    with tempfile.TemporaryDirectory(prefix="throughline-migrated-") as folder:
        fresh = Path(folder) / "fresh.sqlite3"
        _migrate(f"sqlite:///{fresh}")
        keep_sqlite(fresh)


def copy_sqlite(target: Path) -> bool:
    """Lay a migrated database at `target`; return False when none is kept yet."""
    kept = kept_sqlite()
    if not kept.exists():
        return False
    shutil.copyfile(kept, target)
    return True


def keep_sqlite(source: Path) -> None:
    """Keep a freshly migrated, still empty database for the next process, and forget those of older versions."""
    kept = kept_sqlite()
    KEPT.mkdir(parents=True, exist_ok=True)
    partial = kept.with_suffix(f".{os.getpid()}")
    with sqlite3.connect(source) as database:
        database.execute("VACUUM INTO ?", (str(partial),))
    database.close()
    for old in KEPT.glob("migrated-*.sqlite3"):
        old.unlink(missing_ok=True)
    partial.replace(kept)


def make_postgres_template(url: str) -> None:
    """Migrate a database beside the one in `url`, for `TEMPLATE_VARIABLE` to name. Only on a throw-away cluster."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {TEMPLATE_NAME}")
    _migrate(urlunsplit(urlsplit(url)._replace(path=f"/{TEMPLATE_NAME}")))


def empty(_case: object = None) -> None:
    """Delete every row but those that `migrate` makes.

    Stands in for Django's flush after a test that commits, which truncates all tables, rows or not, and then looks
    through all models for missing permissions: 0.8 s on PostgreSQL, once per such test.
    """
    for attempt in range(3):
        try:
            return _delete_everything()
        except OperationalError:  # a request of a page that just closed is still at work, and met us half-way
            if attempt == 2:
                raise
            time.sleep(0.5)


def _delete_everything() -> None:
    tables = set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - MIGRATED
    with transaction.atomic(), connection.cursor() as cursor:
        for table in sorted(tables):
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")


def _migrate(database_url: str) -> None:
    environment = {**os.environ, "DATABASE_URL": database_url}
    subprocess.run([sys.executable, "-c", MIGRATE], cwd=ROOT, env=environment, check=True)
