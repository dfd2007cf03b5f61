"""The contract about vendor folders refuses each import that it is there to refuse."""

import grimp
import pytest

from tests.architecture.vendor_contract import find_vendors, forbidden_because

VENDORS = ["integrations.acme", "integrations.zenith"]
CLIENT = "a sandbox shares no code with the client that it tests"
SANDBOX = "nothing but the sandbox itself imports a sandbox"


@pytest.mark.parametrize(
    ("importer", "imported", "why"),
    [
        ("integrations.registry", "integrations.acme.models", "only a vendor's own folder knows the vendor"),
        ("recruiting.jobs.views", "integrations.acme", "only a vendor's own folder knows the vendor"),
        ("integrations.acme.client", "integrations.zenith.client", "vendors are independent of each other"),
        ("integrations.acme.client", "integrations.acme.sandbox.wire", SANDBOX),
        ("integrations.acme.sandbox.wire", "integrations.acme.states", CLIENT),
        ("integrations.acme.sandbox.wire", "integrations.http", CLIENT),
        ("integrations.acme.client", "integrations.http", None),
        ("integrations.acme.client", "integrations.acme.schemas", None),
        ("integrations.acme.sandbox.wire", "integrations.acme.sandbox.store", None),
        ("integrations.acme.sandbox.wire", "integrations.sandbox.base", None),
        ("integrations.acme.sandbox.wire", "recruiting.base.clock", None),
        ("integrations.registry", "integrations.base", None),
    ],
)
def test_each_import_is_judged(importer: str, imported: str, why: str | None) -> None:
    assert forbidden_because(importer, imported, framework="integrations", vendors=VENDORS) == why


def test_a_vendor_is_a_folder_with_an_integration_module() -> None:
    graph = grimp.ImportGraph()
    for module in ("integrations", "integrations.http", "integrations.acme", "integrations.acme.integration"):
        graph.add_module(module)

    assert find_vendors(graph, "integrations") == ["integrations.acme"]
