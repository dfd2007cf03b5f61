"""`make messages`: brings the catalogs of what careers pages say up to what stands in code and templates.

The catalogs lie in recruiting/careers/locale, one .po for each language but English, which is what the code says; the
.mo that the site reads is made of it. A message that is new stands there empty until somebody translates it, one that
nobody says any more is taken away, and names of countries come from Unicode's own data (Babel's CLDR). A test fails
while a translation is missing or a .mo is older than its .po.

Needs Babel, a development dependency.
"""

import io
import os
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from devtools.launch.environment import ROOT

FOLDER = ROOT / "recruiting" / "careers" / "locale"
LANGUAGES = {"de": "(n != 1)", "fr": "(n > 1)", "es": "(n != 1)"}
"""With what takes the second form of a message; Babel's third, for millions in French and Spanish, is never said."""
CODE = ("recruiting/careers/**/*.py", "recruiting/applications/files.py")
TEMPLATES = ("templates/careers/public/*.html", "templates/careers/mail/*.txt")
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
}
Message = str | tuple[str, str]
# Catalogs carry no time of their own: they change with what they say alone.
_MADE = datetime(2026, 11, 30, tzinfo=UTC)


def messages() -> dict[Message, set[str]]:
    """Return what is said to the public, in English, with where; a message with a plural as both its forms."""
    found: dict[Message, set[str]] = {}
    for path, source in _sources():
        for said in _extracted(source):
            found.setdefault(said, set()).add(path)
    for _code, name in _countries():
        found.setdefault(name, set()).add("recruiting/jobs/countries.py")
    return found


def _sources() -> Iterator[tuple[str, str]]:
    from django.utils.translation.template import templatize

    for pattern in CODE:
        for path in sorted(ROOT.glob(pattern)):
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
    for pattern in TEMPLATES:
        for path in sorted(ROOT.glob(pattern)):
            # What it makes of a template reads like Python but for where its lines begin.
            lines = templatize(path.read_text(encoding="utf-8"), origin=path.name).splitlines()
            yield path.relative_to(ROOT).as_posix(), "\n".join(map(str.lstrip, lines))


def _extracted(source: str) -> Iterator[Message]:
    for _line, said, _comments, _context in extract("python", io.BytesIO(source.encode()), KEYWORDS):
        yield said if isinstance(said, str) else (said[0], said[1])


def _countries() -> tuple[tuple[str, str], ...]:
    from recruiting.jobs.countries import COUNTRIES

    return COUNTRIES


def path_of(language: str, suffix: str) -> Path:
    """Return where a catalog lies: "po" or "mo"."""
    return FOLDER / language / "LC_MESSAGES" / f"django.{suffix}"


def read(language: str) -> Catalog:
    """Return a language's catalog as it stands; an empty one where there is none."""
    path = path_of(language, "po")
    if not path.exists():
        return Catalog(locale=language)
    return read_po(io.BytesIO(path.read_bytes()), locale=language)


def compiled(catalog: Catalog) -> bytes:
    """Return a catalog as the site reads it."""
    stream = io.BytesIO()
    write_mo(stream, catalog)
    return stream.getvalue()


def missing(catalog: Catalog) -> list[Message]:
    """Return what a catalog does not say in its language."""
    return [
        said
        for said in messages()
        if (entry := catalog.get(said if isinstance(said, str) else said[0])) is None
        or not all(entry.string if isinstance(entry.string, tuple) else (entry.string,))
    ]


def placeholders(said: str) -> frozenset[str]:
    """Return the values that a message is filled with."""
    return frozenset(re.findall(r"%\(\w+\)[ds]", said))


def updated(language: str) -> Catalog:
    """Return a language's catalog with every message there is now, and the translations that are known."""
    before = read(language)
    territories = Locale(language).territories
    names = {name: territories[code] for code, name in _countries() if code in territories}
    catalog = Catalog(
        locale=language, project="Throughline", header_comment="", fuzzy=False, creation_date=_MADE, revision_date=_MADE
    )
    catalog.mime_headers = [("Plural-Forms", f"nplurals=2; plural={LANGUAGES[language]};")]
    for said, places in sorted(messages().items(), key=lambda item: str(item[0])):
        known = before.get(said if isinstance(said, str) else said[0])
        translation = known.string if known else ""
        if not translation and isinstance(said, str):
            translation = names.get(said, "")
        is_filled = "%(" in (said if isinstance(said, str) else said[0])
        catalog.add(
            said,
            translation or ("" if isinstance(said, str) else ("", "")),
            [(place, 0) for place in sorted(places)],
            flags=("python-format",) if is_filled else (),
        )
    return catalog


def main() -> int:
    """Write the catalogs, and say what is missing."""
    lacking = 0
    for language in LANGUAGES:
        catalog = updated(language)
        path_of(language, "po").parent.mkdir(parents=True, exist_ok=True)
        stream = io.BytesIO()
        write_po(stream, catalog, width=0, include_lineno=False, ignore_obsolete=True)
        path_of(language, "po").write_bytes(stream.getvalue())
        path_of(language, "mo").write_bytes(compiled(read(language)))
        for said in missing(catalog):
            lacking += 1
            sys.stdout.write(f"{language}: {said!r}\n")
    sys.stdout.write(f"{len(messages())} messages, {lacking} translations missing.\n")
    return 1 if lacking else 0


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "devtools.settings")
    sys.exit(main())
