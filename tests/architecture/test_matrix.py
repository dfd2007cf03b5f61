"""The permission table has every address, so that a new one cannot be forgotten (`make prove NAME=matrix` asks it)."""

from recruiting.api import scopes
from recruiting.web import access
from tests.matrix import addresses, reading, table


def test_every_address_has_a_line_in_the_permission_table() -> None:
    there, known = set(addresses.every_address()), reading.known_addresses()

    assert there - known == set(), "unknown cells: say in tests/matrix/table.py what these answer, and to whom"
    assert known - there == set(), "these addresses are gone: take their lines away"


def test_whatever_is_for_members_is_a_page() -> None:
    views = {name: getattr(view, "__code__", None) for name, view in addresses.every_view().items()}
    # `functools.wraps` makes a decorated view look like the plain one but for its code.
    pages = {name for name, code in views.items() if code and code.co_filename == access.__file__}
    for_members = {line.address for line in reading.lines() if line.door != reading.API_DOOR}

    assert for_members - pages == set(), "@page stands outermost on each of these views"
    assert pages - for_members == set(), "these stand in the wrong part of tests/matrix/table.py"


def test_every_scope_is_asked_alone() -> None:
    assert set(table.SCOPES) == set(scopes.names()), "name them in tests/matrix/table.py"
