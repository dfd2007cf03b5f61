"""The permission table has every address, so that a new one cannot be forgotten (`make prove NAME=matrix` asks it)."""

from tests.matrix import addresses, reading


def test_every_address_has_a_line_in_the_permission_table() -> None:
    there, known = set(addresses.every_address()), reading.known_addresses()

    assert there - known == set(), "unknown cells: say in tests/matrix/table.py what these answer, and to whom"
    assert known - there == set(), "these addresses are gone: take their lines away"
