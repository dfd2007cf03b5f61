"""The only place that generates the installation's keys. `recruiting/settings.py` reads what is written here.

`var/secrets.env` holds SECRET_KEY (signs sessions and links) and CREDENTIAL_KEYS (Fernet keys that encrypt vendor
credentials). It is made once, readable by its owner only, and never overwritten: without its keys, stored vendor
credentials cannot be read again.
"""

import base64
import os
import secrets
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

FILE_NAME = "secrets.env"
HEADER = "# Generated once for this installation. Keep it secret, and keep it: stored vendor keys need it.\n"


def new_secret_key() -> str:
    """Return a fresh key for signing."""
    return secrets.token_urlsafe(50)


def new_credential_key() -> str:
    """Return a fresh Fernet key: 32 random bytes as URL-safe base64."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


MAKERS: dict[str, Callable[[], str]] = {"SECRET_KEY": new_secret_key, "CREDENTIAL_KEYS": new_credential_key}


def ensure(var: Path, environment: Mapping[str, str]) -> list[str]:
    """Write the keys that neither `environment` nor `var/secrets.env` holds; return their names."""
    path = var / FILE_NAME
    text = path.read_text() if path.exists() else HEADER
    present = {line.partition("=")[0].strip() for line in text.splitlines()} | {
        k for k in environment if environment[k]
    }
    absent = [name for name in MAKERS if name not in present]
    if absent:
        if not text.endswith("\n"):
            text += "\n"
        text += "".join(f"{name}={MAKERS[name]()}\n" for name in absent)
        var.mkdir(parents=True, exist_ok=True)
        # mkstemp makes it 0600 from the first byte, and the rename never shows half a file.
        handle, temporary = tempfile.mkstemp(dir=var, prefix=".secrets-")
        with os.fdopen(handle, "w") as out:
            out.write(text)
        os.replace(temporary, path)
    return absent
