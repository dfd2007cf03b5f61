"""The contract about vendor folders refuses each import that it is there to refuse."""

import grimp
import pytest

from tests.architecture.vendor_contract import find_vendors, forbidden_because

VENDORS = ["integrations.acme", "integrations.zenith"]
OWN = "only a vendor's own folders know the vendor"
APART = "vendors are independent of each other"
CLIENT = "a double shares no code with the client that it tests, and none with the product but its clock"


@pytest.mark.parametrize(
    ("importer", "imported", "why"),
    [
        ("integrations.registry", "integrations.acme.models", OWN),
        ("recruiting.web.jobs.views.jobs", "integrations.acme", OWN),
        ("devtools.doubles", "devtools.sandbox.acme", OWN),
        ("devtools.sandbox.host.server", "devtools.sandbox.acme.api", OWN),
        ("integrations.acme.client", "integrations.zenith.client", APART),
        ("devtools.sandbox.acme.demo", "integrations.zenith.models", APART),
        ("devtools.sandbox.acme.serializers", "devtools.sandbox.zenith.serializers", CLIENT),
        ("devtools.sandbox.acme.serializers", "integrations.acme.lifecycle", CLIENT),
        ("devtools.sandbox.acme.serializers", "recruiting.foundation.http", CLIENT),
        ("devtools.sandbox.acme.serializers", "recruiting.jobs.models", CLIENT),
        ("devtools.sandbox.acme.serializers", "devtools.sandbox.acme.store", None),
        ("devtools.sandbox.acme.serializers", "devtools.sandbox.host.base", None),
        ("devtools.sandbox.acme.serializers", "recruiting.foundation.clock", None),
        ("devtools.sandbox.acme.demo", "integrations.acme.models", None),
        ("integrations.acme.client", "recruiting.foundation.http", None),
        ("integrations.acme.client", "integrations.acme.schemas", None),
        ("integrations.registry", "integrations.base", None),
    ],
)
def test_each_import_is_judged(importer: str, imported: str, why: str | None) -> None:
    assert forbidden_because(importer, imported, vendors=VENDORS, doubles="devtools.sandbox") == why


def test_a_vendor_is_a_folder_with_an_integration_module() -> None:
    graph = grimp.ImportGraph()
    for module in ("integrations", "recruiting.foundation.http", "integrations.acme", "integrations.acme.integration"):
        graph.add_module(module)

    assert find_vendors(graph, "integrations") == ["integrations.acme"]
