"""The index of fragments, which makes search fast and on which no answer depends.

On PostgreSQL a GIN index over trigrams, which `LIKE` uses by itself; its extension may be one that only a superuser can
create. On SQLite an FTS5 table over trigrams, an ordinary one (a contentless one keeps what was erased), which triggers
keep like the documents. SQLite loses triggers when a later migration alters the documents' table, so `make` runs after
every migration and builds anew what is not whole.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connections, transaction
from django.db.models import F, Func, QuerySet, UUIDField
from django.db.models.expressions import RawSQL

from recruiting.search.models import SearchDocument

TABLE = SearchDocument._meta.db_table
GIN = "searchdocument_fragments"
FTS = "search_fragments"
TOKENIZER = "trigram case_sensitive 1"
LETTERS = 3
"""The shortest fragment that the indexes know."""
TRIGGERS = {
    "search_fragments_added": f"AFTER INSERT ON {TABLE} BEGIN "
    f"INSERT INTO {FTS}(rowid, tokens) VALUES (new.id, new.tokens); END",
    "search_fragments_changed": f"AFTER UPDATE ON {TABLE} BEGIN "
    f"UPDATE {FTS} SET tokens = new.tokens WHERE rowid = old.id; END",
    "search_fragments_removed": f"AFTER DELETE ON {TABLE} BEGIN DELETE FROM {FTS} WHERE rowid = old.id; END",
}


class _Plain(Func):
    """A column that SQLite looks up by no index."""

    template = "+%(expressions)s"
    arity = 1


def make(using: str = "default") -> None:
    """Make what is missing of the index, as far as the database lets us."""
    if _has_table(using):
        (_make_gin if connections[using].vendor == "postgresql" else _make_fts)(using)


def missing(using: str = "default") -> str:
    """Return in a sentence what somebody has to do for search to be fast, "" when it is or is still to be migrated."""
    if not _has_table(using):
        return ""
    if connections[using].vendor == "postgresql":
        if _has_gin(using):
            return ""
        return (
            "Search reads every person of the company: let a superuser run CREATE EXTENSION pg_trgm; in this database, "
            "then run manage.py prepare."
        )
    if _has_fts(using):
        return ""
    return (
        "Search reads every person of the company: SQLite has no FTS5 with trigrams here; install SQLite 3.34 or later "
        "with FTS5, then run manage.py prepare."
    )


def narrow(asked: Sequence[Sequence[str]], *, company: UUID) -> "QuerySet[SearchDocument] | None":
    """Return the company's documents that the index finds, among others perhaps; None where one need not ask it.

    That is on PostgreSQL, without an index, and when some list of fragments has none that is long enough.
    """
    known = [[fragment for fragment in fragments if len(fragment) >= LETTERS] for fragments in asked]
    documents = SearchDocument.objects.all()
    if connections[documents.db].vendor == "postgresql" or not all(known) or not _has_fts(documents.db):
        return None
    quoted = (" AND ".join('"{}"'.format(fragment.replace('"', '""')) for fragment in every) for every in known)
    match = " OR ".join(f"({every})" for every in quoted)
    rows = RawSQL(f"SELECT rowid FROM {FTS} WHERE {FTS} MATCH %s", [match])
    # Or SQLite would begin with all documents of the company.
    theirs = documents.alias(theirs=_Plain(F("company"), output_field=UUIDField())).filter(theirs=company)
    return theirs.filter(pk__in=rows)


def _has_table(using: str) -> bool:
    return TABLE in connections[using].introspection.table_names()


# ── PostgreSQL ───────────────────────────────────────────────────────────────────────────────────────────────────────
def _has_gin(using: str) -> bool:
    return bool(_rows(using, "SELECT 1 FROM pg_indexes WHERE schemaname = current_schema() AND indexname = %s", GIN))


def _make_gin(using: str) -> None:
    if _has_gin(using):
        return
    try:
        with transaction.atomic(using=using), connections[using].cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except DatabaseError:
        return  # `missing` says so
    # In whatever schema it was created.
    (schema,) = _rows(
        using,
        "SELECT nspname FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace WHERE extname = %s",
        "pg_trgm",
    )[0]
    kind = f"{connections[using].ops.quote_name(schema)}.gin_trgm_ops"
    with connections[using].cursor() as cursor:
        cursor.execute(f"CREATE INDEX IF NOT EXISTS {GIN} ON {TABLE} USING gin (tokens {kind})")


# ── SQLite ───────────────────────────────────────────────────────────────────────────────────────────────────────────
_with_fts: set[str] = set()
"""Databases that have the table, so that a search need not ask; it goes only to be made anew."""


def _has_fts(using: str) -> bool:
    name = str(connections[using].settings_dict["NAME"])
    if name in _with_fts:
        return True
    if found := _rows(using, "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = %s", FTS):
        _with_fts.add(name)
    return bool(found)


def _make_fts(using: str) -> None:
    triggers = {name for (name,) in _rows(using, "SELECT name FROM sqlite_master WHERE type = 'trigger'")}
    if triggers.issuperset(TRIGGERS):
        return
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        for name in TRIGGERS:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
        cursor.execute(f"DROP TABLE IF EXISTS {FTS}")
        try:
            cursor.execute(f"CREATE VIRTUAL TABLE {FTS} USING fts5(tokens, tokenize = '{TOKENIZER}')")
        except DatabaseError:
            return  # `missing` says so
        cursor.execute(f"INSERT INTO {FTS}(rowid, tokens) SELECT id, tokens FROM {TABLE}")
        for name, action in TRIGGERS.items():
            cursor.execute(f"CREATE TRIGGER {name} {action}")


def _rows(using: str, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with connections[using].cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())
