"""What the connector keeps between two starts: a file of secrets and a database of work, both for its owner alone."""

import json
import os
import sqlite3
from pathlib import Path
from typing import Any

TABLES = (
    "CREATE TABLE IF NOT EXISTS delivery (webhook_id TEXT PRIMARY KEY, fact TEXT, state TEXT)",
    "CREATE TABLE IF NOT EXISTS reference_check (move TEXT PRIMARY KEY, application TEXT, number TEXT, state TEXT)",
)


class Memory:
    """A folder with `secrets.json` and `work.sqlite3`."""

    def __init__(self, folder: Path) -> None:
        os.umask(0o077)
        folder.mkdir(parents=True, exist_ok=True)
        self._file, self._database = folder / "secrets.json", folder / "work.sqlite3"
        self.secrets: dict[str, Any] = json.loads(self._file.read_text()) if self._file.exists() else {}
        for table in TABLES:
            self.run(table)

    def keep(self, **secrets: Any) -> None:
        """Keep secrets under their names; the file is whole at any moment, and nobody else's to read (0600)."""
        self.secrets |= secrets
        fresh = self._file.with_suffix(".new")
        fresh.write_text(json.dumps(self.secrets, indent=2))
        fresh.replace(self._file)

    def run(self, statement: str, *values: Any) -> list[sqlite3.Row]:
        """Run SQL in a transaction of its own, from any thread, and return the rows."""
        connection = sqlite3.connect(self._database, timeout=30)
        connection.row_factory = sqlite3.Row
        try:
            with connection:
                return connection.execute(statement, values).fetchall()
        finally:
            connection.close()
