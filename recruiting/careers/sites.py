"""A company's careers page: its name, looks, texts, handle and privacy notice, and who sends people there."""

import re
import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext_noop

from recruiting.candidates.models import Source
from recruiting.careers import colors, logos
from recruiting.careers.models import BoardKey, CareersSite, Handle, Language, PrivacyNotice, SourceLink
from recruiting.companies.access import require_administrator
from recruiting.companies.models import Company, Membership
from recruiting.foundation import clock, edits, limits, text
from recruiting.foundation.constraints import translate_integrity_errors
from recruiting.foundation.errors import Conflict, InvalidInput, NotFound
from recruiting.foundation.tokens import digest

_RESERVED = """
about account accounts admin api apply board boards careers company embed feed help jobs legal login new oauth privacy
robots preview search settings sitemap static status support throughline www
"""
RESERVED = frozenset(_RESERVED.split())
DEFAULT_WHAT_NEXT = gettext_noop("The hiring team reads it next.")
KEY_PREFIX = "tlb_"
_HANDLE = re.compile(r"[a-z0-9-]{3,40}\Z")
_CODE = re.compile(r"[a-z0-9-]{2,40}\Z")
DEFAULT_NOTICE = """## Who sees what you send

{company} reads what you send with this form: your name, how to reach you, your answers and your files. We use it to \
decide about the job that you apply for, and show it to the people who decide with us and to nobody else. The software \
that we use for this is run for us and sees it as far as that takes.

## How long we keep it

As long as it takes to fill the job, and as long afterwards as the law asks us to. If you tick the box below we keep \
it for other jobs, for the months that stand there. You can take that back at any time with the link in our receipt.

## Your rights

With the link in our receipt you can see where your application stands, withdraw it, ask for a copy of your data, and \
ask us to erase it. You can also write to us at the address above *Send application*, and complain to the authority \
that is in charge of data protection where you live.
"""


@dataclass(frozen=True)
class SiteDetails:
    """What an Administrator says about the careers page."""

    name: str
    color: str = ""
    introduction: str = ""
    what_next: str = ""
    contact: str = ""
    language: str = Language.ENGLISH
    keep_months: int = 12
    is_indexed: bool = False
    embed_origins: tuple[str, ...] = ()


def of_company(company: Company) -> CareersSite:
    """Return the careers page of a company; one that is not saved, with its name, while nobody saved one."""
    found = CareersSite.objects.filter(company=company).first()
    return found or CareersSite(company=company, name=company.name)


def current_handle(company: Company) -> str:
    """Return the company's word in addresses; "" while there is none."""
    found = Handle.objects.filter(company=company, is_current=True).values_list("handle", flat=True).first()
    return found or ""


def company_of(handle: str) -> UUID | None:
    """Return the company whose handle this is, or was; None for nobody's."""
    return Handle.objects.filter(handle=handle.lower()).values_list("company_id", flat=True).first()


def current_notice(company: Company) -> PrivacyNotice | None:
    """Return the privacy notice that forms show now, or None."""
    return PrivacyNotice.objects.filter(company=company).order_by("-number").first()


def missing_for_publication(company: Company) -> list[str]:
    """Return, in words, what the careers page lacks before a job can be published; nothing when it is ready."""
    site = of_company(company)
    lacks = [
        (not current_handle(company), "an address"),
        (current_notice(company) is None, "a privacy notice"),
        (not site.contact, "a contact for people who need another way to apply"),
    ]
    return [words for is_missing, words in lacks if is_missing]


def save(
    *,
    details: SiteDetails,
    by: Membership,
    base: SiteDetails | None = None,
) -> CareersSite:
    """Change the careers page, or make it.

    Args:
        details: what is to stand there.
        by: an Administrator.
        base: what they saw when they began; what they left as it was stays as it is now.

    Raises:
        NotAllowed: for anyone else.
        InvalidInput: for a color on which white text cannot be read, and for whatever else cannot be accepted.
        EditConflict: when somebody else changed the same meanwhile.
    """
    require_administrator(by)
    details = _cleaned(details)
    with transaction.atomic():
        Company.objects.select_for_update(no_key=True).get(pk=by.company_id)
        site = of_company(by.company)
        now = {name: getattr(site, name) for name in vars(details)} | {"embed_origins": tuple(site.embed_origins)}
        changed = edits.merge_changes(vars(details), base=vars(base) if base else None, now=now)
        for name, value in changed.items():
            setattr(site, name, list(value) if name == "embed_origins" else value)
        if changed or site._state.adding:
            site.save()
    return site


