"""Who may read the files that this installation keeps: nobody but the account that runs it.

New files get it from the umask of every process (`manage.py`, `wsgi.py`, the launcher) and from the storage of uploads.
Here is what mends files from before. Static files are for everybody and are left alone.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage, default_storage

OTHERS = 0o077


def tighten() -> int:
    """Take the group's and everybody's rights from the database's files, uploads and mails; return how many had some.

    A file of somebody else's, whose rights we may not change, is left as it is.
    """
    return sum(_tighten(path) for path in _ours())


def _ours() -> Iterator[Path]:
    for database in settings.DATABASES.values():
        if database["ENGINE"] == "django.db.backends.sqlite3" and database["NAME"]:
            name = Path(database["NAME"])
            yield from (name.with_name(name.name + ending) for ending in ("", "-wal", "-shm", "-journal"))
    folders: list[str | os.PathLike[str]] = [settings.EMAIL_FILE_PATH]
    if isinstance(default_storage, FileSystemStorage):
        folders.append(default_storage.location)
    for folder in folders:
        for at, _folders, names in os.walk(folder):
            yield Path(at)
            yield from (Path(at, name) for name in names)


def _tighten(path: Path) -> bool:
    try:
        found = path.lstat()
        mode = stat.S_IMODE(found.st_mode)
        if not mode & OTHERS or stat.S_ISLNK(found.st_mode):
            return False
        path.chmod(mode & ~OTHERS)
    except OSError:  # gone meanwhile, or not ours
        return False
    return True
