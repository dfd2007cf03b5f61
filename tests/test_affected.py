"""What a change reaches: its own tests and those of what imports it, and everything where that cannot be told."""

from pathlib import Path

import pytest

from tests import affected

INTEGRATIONS = affected.ROOT / "integrations"
A_VENDOR, ANOTHER = [name for name in affected.VENDORS if (INTEGRATIONS / name / "templates").is_dir()][:2]


def folders(modules: list[str]) -> set[str]:
    """Return the folders of tests of these modules."""
    return {str(Path(module).parent) for module in modules}


def test_a_vendor_s_change_reaches_its_tests_and_those_of_all_vendors_and_not_the_other_vendor_s() -> None:
    reached = folders(affected.modules([f"integrations/{A_VENDOR}/services.py"]))

    assert {f"tests/{A_VENDOR}", "tests/contract", "tests/faults", "tests/architecture"} <= reached
    assert {f"tests/{ANOTHER}", "tests/candidates"} & reached == set()


@pytest.mark.parametrize("part", affected.FOUND)
def test_what_is_found_in_a_vendor_s_folder_reaches_who_finds_it(part: str) -> None:
    reached = folders(affected.modules([f"tests/{A_VENDOR}/{part}.py"]))

    assert {"tests/contract", "tests/faults"} <= reached
    assert f"tests/{ANOTHER}" not in reached


def test_fixtures_reach_the_tests_of_their_folder() -> None:
    reached = folders(affected.modules(["tests/faults/conftest.py"]))

    assert "tests/faults" in reached
    assert "tests/jobs" not in reached


def test_a_template_reaches_the_tests_of_the_views_that_render_it() -> None:
    template = min((INTEGRATIONS / A_VENDOR / "templates" / A_VENDOR).glob("*.html"))
    reached = folders(affected.modules([str(template.relative_to(affected.ROOT))]))

    assert f"tests/{A_VENDOR}" in reached
    assert f"tests/{ANOTHER}" not in reached


def test_a_view_reaches_the_tests_that_ask_for_its_address() -> None:
    assert "tests/applications/test_board.py" in affected.modules(["recruiting/web/applications/views/board.py"])


def test_what_cannot_be_traced_reaches_everything_and_prose_reaches_nothing() -> None:
    everything = affected.modules(["recruiting/settings.py"])

    assert affected.modules(["requirements.txt"]) == affected.modules(["static/app.txt", "tests/x.json"]) == everything
    assert len(everything) > 100
    assert affected.modules(["README.md", "docs/api.md"]) == []
