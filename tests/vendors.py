"""What the tests know of each vendor, in the folder of tests that has its app's name; nothing else lists vendors.

`driver.py` is the contract suite's, `faults.py` the fault suite's. A vendor is an app of `INTEGRATION_APPS`, so the
dummy, whose app registers nothing, is one.
"""

import inspect
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import TypeVar

from django.apps import AppConfig
from django.conf import settings

Kind = TypeVar("Kind")


def modules(part: str) -> list[ModuleType]:
    """Return the module called `part` of every vendor whose folder has one."""
    apps = (AppConfig.create(entry).name for entry in settings.INTEGRATION_APPS)
    paths = [f"tests.{app.rpartition('.')[2]}.{part}" for app in apps]
    return [import_module(path) for path in paths if find_spec(path.rpartition(".")[0]) and find_spec(path)]


def classes(part: str, base: type[Kind]) -> list[type[Kind]]:
    """Return what can be made of `base` in the modules called `part`, in the order in which it is written there."""
    return [
        kind
        for module in modules(part)
        for kind in vars(module).values()
        if inspect.isclass(kind) and issubclass(kind, base) and not inspect.isabstract(kind)
        if kind.__module__ == module.__name__
    ]
