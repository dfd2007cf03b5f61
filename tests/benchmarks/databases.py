"""The databases that a measurement fills, copies and drops: on DATABASE_URL's server, or as SQLite files."""

import os
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from devtools.launch.environment import ROOT

FILES = ROOT / "var" / "benchmarks"


class Postgres:
    """Databases beside the one that is named."""

    name = "PostgreSQL"

    def __init__(self, given: str) -> None:
        self.given = given

    def url(self, name: str) -> str:
        """Return the DATABASE_URL of a database."""
        return urlunsplit(urlsplit(self.given)._replace(path=f"/{name}"))

    def exists(self, name: str) -> bool:
        """Tell whether there is such a database."""
        with psycopg.connect(self.given) as server:
            found = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            return found.fetchone() is not None

    def create(self, name: str, *, copied_from: str = "") -> None:
        """Make a database, empty or as a copy of one that nobody uses now."""
        copy = sql.SQL(" TEMPLATE {} STRATEGY file_copy").format(sql.Identifier(copied_from))
        self._do(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)) + (copy if copied_from else sql.SQL("")))

    def drop(self, name: str) -> None:
        """Drop a database, if it is there."""
        self._do(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def replace_rows(self, source: str, target: str, tables: Sequence[str]) -> None:
        """Make the rows of tables what they are elsewhere, in the columns that both have."""
        columns = "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
        with psycopg.connect(self.url(source)) as old, psycopg.connect(self.url(target)) as new:
            for table in tables:
                both = set(old.execute(columns, [table])) & set(new.execute(columns, [table]))
                names = sql.SQL(", ").join(sql.Identifier(column) for (column,) in sorted(both))
                what = {"names": names, "table": sql.Identifier(table)}
                read = sql.SQL("COPY (SELECT {names} FROM {table}) TO STDOUT").format(**what)
                write = sql.SQL("COPY {table} ({names}) FROM STDIN").format(**what)
                new.execute(sql.SQL("DELETE FROM {}").format(what["table"]))
                with old.cursor().copy(read) as rows, new.cursor().copy(write) as into:
                    for row in rows:
                        into.write(row)

    def postmaster(self) -> int | None:
        """Return the process that all of the server's are children of; None when it runs on another machine."""
        with psycopg.connect(self.given) as server:
            found = server.execute("SELECT pg_backend_pid()").fetchone()
            assert found is not None
            status = Path(f"/proc/{found[0]}/stat")
            if not status.exists() or "(postgres)" not in status.read_text():
                return None
            return int(status.read_text().rpartition(")")[2].split()[1])

    def _do(self, statement: sql.Composable) -> None:
        with psycopg.connect(self.given, autocommit=True) as server:
            server.execute(statement)


class Sqlite:
    """Files in var/benchmarks."""

    name = "SQLite"

    def url(self, name: str) -> str:
        """Return the DATABASE_URL of a file."""
        return f"sqlite:///{self._path(name)}"

    def exists(self, name: str) -> bool:
        """Tell whether there is such a file."""
        return self._path(name).exists()

    def create(self, name: str, *, copied_from: str = "") -> None:
        """Make room for a file, or copy one that nobody uses now."""
        FILES.mkdir(parents=True, exist_ok=True)
        if copied_from:
            with closing(sqlite3.connect(self._path(copied_from))) as source:
                source.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            shutil.copyfile(self._path(copied_from), self._path(name))

    def drop(self, name: str) -> None:
        """Remove a file, if it is there, and what SQLite keeps beside it."""
        for ending in ("", "-wal", "-shm"):
            Path(f"{self._path(name)}{ending}").unlink(missing_ok=True)

    def replace_rows(self, source: str, target: str, tables: Sequence[str]) -> None:
        """Make the rows of tables what they are elsewhere, in the columns that both have."""
        with closing(sqlite3.connect(self._path(target))) as database, database:
            database.execute("ATTACH ? AS source", [str(self._path(source))])
            for table in tables:
                found = [database.execute(f"PRAGMA {schema}.table_info({table})") for schema in ("main", "source")]
                both = set.intersection(*({f'"{row[1]}"' for row in rows} for rows in found))
                names = ", ".join(sorted(both))
                database.execute(f"DELETE FROM main.{table}")
                database.execute(f"INSERT INTO main.{table} ({names}) SELECT {names} FROM source.{table}")

    def postmaster(self) -> None:
        """Return None: the web processes do the database's work."""

    def _path(self, name: str) -> Path:
        return FILES / f"{name}.sqlite3"


def named() -> Postgres | Sqlite:
    """Return the databases of the engine that DATABASE_URL names."""
    given = os.environ.get("DATABASE_URL", "")
    return Postgres(given) if given.startswith("postgres") else Sqlite()
