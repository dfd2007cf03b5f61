"""Markdown that people type, as HTML that cannot do anything: headings, lists, emphasis, links, quotes, code, rules.

markdown-it-py renders without raw HTML and images, nh3 then keeps a short list of tags and links to the web and mail
alone. What is stored is always what was typed.
"""

import re
from functools import cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

TAGS = {"p", "br", "h2", "h3", "h4", "ul", "ol", "li", "strong", "em", "a", "blockquote", "code", "pre", "hr"}
_HEADINGS = ("h2", "h3", "h4", "h4", "h4", "h4")
"""What headings become, the largest that is used first."""
_BLOCK_ENDS = re.compile(r"</(?:p|h[2-4]|li|blockquote|pre)>|<br>|<hr>")
_TAG = re.compile(r"<[^>]*>")
_BLANK_LINES = re.compile(r"\n\s*\n+")


@cache
def _parser() -> MarkdownIt:
    # Single line breaks stay: what was typed as plain text before looks as it did.
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable("image")
    return parser


def render(typed: str) -> SafeString:
    """Return Markdown as HTML; its largest heading is an h2, since pages have an h1 of their own, and none is left out.

    So whoever begins with `##` gets the same as who begins with `#`.
    """
    tokens = _parser().parse(typed)
    used = sorted({token.tag for token in tokens if token.type.startswith("heading_")})
    for token in tokens:
        if token.type.startswith("heading_"):
            token.tag = _HEADINGS[used.index(token.tag)]
    html = _parser().renderer.render(tokens, _parser().options, {})
    return mark_safe(
        nh3.clean(html, tags=TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto", "tel"})
    )


def plain(typed: str) -> str:
    """Return the text of Markdown without its signs, paragraphs parted by a line break."""
    lines = _TAG.sub("", _BLOCK_ENDS.sub("\n", render(typed)))
    unescaped = lines.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
    return _BLANK_LINES.sub("\n", unescaped).strip()
