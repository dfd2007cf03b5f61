"""What a change reaches: its own tests and those of what imports it, and everything where that cannot be told."""

from tests import affected


def test_a_vendor_s_change_reaches_its_tests_and_not_the_other_vendor_s() -> None:
    reached = affected.modules(["integrations/spark_hire/deadlines.py"])

    assert {"tests/spark_hire/test_tab.py", "tests/architecture/test_layers.py"} <= set(reached)
    assert {"tests/crosschq/test_tab.py", "tests/candidates/test_sources.py"} & set(reached) == set()


def test_a_template_reaches_the_tests_of_the_views_that_render_it() -> None:
    reached = affected.modules(["integrations/crosschq/templates/crosschq/template.html"])

    assert "tests/crosschq/test_templates_page.py" in reached
    assert "tests/spark_hire/test_tab.py" not in reached


def test_a_view_reaches_the_tests_that_ask_for_its_address() -> None:
    assert "tests/applications/test_board.py" in affected.modules(["recruiting/web/applications/views/board.py"])


def test_what_cannot_be_traced_reaches_everything_and_prose_reaches_nothing() -> None:
    everything = affected.modules(["recruiting/settings.py"])

    assert affected.modules(["requirements.txt"]) == affected.modules(["static/app.txt", "tests/x.json"]) == everything
    assert len(everything) > 100
    assert affected.modules(["README.md", "docs/api.md"]) == []