def change_logo(*, logo: "File[bytes] | None", by: Membership) -> CareersSite:
    """Show another logo on the careers page, or none.

    Raises:
        NotAllowed: for anyone but an Administrator.
        InvalidInput: for what is no picture that can be shown.
    """
    require_administrator(by)
    picture = logos.redrawn(logo) if logo else None
    with transaction.atomic():
        Company.objects.select_for_update(no_key=True).get(pk=by.company_id)
        site = of_company(by.company)
        site.logo = picture
        site.save()
    return site


def save_notice(*, words: str, by: Membership, base: str | None = None) -> PrivacyNotice:
    """Write the privacy notice; another text is another version.

    Args:
        words: Markdown.
        by: an Administrator.
        base: the text that they saw when they began.

    Raises:
        NotAllowed: for anyone else.
        InvalidInput: for an empty text, or one that is too long.
        EditConflict: when somebody else wrote another version meanwhile.
    """
    require_administrator(by)
    words = text.multi_line(words)
    if not words:
        raise InvalidInput(fields={"text": "Enter a privacy notice."})
    limits.require_fits(PrivacyNotice, {"text": words})
    with transaction.atomic():
        Company.objects.select_for_update(no_key=True).get(pk=by.company_id)
        current = current_notice(by.company)
        if current is not None:
            before = None if base is None else {"text": base}
            if not edits.merge_changes({"text": words}, base=before, now={"text": current.text}):
                return current
        number = current.number + 1 if current else 1
        return PrivacyNotice.objects.create(company=by.company, number=number, text=words)


def change_handle(*, handle: str, by: Membership) -> Handle:
    """Give the careers page another address; the old one leads there for ever. One's own old ones may come back.

    Raises:
        NotAllowed: for anyone but an Administrator.
        InvalidInput: for what is no handle, is reserved, or is or was another company's.
    """
    require_administrator(by)
    handle = text.one_line(handle).lower()
    if not _HANDLE.match(handle) or handle.strip("-") != handle:
        raise InvalidInput(fields={"handle": "Use 3 to 40 letters, digits and hyphens, such as acme-tools."})
    taken = InvalidInput(fields={"handle": "This address is taken. Choose another one."})
    if handle in RESERVED:
        raise taken
    with transaction.atomic(), translate_integrity_errors({"handle_unique": taken}):
        Company.objects.select_for_update(no_key=True).get(pk=by.company_id)
        mine = Handle.objects.filter(company=by.company)
        mine.filter(is_current=True).exclude(handle=handle).update(is_current=False)
        found = mine.filter(handle=handle).first()
        if found is None:
            return Handle.objects.create(company=by.company, handle=handle)
        found.change(is_current=True)
    return found


def public_base_url() -> str:
    """Return where the public pages are, without a slash at the end: a host of their own, or the staff's."""
    return str(settings.CAREERS_BASE_URL or settings.PUBLIC_BASE_URL).rstrip("/")


# ── Where people come from ───────────────────────────────────────────────────────────────────────────────────────────
def add_source_link(*, source: Source, code: str, by: Membership) -> SourceLink:
    """Make a code that says where somebody comes from.

    Raises:
        NotAllowed: for anyone but an Administrator.
        NotFound: for another company's source.
        InvalidInput: for what is no code, or is taken.
    """
    require_administrator(by)
    if source.company_id != by.company_id:
        raise NotFound("There is no such source in your company.")
    code = text.one_line(code).lower()
    if not _CODE.match(code):
        raise InvalidInput(fields={"code": "Use 2 to 40 letters, digits and hyphens, such as linkedin-ad."})
    return _make_link(source, code, by, None)


def own_link(member: Membership) -> SourceLink | None:
    """Return the member's own code, for people whom they refer, or None before they asked for one."""
    return SourceLink.objects.for_company(member.company).filter(referrer=member).first()


def referral_link(*, by: Membership) -> SourceLink:
    """Return the member's own code; made when they first ask.

    Raises:
        Conflict: when the company has no active source for referrals.
    """
    if (found := own_link(by)) is not None:
        return found
    referrals = Source.objects.for_company(by.company).filter(is_active=True, type__name_key="Referral")
    source = referrals.order_by("id").first()
    if source is None:
        raise Conflict("Your company has no source of the type Referral. Ask an Administrator to add one.")
    return _make_link(source, f"r-{secrets.token_hex(5)}", by, by)


