"""What the database knows of its tables, by which it chooses an index."""

from django.db import connection

ROWS_LOOKED_AT = 1000
"""Of each index: enough to tell a selective one, and bounded whatever the table holds."""


def refresh() -> None:
    """Let SQLite count anew; PostgreSQL does so by itself. Without figures it takes a company for as rare as a key."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA analysis_limit = {ROWS_LOOKED_AT}")
        cursor.execute("ANALYZE")
