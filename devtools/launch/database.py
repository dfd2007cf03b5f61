"""Asks, before anything starts, whether the PostgreSQL of DATABASE_URL can be reached; says in one sentence if not.

Run by path with the project's own Python (it needs psycopg, and nothing of Django).
"""

import os
import sys
from urllib.parse import urlsplit, urlunsplit

import psycopg


def reason(error: psycopg.Error) -> str:
    """Return the short form of libpq's words: `Connection refused`, `password authentication failed for …`."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    telling = next((line for line in lines if " failed: " in line), lines[0])
    return telling.rpartition(" failed: ")[2].removeprefix("FATAL:").strip()


def main() -> int:
    """Connect once. The password is never printed."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    where = parts.netloc.rpartition("@")[2] + parts.path
    try:
        # The query may hold options that only Django knows.
        psycopg.connect(urlunsplit(parts._replace(query="")), connect_timeout=5).close()
    except psycopg.Error as error:
        print(
            f"The database at {where} cannot be used ({reason(error)}), so nothing was started. "
            "Check that PostgreSQL runs there and that DATABASE_URL names the right user, password and database.",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
