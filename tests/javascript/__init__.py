"""Programs in JavaScript that use us as other people's do, with the libraries that they would take."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent


def start(script: str, *arguments: str) -> subprocess.Popen[str]:
    """Start a script of this folder with pipes to and from it.

    Raises:
        AssertionError: where Node.js is missing, on PATH and where set-up puts it.
    """
    node = shutil.which("node", path=f"{os.environ['PATH']}{os.pathsep}{Path(sys.executable).parent}")
    assert node is not None, "Node.js is missing: make setup"
    pipe = subprocess.PIPE
    return subprocess.Popen([node, FOLDER / script, *arguments], stdin=pipe, stdout=pipe, stderr=pipe, text=True)
