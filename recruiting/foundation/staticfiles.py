"""Third-party front-end files, served straight from `node_modules`, and the storage that names them by content.

Only the files listed here are ever served; adding a library is a line here and one in `package.json`. Our own files
live in `static/`. Nothing here downloads anything.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder, get_finders
from django.core.checks import CheckMessage, Warning
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage
from whitenoise.compress import Compressor  # type: ignore[import-untyped]
from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]

# Address under STATIC_URL -> file under node_modules.
FILES = {
    "vendor/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "vendor/tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    "vendor/htmx.min.js": "htmx.org/dist/htmx.min.js",
    "vendor/sortable.min.js": "sortablejs/Sortable.min.js",
}

# The maps are not served, and the manifest storage refuses a file that points at one.
_SOURCE_MAP = re.compile(
    rb"(?m)^[ \t]*(?://[#@][ \t]*sourceMappingURL=.*|/\*[#@][ \t]*sourceMappingURL=[^*]*\*/)[ \t]*$"
)


class NodeModulesStorage(FileSystemStorage):
    """Reads `FILES` by their public name, without the lines that point at source maps."""

    def __init__(self) -> None:
        super().__init__(location=settings.NODE_MODULES_DIR)
        # collectstatic reads the prefix to compose the address.
        self.prefix = ""

    def path(self, name: str) -> str:
        """Return where the file with this public name lies."""
        return super().path(FILES[name])

    def _open(self, name: str, mode: str = "rb") -> "File[Any]":
        return ContentFile(_SOURCE_MAP.sub(b"", Path(self.path(name)).read_bytes()), name=name)


class NodeModulesFinder(BaseFinder):
    """Finds the listed files for `collectstatic` and for the development server."""

    def __init__(self, app_names: object = None, *args: Any, **kwargs: Any) -> None:
        self.storage = NodeModulesStorage()
        super().__init__(*args, **kwargs)

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        """Warn about libraries that are not installed: pages would come without style."""
        missing = [name for name in FILES if not Path(self.storage.path(name)).exists()]
        if not missing:
            return []
        return [
            Warning(
                f"Front-end libraries are missing: {', '.join(missing)}.",
                hint="Run `npm ci` (or `make setup`) in the checkout.",
                id="base.W001",
            )
        ]

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Return the file with this public name, or nothing."""
        if path not in FILES or not Path(self.storage.path(path)).exists():
            return []
        found = self.storage.path(path)
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, NodeModulesStorage]]:
        """Yield every listed file."""
        for name in FILES:
            yield name, self.storage


def fingerprint() -> str:
    """Return a hash that changes with any file that `collectstatic` would take, and with how it stores them.

    Collecting compresses every file anew, which is most of a second start; `manage.py prepare` skips it by this.
    """
    storage = settings.STORAGES["staticfiles"]
    digest = hashlib.sha256(f"{storage} {settings.STATIC_ROOT} {django.__version__}".encode())
    digest.update(Path(__file__).read_bytes())
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            digest.update(f"\0{name}\0{found.st_size}\0{found.st_mtime_ns}".encode())
    return digest.hexdigest()


class _Compressor(Compressor):  # type: ignore[misc]
    """Compressed files are for everybody, like the ones they are made of."""

    def write_data(self, *args: Any, **kwargs: Any) -> str:
        """Write one compressed file and return its path."""
        path: str = super().write_data(*args, **kwargs)
        Path(path).chmod(0o644)
        return path


class ManifestStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Names every file by its content, also where one of our modules imports another."""

    support_js_module_import_aggregation = True
    # Our modules only: libraries bring sources whose imports lead nowhere.
    _js_module_import_aggregation_patterns = (
        "js/*.js",
        CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1],
    )

    def create_compressor(self, **kwargs: Any) -> _Compressor:
        """Return what compresses the collected files."""
        return _Compressor(**kwargs)
