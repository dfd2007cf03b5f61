"""An import-linter contract about vendor folders that finds the vendors by itself.

import-linter's own contracts want every module named, so a new vendor would be unguarded until somebody thought of it.
A vendor is a folder of `integrations` with an `integration` module.
"""

from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

# What all vendors share, from the ground up; the framework's own modules stand below these packages of it.
KITS = ("requests", "settings_pages", "standard")
# Which models an integration's requests have is among the things that it declares.
DECLARED = ("integrations.base", "integrations.requests.models")


def find_vendors(graph: ImportGraph, framework: str) -> list[str]:
    """Return the packages of the vendors."""
    return sorted(child for child in graph.find_children(framework) if f"{child}.integration" in graph.modules)


def forbidden_because(importer: str, imported: str, *, vendors: list[str], doubles: str) -> str | None:
    """Return why `importer` may not import `imported`, or None when it may.

    Args:
        vendors: the vendors' packages.
        doubles: the package in which a vendor's double has the name of the vendor's package.
    """

    def is_in(module: str, package: str) -> bool:
        return module == package or module.startswith(package + ".")

    def owner(module: str) -> str | None:
        return next(
            (vendor for vendor, double in folders.items() if is_in(module, vendor) or is_in(module, double)), None
        )

    folders = {vendor: f"{doubles}.{vendor.rpartition('.')[2]}" for vendor in vendors}
    mine, theirs = owner(importer), owner(imported)
    double = folders.get(mine or "", "-")
    if is_in(importer, double) and not is_in(importer, f"{double}.demo"):
        allowed = (double, f"{doubles}.host", "recruiting.foundation.clock")
        if imported == "recruiting.foundation":  # named by every import of the clock
            return None
        is_ours = is_in(imported, "integrations") or is_in(imported, "recruiting") or is_in(imported, doubles)
        if is_ours and not any(is_in(imported, package) for package in allowed):
            return "a double shares no code with the client that it tests, and none with the product but its clock"
    elif theirs and mine is None:
        return "only a vendor's own folders know the vendor"
    elif theirs and mine != theirs:
        return "vendors are independent of each other"
    elif mine is None and is_in(importer, "integrations") and _floor(importer) < _floor(imported):
        is_declared = importer == DECLARED[0] and is_in(imported, DECLARED[1])
        return None if is_declared else "within the framework it points up"
    return None


def _floor(module: str) -> int:
    """Return how high in the framework a module stands; 0 for its own modules, and for what is no part of it."""
    framework, *rest = module.split(".")
    return KITS.index(rest[0]) + 1 if framework == "integrations" and rest and rest[0] in KITS else 0


class VendorContract(Contract):  # type: ignore[misc]
    """Vendors are independent, nobody else imports them, a double shares no code with its client; kits point down."""

    type_name = "vendors"
    framework = fields.StringField()
    doubles = fields.StringField()

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Look at every import."""
        vendors, doubles = find_vendors(graph, str(self.framework)), str(self.doubles)
        broken = []
        for importer in sorted(graph.modules):
            for imported in sorted(graph.find_modules_directly_imported_by(importer)):
                why = forbidden_because(importer, imported, vendors=vendors, doubles=doubles)
                if why:
                    broken.append(f"{importer} imports {imported}: {why}.")
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print one line per import."""
        broken: list[Any] = check.metadata["broken"]
        for line in broken:
            output.print_error(line)
