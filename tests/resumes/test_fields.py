"""What is proposed of a résumé, and what is not."""

import pytest

from recruiting.resumes.reader import fields
from recruiting.resumes.reader.document import Block, BlockKind, Document, State
from recruiting.resumes.reader.fields import Fields


def find(*lines: str, links: tuple[str, ...] = ()) -> Fields:
    return fields.find(Document(State.READ, "\n".join(lines), links=links))


def test_a_whole_resume_proposes_all_fields() -> None:
    found = find(
        "Curriculum Vitae",
        "ADA VAN DER LOVELACE",
        "Senior Engineer | London",
        "Phone: +44 (0)20 7946 0018 · linkedin.com/in/ada · https://ada.example/",
        "WORK EXPERIENCE",
        "Analytical Engines Ltd — Senior Engineer",
        "Mar 2021 – Present",
        "• Wrote programs",
        "Other Ltd — Junior Engineer",
        links=("mailto:Ada%2Bcv@Lovelace.example?subject=Hi", "https://www.linkedin.com/in/ada/"),
    )

    assert found == Fields(
        first_name="Ada",
        last_name="van der Lovelace",
        email="ada+cv@lovelace.example",
        phone="+442079460018",
        links=("https://www.linkedin.com/in/ada/", "https://ada.example/"),
        employer="Analytical Engines Ltd",
        title="Senior Engineer",
    )


@pytest.mark.parametrize(
    ("lines", "links", "email"),
    [
        (("richard.hendriks@mail.c", "om"), ("mailto:richard.hendriks@mail.com",), "richard.hendriks@mail.com"),
        (("#ada@x.example",), (), "ada@x.example"),
        (("✉ada@x.example.",), (), "ada@x.example"),
        (("ada@münchen.example",), (), "ada@münchen.example"),
        (("a@b", "@x.example", "ada@x..example"), (), ""),
        (("Ada",), ("mailto:nobody",), ""),
    ],
)
def test_the_link_is_asked_for_the_address_before_the_text(
    lines: tuple[str, ...], links: tuple[str, ...], email: str
) -> None:
    assert find(*lines, links=links).email == email


@pytest.mark.parametrize(
    ("line", "phone"),
    [
        ("+49 170 1234567", "+491701234567"),
        ("0049 170 1234567", "+491701234567"),
        ("(+1) 212-555-0100", "+12125550100"),
        ("(212) 555-0100", "(212) 555-0100"),
        ("0170/1234567", "0170/1234567"),
        ("2019 - 2023 and 01.02.1990 and 2019-03-04", ""),
        ("+999 123 456 789", ""),
        ("1234", ""),
        ("https://x.example/12345678901", ""),
    ],
)
def test_a_number_gets_a_country_only_where_one_is_written(line: str, phone: str) -> None:
    assert find(line).phone == phone


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (("Lebenslauf: Jürgen Weiß",), ("Jürgen", "Weiß")),
        (("Name: Mary-Jane O'Neill",), ("Mary-Jane", "O'Neill")),
        (("Software Engineer", "Acme Engines", "Grace Hopper", "grace.hopper@navy.example"), ("Grace", "Hopper")),
        (("王小明",), ("王小明", "")),
        (("Анна Иванова, инженер",), ("Анна", "Иванова")),
        (("I have written many programs.", "Education", "12 Long Street"), ("", "")),
        ((), ("", "")),
    ],
)
def test_a_name_is_a_line_that_looks_like_one(lines: tuple[str, ...], name: tuple[str, str]) -> None:
    found = find(*lines)

    assert (found.first_name, found.last_name) == name


@pytest.mark.parametrize(
    ("lines", "work"),
    [
        (("Experience", "Engineer at Engines Ltd", "2020 - today"), ("Engineer", "Engines Ltd")),
        (
            ("Berufserfahrung", "01/2020 – heute", "Leiterin Einkauf, Maschinen GmbH"),
            ("Leiterin Einkauf", "Maschinen GmbH"),
        ),
        (("Experience Engines Ltd, Buyer, 2020 - Present",), ("Buyer", "Engines Ltd")),
        (("Experience", "Engineer at Engines Ltd", "2010 - 2015"), ("", "")),
        (("Experience", "Something else entirely", "2020 - Present"), ("", "")),
        (("Engineer at Engines Ltd", "2020 - Present"), ("", "")),
    ],
)
def test_work_is_proposed_where_it_goes_on_and_the_title_is_one(lines: tuple[str, ...], work: tuple[str, str]) -> None:
    found = find(*lines)

    assert (found.title, found.employer) == work


def test_items_of_a_list_are_no_part_of_an_entry() -> None:
    blocks = (Block(BlockKind.LIST, "Lead of the Engine Group"),)
    text = "Experience\nEngines Ltd\n2020 - Present\nLead of the Engine Group"

    assert fields.find(Document(State.READ, text, blocks)).title == ""


def test_no_address_that_runs_is_a_link() -> None:
    links = ("javascript:alert(1)", "file:///etc/passwd", "https://user@evil.example/", "https://ok.example/a")

    assert find("x", links=links).links == ("https://ok.example/a",)
