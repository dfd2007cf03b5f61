"""An import-linter contract about vendor folders that finds the vendors by itself.

import-linter's own contracts want every module named, so a new vendor would be unguarded until somebody thought of it.
A vendor is a folder of `integrations` with an `integration` module.
"""

from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


def find_vendors(graph: ImportGraph, framework: str) -> list[str]:
    """Return the packages of the vendors."""
    return sorted(child for child in graph.find_children(framework) if f"{child}.integration" in graph.modules)


def forbidden_because(importer: str, imported: str, *, framework: str, vendors: list[str]) -> str | None:
    """Return why `importer` may not import `imported`, or None when it may."""

    def is_in(module: str, package: str) -> bool:
        return module == package or module.startswith(package + ".")

    from_vendor = next((vendor for vendor in vendors if is_in(importer, vendor)), None)
    to_vendor = next((vendor for vendor in vendors if is_in(imported, vendor)), None)
    if from_vendor and is_in(importer, f"{from_vendor}.sandbox"):
        allowed = (f"{from_vendor}.sandbox", f"{framework}.sandbox")
        if is_in(imported, framework) and not any(is_in(imported, package) for package in allowed):
            return "a sandbox shares no code with the client that it tests"
    elif to_vendor and is_in(imported, f"{to_vendor}.sandbox"):
        return "nothing but the sandbox itself imports a sandbox"
    elif to_vendor and from_vendor is None:
        return "only a vendor's own folder knows the vendor"
    elif to_vendor and from_vendor != to_vendor:
        return "vendors are independent of each other"
    return None


class VendorContract(Contract):  # type: ignore[misc]
    """Vendors are independent, nobody else imports them, and a sandbox shares no code with its client."""

    type_name = "vendors"
    framework = fields.StringField()

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Look at every import into or out of the framework's package."""
        framework = str(self.framework)
        vendors = find_vendors(graph, framework)
        broken = []
        for importer in sorted(graph.modules):
            for imported in sorted(graph.find_modules_directly_imported_by(importer)):
                why = forbidden_because(importer, imported, framework=framework, vendors=vendors)
                if why:
                    broken.append(f"{importer} imports {imported}: {why}.")
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print one line per import."""
        broken: list[Any] = check.metadata["broken"]
        for line in broken:
            output.print_error(line)
