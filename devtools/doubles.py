"""Finds the double of a vendor by the name of its integration's folder; no list anywhere names one."""

import inspect
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from devtools.sandbox.host.base import VendorSandbox
from integrations.base import Integration
from recruiting.companies.models import Company, Membership


def double_of(integration: Integration) -> type[VendorSandbox] | None:
    """Return the double of an integration's vendor, or None where nobody wrote one."""
    module = _module_of(integration, "sandbox")
    doubles = inspect.getmembers(module, lambda it: inspect.isclass(it) and issubclass(it, VendorSandbox))
    return next((double for _, double in doubles if not inspect.isabstract(double)), None)


def prepare_demo(integration: Integration, *, company: Company, members: Sequence[Membership]) -> None:
    """Connect a company with accounts and keys from the vendor's double, where it has one."""
    demo = _module_of(integration, "demo")
    if demo is not None:
        demo.prepare(integration, company=company, members=members)


def _module_of(integration: Integration, part: str) -> ModuleType | None:
    """Return `sandbox` or `demo` of a vendor: from its folder in devtools, else from its integration's own folder."""
    for kind in type(integration).__mro__:
        app = kind.__module__.rpartition(".")[0]
        here = f"devtools.sandbox.{app.rpartition('.')[2]}"
        for path in (here if part == "sandbox" else f"{here}.{part}", f"{app}.{part}"):
            if app and find_spec(path.rpartition(".")[0]) and find_spec(path):
                return import_module(path)
    return None
