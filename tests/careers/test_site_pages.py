"""Company Settings › Careers page: its words, color, logo, address and privacy notice, and the preview."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from recruiting.careers import sites
from recruiting.careers.models import CareersSite, Handle, PrivacyNotice
from recruiting.companies.models import Company, Membership
from recruiting.foundation.edits import EditConflict
from recruiting.foundation.errors import InvalidInput, NotAllowed
from recruiting.jobs.models import Job
from tests import factories
from tests.refusals import changes_nothing, refuses
from tests.sent_forms import fields_of, words
from tests.signing_in import signed_in

HERE = "/settings/careers/"


@pytest.fixture
def company(db: None) -> Company:
    """A company without a careers page."""
    return factories.CompanyFactory(name="Acme")


@pytest.fixture
def dana(company: Company) -> Membership:
    """Its Administrator."""
    return factories.administrator(company)


@pytest.fixture
def client(dana: Membership) -> Client:
    """Her browser."""
    return signed_in(dana)


def picture(kind: str = "PNG", size: tuple[int, int] = (900, 300)) -> SimpleUploadedFile:
    stream = io.BytesIO()
    Image.new("RGB", size, "#aa3355").save(stream, kind)
    return SimpleUploadedFile(f"logo.{kind.lower()}", stream.getvalue(), f"image/{kind.lower()}")


def test_what_is_missing_stands_on_top_until_it_is_there(client: Client) -> None:
    before = words(client.get(HERE))
    client.post(f"{HERE}address/", {"handle": "Acme-Tools"})
    between = words(client.get(HERE))
    client.post(f"{HERE}privacy-notice/", fields_of(client.get(f"{HERE}privacy-notice/")))
    saved = client.post(HERE, {**fields_of(client.get(HERE)), "contact": "Call 555 0100."})
    after = words(client.get(saved["Location"]))

    assert "Choose the address of the page" in before and "The page has no address yet." in before
    assert "The page has an address" in between and "Write the privacy notice" in between
    assert "Before a job can be published" in before + between
    assert "Before a job can be published" not in after
    assert "Applicants see version 1" in after
    assert "Acme reads what you send" in PrivacyNotice.objects.get().text
    assert CareersSite.objects.get().contact == "Call 555 0100."


def test_the_page_says_what_was_typed(client: Client) -> None:
    typed = {
        **fields_of(client.get(HERE)),
        "name": "Acme Tools",
        "color": "#066FD1",
        "introduction": "We make **tools**.",
        "what_next": "Kim calls you.",
        "language": "de",
        "keep_months": "24",
        "is_indexed": "on",
        "embed_origins": "https://Acme.com/about\n\nhttps://www.acme.com:8443",
    }

    assert client.post(HERE, typed).status_code == 303
    site = CareersSite.objects.get()
    assert (site.name, site.color, site.language, site.keep_months) == ("Acme Tools", "#066fd1", "de", 24)
    assert (site.is_indexed, site.what_next) == (True, "Kim calls you.")
    assert site.embed_origins == ["https://acme.com", "https://www.acme.com:8443"]
    with changes_nothing():
        assert client.post(HERE, fields_of(client.get(HERE))).status_code == 303


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": ""}, "Enter the name of the company."),
        ({"color": "red"}, "Choose a color such as #066fd1."),
        ({"keep_months": "37"}, "Use 1 to 36 months."),
        ({"keep_months": "soon"}, "Use 1 to 36 months."),
        ({"language": "xx"}, "Select a valid choice."),
        ({"embed_origins": "http://acme.com"}, "http://acme.com is no address like https://acme.com."),
        ({"introduction": "x" * 5_001}, "Ensure this value has at most 5000 characters"),
    ],
)
def test_what_cannot_be_saved_is_refused(client: Client, typed: dict[str, str], sentence: str) -> None:
    refused = client.post(HERE, {**fields_of(client.get(HERE)), **typed})

    assert refused.status_code == 422
    assert sentence in words(refused)
    assert not CareersSite.objects.exists()


def test_a_color_that_cannot_be_read_is_refused_with_the_nearest_one_to_take(client: Client) -> None:
    typed = {**fields_of(client.get(HERE)), "color": "#66ccff", "what_next": "Kim calls you."}

    refused = client.post(HERE, typed)
    sentence = "White text on #66ccff is hard to read. The nearest color on which it can be read is #"
    assert refused.status_code == 422
    assert sentence in words(refused)
    nearest = refused.context["nearest"]
    taken = client.post(HERE, {**typed, "nearest": nearest})

    assert taken.status_code == 303
    site = CareersSite.objects.get()
    assert (site.color, site.what_next) == (nearest, "Kim calls you.")


def test_two_who_edit_it_at_once_see_both(client: Client, dana: Membership) -> None:
    begun = fields_of(client.get(HERE))
    sites.save(details=sites.SiteDetails(name="Acme", contact="Kim", embed_origins=("https://a.com",)), by=dana)

    conflict = client.post(HERE, {**begun, "contact": "Sam", "embed_origins": "https://b.com", "color": "#066fd1"})
    shown = words(conflict)

    assert conflict.status_code == 409
    assert "Theirs: Kim" in shown and "Yours: Sam" in shown
    assert "Theirs: https://a.com" in shown
    assert CareersSite.objects.get().color == ""
    mine = client.post(HERE, fields_of(conflict))
    assert mine.status_code == 303
    site = CareersSite.objects.get()
    assert (site.contact, site.embed_origins, site.color) == ("Sam", ["https://b.com"], "#066fd1")


def test_a_logo_is_drawn_anew_and_can_be_removed(client: Client) -> None:
    saved = client.post(f"{HERE}logo/", {"logo": picture("JPEG")})
    answer = client.get(f"{HERE}logo.png")
    drawn = Image.open(io.BytesIO(answer.content))

    assert saved.status_code == 303
    assert (answer["Content-Type"], drawn.format, drawn.size) == ("image/png", "PNG", (360, 120))
    assert len(answer.content) <= 15_360
    for upload, sentence in (
        (SimpleUploadedFile("logo.png", b"<svg/>"), "Choose a PNG, JPEG, WebP or GIF picture."),
        (SimpleUploadedFile("logo.png", b"x" * (2 * 1024 * 1024 + 1)), "This file is over 2 MB."),
        (SimpleUploadedFile("logo.png", b""), "This file is empty."),
        (picture("PNG", (6_000, 4_000)), "This picture has too many pixels. Make it smaller."),
    ):
        refused = client.post(f"{HERE}logo/", {"logo": upload})
        assert refused.status_code == 422
        assert sentence in words(refused)
    assert bytes(CareersSite.objects.get().logo or b"") == answer.content
    client.post(f"{HERE}logo/", {"remove": "yes"})
    assert client.get(f"{HERE}logo.png").status_code == 404


def test_old_addresses_stay(client: Client, company: Company) -> None:
    other = factories.administrator(factories.CompanyFactory())
    sites.change_handle(handle="taken", by=other)
    for handle, sentence in (
        ("", "Enter an address."),
        ("ab", "Use 3 to 40 letters, digits and hyphens, such as acme-tools."),
        ("-acme", "Use 3 to 40 letters, digits and hyphens"),
        ("acme tools", "Use 3 to 40 letters, digits and hyphens"),
        ("settings", "This address is taken. Choose another one."),
        ("preview", "This address is taken. Choose another one."),
        ("taken", "This address is taken. Choose another one."),
    ):
        refused = client.post(f"{HERE}address/", {"handle": handle})
        assert (refused.status_code, handle) == (422, handle)
        assert sentence in words(refused)
    for handle in ("acme", "acme-tools", "acme"):
        assert client.post(f"{HERE}address/", {"handle": handle}).status_code == 303

    assert sites.current_handle(company) == "acme"
    assert set(Handle.objects.for_company(company).values_list("handle", "is_current")) == {
        ("acme", True),
        ("acme-tools", False),
    }
    assert "These lead there as well: acme-tools." in words(client.get(f"{HERE}address/"))


def test_each_privacy_notice_is_a_version(client: Client, dana: Membership) -> None:
    address = f"{HERE}privacy-notice/"
    begun = fields_of(client.get(address))
    assert begun["text"].startswith("## Who sees what you send\n\nAcme reads")
    client.post(address, begun)
    client.post(address, fields_of(client.get(address)))  # the same is no new one
    begun = fields_of(client.get(address))
    sites.save_notice(words="## Hers", by=dana)
    conflict = client.post(address, {**begun, "text": "## Mine"})

    assert (conflict.status_code, PrivacyNotice.objects.count()) == (409, 2)
    assert client.post(address, fields_of(conflict)).status_code == 303
    assert list(PrivacyNotice.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3]
    assert "Hers</h" in client.get(f"{address}{PrivacyNotice.objects.get(number=2).pk}/").content.decode()
    assert client.get(f"{address}{factories.JobFactory(company=dana.company).pk}/").status_code == 404
    with refuses(InvalidInput, "Enter a privacy notice."):
        sites.save_notice(words=" \n", by=dana)
    with refuses(EditConflict):
        sites.save_notice(words="Another", base="## Hers", by=dana)


def test_the_preview_shows_the_page_before_anything_is_published(client: Client, company: Company) -> None:
    job: Job = factories.JobFactory(company=company, title="Senior Buyer", description="We buy **steel**.")
    client.post(HERE, {**fields_of(client.get(HERE)), "color": "#8a1c5b", "introduction": "We make *tools*."})
    client.post(f"{HERE}logo/", {"logo": picture()})

    listed = client.get(f"{HERE}preview/").content.decode()
    job_page = client.get(reverse("careers:preview-job", args=[job.pk])).content.decode()
    style = client.get(f"{HERE}preview.css")

    assert "Senior Buyer" in listed and "We make <em>tools</em>." in listed
    assert "We buy <strong>steel</strong>." in job_page
    for shown in (listed, job_page):
        assert f'href="{HERE}preview.css"' in shown
        assert f"{HERE}logo.png" in shown
    assert (style["Content-Type"], "#8a1c5b" in style.content.decode()) == ("text/css", True)


def test_only_administrators_change_it(company: Company, dana: Membership) -> None:
    kim = factories.staffing(company)

    assert signed_in(kim).get(HERE).status_code == 404
    for change in (
        lambda: sites.save(details=sites.SiteDetails(name="Acme"), by=kim),
        lambda: sites.change_logo(logo=None, by=kim),
        lambda: sites.save_notice(words="Ours", by=kim),
        lambda: sites.change_handle(handle="acme", by=kim),
    ):
        with refuses(NotAllowed, "Only Administrators change company settings. Ask one of them."):
            change()