def _make_link(source: Source, code: str, by: Membership, referrer: Membership | None) -> SourceLink:
    taken = InvalidInput(fields={"code": "There is a link with this code already."})
    twice = Conflict("You have a link already. Open this page again.", code="link_is_there")
    rules = {"sourcelink_code_unique": taken, "sourcelink_one_per_member": twice}
    with transaction.atomic(), translate_integrity_errors(rules):
        return SourceLink.objects.create(company=by.company, source=source, code=code, referrer=referrer)


def delete_source_link(*, link: SourceLink, by: Membership) -> None:
    """Forget a code; who came with it keeps their source."""
    require_administrator(by)
    with transaction.atomic():
        SourceLink.objects.locked(link, by).delete()


# ── Keys of the job board ────────────────────────────────────────────────────────────────────────────────────────────
def add_board_key(*, name: str, by: Membership) -> tuple[BoardKey, str]:
    """Make a key with which a program sends applications; return it with its secret, which is shown once.

    Raises:
        NotAllowed: for anyone but an Administrator.
        InvalidInput: for a name that is missing or too long.
    """
    require_administrator(by)
    name = text.one_line(name)
    if not name:
        raise InvalidInput(fields={"name": "Enter a name."})
    limits.require_fits(BoardKey, {"name": name})
    secret = KEY_PREFIX + secrets.token_urlsafe(32)
    made = BoardKey.objects.create(company=by.company, name=name, digest=digest(secret), ending=secret[-4:], made_by=by)
    return made, secret


def revoke_board_key(*, key: BoardKey, by: Membership) -> None:
    """End a key at once; once ended it stays."""
    require_administrator(by)
    with transaction.atomic():
        locked = BoardKey.objects.locked(key, by)
        if locked.revoked_at is None:
            locked.write(revoked_at=clock.now())


def board_key(company: Company, secret: str) -> BoardKey | None:
    """Return the living key of a company that this is the secret of, or None."""
    return BoardKey.objects.filter(company=company, digest=digest(secret), revoked_at=None).first()


def _cleaned(details: SiteDetails) -> SiteDetails:
    color = text.one_line(details.color).lower()
    cleaned = SiteDetails(
        name=text.one_line(details.name),
        color=color,
        introduction=text.multi_line(details.introduction),
        what_next=text.one_line(details.what_next),
        contact=text.one_line(details.contact),
        language=details.language,
        keep_months=details.keep_months,
        is_indexed=details.is_indexed,
        embed_origins=tuple(_origin(each) for each in details.embed_origins if text.one_line(each)),
    )
    limits.require_fits(CareersSite, vars(cleaned))
    if not cleaned.name:
        raise InvalidInput(fields={"name": "Enter the name of the company."})
    if color and not colors.is_color(color):
        raise InvalidInput(fields={"color": "Choose a color such as #066fd1."})
    if color and (nearest := colors.nearest_readable(color)) != color:
        sentence = f"White text on {color} is hard to read. The nearest color on which it can be read is {nearest}."
        raise InvalidInput(fields={"color": sentence})
    if not 1 <= cleaned.keep_months <= 36:
        raise InvalidInput(fields={"keep_months": "Use 1 to 36 months."})
    if cleaned.language not in Language.values:
        raise InvalidInput(fields={"language": "Choose a language from the list."})
    return cleaned


def _origin(typed: str) -> str:
    """Return https://host of an address. Raises InvalidInput for anything else."""
    parts = urlsplit(text.one_line(typed).lower())
    try:
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        port = "/"
    host = parts.hostname or ""
    if parts.scheme != "https" or "." not in host or port == "/" or not re.fullmatch(r"[a-z0-9.-]+", host):
        raise InvalidInput(
            fields={"embed_origins": f"{text.one_line(typed)[:80]} is no address like https://acme.com."}
        )
    return f"https://{host}{port}"


def require_published_settings(company: Company) -> None:
    """Raise Conflict, in a sentence, while the careers page lacks what a published job needs."""
    if lacks := missing_for_publication(company):
        words = ", no ".join(each.removeprefix("an ").removeprefix("a ") for each in lacks)
        raise Conflict(
            f"The careers page has no {words} yet. An Administrator adds it under Company Settings, Careers page.",
            code="careers_page_incomplete",
        )
