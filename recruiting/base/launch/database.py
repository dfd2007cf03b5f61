"""Asks, before anything starts, whether the PostgreSQL of DATABASE_URL can be reached; says in one sentence if not.

Run by path with the project's own Python (it needs psycopg, and nothing of Django).
"""

import os
import sys
from urllib.parse import urlsplit, urlunsplit

import psycopg


def main() -> int:
    """Connect once. The password is never printed."""
    url = os.environ["DATABASE_URL"]
    parts = urlsplit(url)
    where = f"{parts.hostname or 'localhost'}:{parts.port or 5432}{parts.path}"
    try:
        # The query may hold options that only Django knows.
        psycopg.connect(urlunsplit(parts._replace(query="")), connect_timeout=5).close()
    except psycopg.Error as error:
        lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
        reason = lines[-1].removeprefix("connection failed: ")
        print(
            f"The database at {where} cannot be used ({reason}), so nothing was started. "
            "Check that PostgreSQL runs there and that DATABASE_URL names the right user, password and database.",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
