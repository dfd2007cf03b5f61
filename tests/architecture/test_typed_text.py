"""What people and vendors type is cleaned by one module, `recruiting.foundation.text`, and by nothing beside it."""

import ast
import re
from pathlib import Path

from tests import vendor_site

ROOT = Path(__file__).resolve().parents[2]
# Where a text is taken apart or put together that is nobody's own: (file, function); a vendor's are in its `site.py`.
OTHERS = {
    **vendor_site.tidied(),
    ("integrations/webhook_secrets.py", "*"): "an HTTP header",
    ("integrations/requests/readers.py", "*"): "cut to what the column holds; a status",
    ("recruiting/api/authentication.py", "*"): "an HTTP header",
    ("recruiting/api/views.py", "unchanged"): "an HTTP header",
    ("recruiting/api/schema.py", "*"): "a description of ours",
    ("recruiting/connected_apps/models.py", "*"): "names of permissions",
    ("recruiting/connected_apps/registration.py", "*"): "addresses, and names of permissions",
    ("recruiting/connected_apps/services.py", "_checked"): "addresses, one a line",
    ("recruiting/connected_apps/validator.py", "*"): "names of permissions",
    ("recruiting/careers/mails.py", "*"): "mails of ours",
    ("recruiting/careers/models.py", "*"): "a name of one part",
    ("recruiting/careers/publishing.py", ""): "currencies",
    ("recruiting/careers/sites.py", ""): "words that are reserved",
    ("recruiting/foundation/markdown.py", "*"): "what was drawn",
    ("recruiting/outbox/mail.py", "*"): "the header of a mail",
    ("recruiting/foundation/constraints.py", "*"): "a message of the database",
    ("recruiting/web/forms.py", "*"): "names of fields",
    ("recruiting/foundation/proxies.py", "*"): "an HTTP header",
    ("recruiting/foundation/formatting.py", "*"): "the words of a name, for initials",
    ("recruiting/candidates/models.py", "*"): "a name of one part; how old rows were kept",
    ("recruiting/candidates/services.py", "tags_named"): "cut to what the column holds",
    **{
        (f"recruiting/resumes/reader/{name}.py", "*"): "the text of a file, from which lines and words are told apart"
        for name in ("cleaning", "document", "docx", "fields", "rtf")
    },
    ("recruiting/resumes/profile.py", "*"): "a name of one part",
    ("recruiting/resumes/views.py", "_row"): "a name of one part",
    ("recruiting/foundation/documents.py", "*"): "the first bytes of a file",
    ("recruiting/companies/models.py", "*"): "a name of one part; how old rows were kept",
    ("recruiting/companies/password_reset.py", "*"): "a mail of ours",
}
# Look-ups in which the engine folds letters, each in its own way: SQLite knows ASCII only.
# Keys do it (`foundation.keys`).
BY_THE_ENGINE = re.compile(r"__(?:i(?:exact|contains|startswith|endswith|regex)|lower|upper)\b|\b(?:Lower|Upper)\(")
ELSEWHERE = {"migrations", "templatetags"}


def tidied(path: Path) -> list[tuple[str, str]]:
    """Return the functions of a module that strip or split a text by themselves."""
    name = path.relative_to(ROOT).as_posix()
    found = []
    tree = ast.parse(path.read_text())
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr="strip" | "split"), args=[], keywords=[]):
                around = [one.name for one in functions if one.lineno <= node.lineno <= (one.end_lineno or 0)]
                found.append((name, around[-1] if around else ""))
    return found


def test_only_the_module_of_texts_tidies_what_was_typed() -> None:
    found = {
        one
        for package in ("recruiting", "newsfeed", "integrations")
        for path in (ROOT / package).rglob("*.py")
        if not ELSEWHERE & set(path.parts) and path.name != "text.py"
        for one in tidied(path)
    }

    unexpected = {(name, function) for name, function in found if not {(name, function), (name, "*")} & set(OTHERS)}
    assert unexpected == set()
    assert {name for name, _ in OTHERS} <= {name for name, _ in found}, "an exception that is not needed any more"


def test_no_query_leaves_capitals_to_the_engine() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for package in ("recruiting", "newsfeed", "integrations")
        for path in (ROOT / package).rglob("*.py")
        if "migrations" not in path.parts
        for number, line in enumerate(path.read_text().splitlines(), 1)
        # A rule of a table looks at what was folded before, and folds what is folded once more.
        if BY_THE_ENGINE.search(line) and "CheckConstraint" not in line
    ]
    assert found == []


def test_it_sees_such_a_query() -> None:
    for query in ("Q(title__icontains=word)", '{f"{field}__iexact": typed}', 'Lower("name")', "filter(a__lower=b)"):
        assert BY_THE_ENGINE.search(query)
    assert not BY_THE_ENGINE.search("filter(search_key__contains=word)")
