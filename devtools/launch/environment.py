"""Where things are, and which environment the servers get: the caller's, then `.env`, then what a trial run needs."""

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from devtools.launch.console import LaunchError

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
STAMPS = ROOT / "var" / "stamps"
LINE = re.compile(r"\A(?:export )?([A-Za-z_][A-Za-z_0-9]*)=(.*)\Z")
TRUE = ("1", "true", "yes", "on", "y", "ok")


def read_env_file(path: Path) -> dict[str, str]:
    """Read NAME=VALUE lines as django-environ does, as far as set-up needs it; a missing file is empty."""
    if not path.is_file():
        return {}
    found = {}
    for line in path.read_text().splitlines():
        match = LINE.match(line.strip())
        if match:
            value = match[2].strip()
            if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
                value = value[1:-1]
            found[match[1]] = value
    return found


@dataclass(frozen=True)
class Site:
    """One run of the project: its ports, its folder for data, and the environment of its processes."""

    port: int
    sandbox_port: int
    var: Path
    environment: Mapping[str, str]

    @property
    def public_url(self) -> str:
        """The address that a person opens."""
        return self.environment["PUBLIC_BASE_URL"]

    @property
    def sandbox_url(self) -> str:
        """The address of the vendor sandbox's control page."""
        return f"http://localhost:{self.sandbox_port}/__sandbox__/"

    @property
    def has_sandbox(self) -> bool:
        """Tell whether the fake vendors run beside the site."""
        return self.environment["SANDBOX_MODE"].lower() in TRUE

    @property
    def database_url(self) -> str:
        """The database that was asked for; empty means the embedded SQLite file."""
        return self.environment.get("DATABASE_URL", "")


def port_from(environment: Mapping[str, str], name: str, default: int) -> int:
    """Read a port number, or raise `LaunchError`."""
    text = environment.get(name) or str(default)
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise LaunchError(
            f"{name}={text} is not a port number (1 to 65535), so nothing was started. Try {name}={default}."
        )
    return int(text)


def site(caller: Mapping[str, str] | None = None) -> Site:
    """Work out this run from the caller's environment and `.env`. Raises `LaunchError`."""
    environment = {**read_env_file(ROOT / ".env"), **(os.environ if caller is None else caller)}
    port = port_from(environment, "PORT", 8000)
    sandbox_port = port_from(environment, "SANDBOX_PORT", port + 1)
    var = ROOT / (environment.get("VAR_DIR") or "var")
    defaults = {
        "SANDBOX_MODE": "true",
        "PUBLIC_BASE_URL": f"http://localhost:{port}",
    }
    if environment.get("SANDBOX_MODE", defaults["SANDBOX_MODE"]).lower() in TRUE:
        defaults["DJANGO_SETTINGS_MODULE"] = "devtools.settings"
    # Where the vendors' stand-ins are, the settings work out from SANDBOX_PORT.
    fixed = {"PORT": str(port), "SANDBOX_PORT": str(sandbox_port), "VAR_DIR": str(var), "PYTHONUNBUFFERED": "1"}
    return Site(port=port, sandbox_port=sandbox_port, var=var, environment={**defaults, **environment, **fixed})


def python_version() -> str:
    """Return the version that stamps depend on, for example 3.11."""
    return "{}.{}".format(*sys.version_info)
