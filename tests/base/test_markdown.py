"""Markdown that people type, as HTML that cannot do anything."""

from recruiting.foundation import markdown


def test_the_largest_heading_is_an_h2_and_no_size_is_left_out() -> None:
    for typed in ("# A\n\n## B\n\n### C", "## A\n\n### B\n\n#### C", "# A\n\n### B\n\n###### C"):
        assert markdown.render(typed) == "<h2>A</h2>\n<h3>B</h3>\n<h4>C</h4>\n", typed
    assert markdown.render("A\n===\n\ntext") == "<h2>A</h2>\n<p>text</p>\n"


def test_nothing_typed_can_do_anything() -> None:
    for typed in (
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "![x](https://evil.example/x.png)",
        '<a href="https://x.example" onclick="go()">x</a>',
        "[x](data:text/html,x)",
    ):
        html = markdown.render(typed).lower()
        assert not any(each in html for each in ("<script", "<img", '<a href="https://x.example')), typed
        assert 'href="javascript' not in html and 'href="data' not in html, typed
