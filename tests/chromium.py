"""Where this machine keeps the Chromium that the browser tests drive. Playwright's own download is never used.

The one without windows comes first: it draws the same pages and takes three fifths of the time (`DECISIONS.md` 28).
"""

import os
import shutil

PACKAGE = "chromium-headless-shell"
NAMES = (PACKAGE, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# A test's page may load nothing from elsewhere; the browser itself may not telephone home either.
ARGUMENTS = [
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    "--disable-dev-shm-usage",
]


def find_chromium() -> str | None:
    """Return the path of the installed browser, or None. CHROMIUM overrides the search."""
    given = os.environ.get("CHROMIUM")
    return given or next((path for path in map(shutil.which, NAMES) if path), None)
