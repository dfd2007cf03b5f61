"""Company Settings › Job Fields, job fields on a job's form and in Job Info, suggestions and warnings of extensions."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from recruiting.companies.models import Company, Membership
from recruiting.company_fields import definitions as fields
from recruiting.company_fields import values as field_values
from recruiting.company_fields.values import input_name
from recruiting.extensions import Extension, FieldHint, JobFieldSuggestion, JobWarning, Suggestions
from recruiting.foundation.permissions import CompanyRole, JobRole
from recruiting.jobs import services
from recruiting.jobs.field_values import named
from recruiting.jobs.models import Job, JobField, JobFieldOption, JobFieldValue
from tests import factories, markup
from tests.refusals import changes_nothing
from tests.signing_in import signed_in
from tests.stub_extension import registered

Kind = JobField.Kind
PUBLIC, INTERNAL = JobField.Visibility.PUBLIC, JobField.Visibility.INTERNAL
NEW = {"name": "Cost center", "kind": "text", "category": "job", "visibility": "internal", "is_active": "on"}


@pytest.fixture
def company(db: None) -> Company:
    """A company."""
    return factories.CompanyFactory()


@pytest.fixture
def dana(company: Company) -> Membership:
    """Its Administrator."""
    return factories.administrator(company)


@pytest.fixture
def job(company: Company) -> Job:
    """An open job."""
    return factories.JobFactory(company=company, title="Senior Buyer")


@pytest.fixture
def client(dana: Membership) -> Client:
    """The Administrator's browser."""
    return signed_in(dana)


def make(company: Company, kind: Kind = Kind.TEXT, **given: Any) -> JobField:
    return factories.JobFieldFactory(company=company, kind=kind, **given)


def said(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def field_url(name: str, row: Any) -> str:
    return reverse(f"jobs:field-{name}", args=[row.pk])


# ── Company Settings ─────────────────────────────────────────────────────────────────────────────────────────────────
def test_without_fields_the_page_says_what_they_are_for(client: Client) -> None:
    page = markup.page(client.get(reverse("jobs:fields")))

    assert "No job fields yet" in page
    assert "Create one to keep facts such as a cost center on each job." in page
    assert f'href="{reverse("jobs:field-create")}"' in page


def test_the_list_says_everything_about_each_field(client: Client, company: Company) -> None:
    field = make(company, Kind.SELECT, name="Region", is_required=True, visibility=PUBLIC, category="organization")
    factories.JobFieldValueFactory(company=company, field=field)
    make(company, name="Grade", is_active=False)

    page = markup.page(client.get(reverse("jobs:fields")))

    first, second = page.split("<tr data-row>")[1:]
    for words in ("Region", "Single select", "1 value", "Organization", "Yes", "Public", "Active", "1 job"):
        assert words in first
    for words in ("Grade", "Free text", "Job", "No", "Internal", "Not active", "No job", "Activate"):
        assert words in second
    assert "Move up" not in first and "Move down" in first
    assert "Move up" in second and "Move down" not in second


@pytest.mark.parametrize("role", [CompanyRole.STAFFING, CompanyRole.STANDARD])
def test_only_administrators_find_the_pages(company: Company, role: CompanyRole) -> None:
    value = factories.JobFieldValueFactory(company=company)
    browser = signed_in(factories.MembershipFactory(company=company, role=role))
    posts = {"move", "activate", "options-add"}
    addresses = [field_url(name, value.field) for name in ("edit", "deactivate", *posts)]
    addresses += [field_url(f"option-{name}", value.option) for name in ("rename", "remove")]

    for address in [*addresses, reverse("jobs:fields"), reverse("jobs:field-create")]:
        assert browser.get(address).status_code in (404, 405)
        with changes_nothing():
            assert browser.post(address, NEW).status_code in (404, 405)
    assert browser.post(reverse("jobs:create-suggested-field"), {"name": "x"}).status_code == 404


def test_a_field_of_another_company_is_not_there(client: Client) -> None:
    value = factories.JobFieldValueFactory(company=factories.CompanyFactory())

    for name in ("edit", "deactivate", "move", "activate", "options-add"):
        assert client.post(field_url(name, value.field), NEW).status_code == 404
    for name in ("rename", "remove"):
        assert client.post(field_url(f"option-{name}", value.option), {"label": "x"}).status_code == 404


def test_a_field_is_created(client: Client, company: Company) -> None:
    response = client.post(reverse("jobs:field-create"), {**NEW, "kind": "select", "values": "North\r\n\r\nSouth\r\n"})

    field = JobField.objects.get()
    assert (response.status_code, response["Location"]) == (303, reverse("jobs:fields"))
    assert said(response) == ["Cost center was created."]
    assert (field.company, field.name, field.kind, field.is_active) == (company, "Cost center", "select", True)
    assert [option.label for option in field.options.all()] == ["North", "South"]


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"name": " "}, "name", "Enter a name."),
        ({"name": "taken"}, "name", "There is a job field called taken already."),
        ({"kind": "color"}, "kind", "Select a valid choice. color is not one of the available choices."),
        (
            {"kind": "select"},
            "values",
            "Not active until it has a value. Add one, or create the field inactive.",
        ),
    ],
)
def test_a_refused_field_keeps_what_was_typed(
    client: Client, company: Company, wrong: dict[str, str], field: str, words: str
) -> None:
    make(company, name="Taken")

    response = client.post(reverse("jobs:field-create"), {**NEW, "values": "\n", "category": "organization", **wrong})

    assert response.status_code == 422
    assert response.context["form"].errors == {field: [words]}
    assert '<option value="organization" selected>' in markup.page(response)
    assert JobField.objects.count() == 1


def test_a_field_is_edited_but_not_its_kind_and_category(client: Client, company: Company) -> None:
    field = make(company, name="Grade")

    response = client.post(field_url("edit", field), {**NEW, "kind": "number", "category": "organization"})

    field.refresh_from_db()
    assert (response.status_code, said(response)) == (303, ["Saved."])
    assert (field.name, field.kind, field.category) == ("Cost center", "text", "job")


def test_showing_values_to_everyone_is_asked_about_first(client: Client, company: Company, dana: Membership) -> None:
    field = make(company, name="Grade", is_required=True)
    sent = {"name": "Level", "is_required": "on", "visibility": "public"}
    for number in range(2):
        job = factories.JobFactory(company=company)
        services.set_field_values(job=job, values={field.pk: str(number)}, by=dana)

    with changes_nothing():
        asked = client.post(field_url("edit", field), sent)
    assert asked.status_code == 200
    assert "This shows 2 jobs' values to everyone." in markup.page(asked)

    client.post(field_url("edit", field), {**sent, "visibility": "internal"})
    field.refresh_from_db()
    assert (field.name, field.visibility, field.is_required) == ("Level", "internal", True)

    client.post(field_url("edit", field), {**sent, "show": "yes"})
    field.refresh_from_db()
    assert (field.visibility, field.is_required) == ("public", True)


def test_without_values_nothing_is_shown_so_nothing_is_asked(client: Client, company: Company) -> None:
    field = make(company)

    response = client.post(field_url("edit", field), {"name": "Grade", "visibility": "public"})

    field.refresh_from_db()
    assert (response.status_code, field.visibility) == (303, "public")


def test_deactivating_asks_first_and_can_be_undone(client: Client, company: Company) -> None:
    value = factories.JobFieldValueFactory(company=company, field__name="Region")
    field = value.field

    asked = markup.page(client.get(field_url("deactivate", field)))
    done = client.post(field_url("deactivate", field))

    assert "1 job keeps its value; it is hidden and counts as empty." in asked
    assert said(done) == ["Region was deactivated."]
    field.refresh_from_db()
    assert not field.is_active
    (message,) = get_messages(done.wsgi_request)
    assert f"undo:{field_url('activate', field)}" in str(message.extra_tags)
    client.post(field_url("activate", field))
    field.refresh_from_db()
    assert field.is_active
    assert JobFieldValue.objects.get() == value


def test_fields_move_up_and_down(client: Client, company: Company) -> None:
    make(company, name="One", position=0)
    two = make(company, name="Two", position=1)

    response = client.post(field_url("move", two), {"direction": "up"})

    assert said(response) == ["Two is now 1 of 2."]
    assert [field.name for field in fields.of_company(JobField, company)] == ["Two", "One"]


def test_choices_are_added_renamed_and_removed(client: Client, company: Company) -> None:
    field = make(company, Kind.SELECT, is_active=False)
    page = markup.page(client.get(field_url("edit", field)))
    assert "Not active until it has a value." in page

    added = client.post(field_url("options-add", field), {"values": "North\nSouth"})
    assert said(added) == ["2 values added."]
    north = JobFieldOption.objects.get(label="North")
    assert said(client.post(field_url("option-rename", north), {"label": "Up north"}))[-1] == "Value renamed."
    assert "Up north" in markup.page(client.get(field_url("edit", field)))
    assert "No job has it." in markup.page(client.get(field_url("option-remove", north)))
    assert said(client.post(field_url("option-remove", north)))[-1] == "Value removed."

    assert [option.label for option in field.options.all()] == ["South"]


def test_the_last_choice_of_an_active_field_stays(client: Client, company: Company) -> None:
    value = factories.JobFieldValueFactory(company=company)

    response = client.post(field_url("option-remove", value.option))

    assert response.status_code == 409
    assert "needs a value while it is active" in markup.page(response)
    assert JobFieldOption.objects.get() == value.option


def test_a_name_that_is_taken_stays_in_the_window(client: Client, company: Company) -> None:
    field = make(company, Kind.SELECT)
    north, _ = (factories.JobFieldOptionFactory(field=field, label=label) for label in ("North", "South"))

    response = client.post(field_url("option-rename", north), {"label": "South"})

    assert response.status_code == 422
    assert response.context["form"].errors == {"label": ["There is a value South already."]}


# ── A job's form ─────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_job_is_created_and_edited_with_values_of_every_kind(
    client: Client, company: Company, dana: Membership
) -> None:
    made = {kind: make(company, kind, name=kind.label, position=place) for place, kind in enumerate(Kind)}
    north = factories.JobFieldOptionFactory(field=made[Kind.SELECT], label="North")
    names = {kind: input_name(field.pk) for kind, field in made.items()}
    typed = {
        names[Kind.TEXT]: "engineering",
        names[Kind.SELECT]: str(north.pk),
        names[Kind.NUMBER]: "1200.50",
        names[Kind.DATE]: "2026-11-27",
        names[Kind.YES_NO]: "no",
    }
    process = company.hiring_processes.get().pk

    created = client.post(reverse("jobs:new"), {"title": "Buyer", "process": process, "state": "open", **typed})

    job = Job.objects.get()
    assert (created.status_code, said(created)) == (303, ["Job created."])
    words = {one.field.kind: one.words for one in field_values.visible(JobField, job, dana)}
    assert words == {"text": "engineering", "select": "North", "number": "1200.5", "date": "2026-11-27", "yes_no": "No"}

    page = client.get(reverse("jobs:edit", args=[job.pk]))
    shown = {name: page.context["form"][name].value() for name in names.values()}
    assert shown == {**typed, names[Kind.NUMBER]: "1200.5", names[Kind.DATE]: page.context["form"].asked[3].value}
    assert 'value="2026-11-27"' in markup.page(page)
    with changes_nothing():
        client.post(reverse("jobs:edit", args=[job.pk]), {**details(job), **typed})

    client.post(reverse("jobs:edit", args=[job.pk]), {**details(job), names[Kind.YES_NO]: "yes"})
    words = {one.field.kind: one.words for one in field_values.visible(JobField, job, dana)}
    assert words == {"text": "", "select": "", "number": "", "date": "", "yes_no": "Yes"}


def details(job: Job) -> dict[str, str]:
    return {"title": job.title, "city": job.city, "region": job.region, "country": job.country}


def test_a_refused_job_keeps_what_was_typed_and_says_why_beside_the_field(
    client: Client, company: Company, job: Job
) -> None:
    text, number = make(company, name="Tag"), make(company, Kind.NUMBER, name="Grade")
    required = make(company, name="Cost center", is_required=True)
    typed = {input_name(text.pk): "kept words", input_name(number.pk): "many", "title": "Typed title"}

    with changes_nothing():
        response = client.post(reverse("jobs:edit", args=[job.pk]), typed)

    assert response.status_code == 422
    assert response.context["form"].errors == {
        input_name(number.pk): ["Enter a number."],
        input_name(required.pk): ["Choose a value for Cost center; it is required."],
    }
    page = markup.page(response)
    for words in ("kept words", "many", "Typed title"):
        assert f'value="{words}"' in page
    assert f'id="id_{input_name(required.pk)}_error"' in page
    assert "Two things need your attention" in page


def test_the_form_groups_fields_marks_internal_ones_and_leaves_out_hidden_ones(
    client: Client, company: Company, job: Job
) -> None:
    make(company, name="Fact", visibility=PUBLIC)
    make(company, name="Secret")
    make(company, name="Unit", category="organization", visibility=PUBLIC)
    make(company, name="Gone", is_active=False)

    page = markup.page(client.get(reverse("jobs:edit", args=[job.pk])))

    jobs, organization = page.index('id="job-fields-title"'), page.index('id="organization-fields-title"')
    assert jobs < page.index("Fact <") < page.index("Secret <") < organization < page.index("Unit <")
    assert page.count("Internal: never public.") == 1
    assert "Gone" not in page


def test_a_long_list_of_choices_is_found_by_typing(
    client: Client, company: Company, job: Job, dana: Membership
) -> None:
    field = make(company, Kind.SELECT, name="Cost center")
    fields.add_options(field=field, labels=[f"CC {number:03}" for number in range(51)], by=dana)
    name, url = input_name(field.pk), reverse("jobs:field-values", args=[field.pk])
    address = reverse("jobs:edit", args=[job.pk])

    page = markup.page(client.get(address))
    assert f'data-url="{url}"' in page and "CC 001" not in page
    assert [one["value"] for one in client.get(url, {"q": "cc 04"}).json()] == [f"CC 04{n}" for n in range(10)]
    assert len(client.get(url, {"q": "c"}).json()) == 20

    client.post(address, {**details(job), name: "cc 007"})
    assert JobFieldValue.objects.get().option.label == "CC 007"
    wrong = client.post(address, {**details(job), name: "CC 999"})
    assert wrong.context["form"].errors == {name: ["There is no value “CC 999”. Choose one from the list."]}
    assert 'value="CC 999"' in markup.page(wrong)
    fields.remove_option(option=JobFieldValue.objects.get().option, by=dana)
    with changes_nothing():
        client.post(address, {**details(job), name: "CC 007"})


def test_a_jobs_own_archived_choice_is_offered_to_it_alone(client: Client, company: Company, job: Job) -> None:
    value = factories.JobFieldValueFactory(job=job, option__label="Old one", option__is_archived=True)
    factories.JobFieldOptionFactory(field=value.field, label="New one")
    other = factories.JobFactory(company=company)

    assert "Old one" in markup.page(client.get(reverse("jobs:edit", args=[job.pk])))
    assert "Old one" not in markup.page(client.get(reverse("jobs:edit", args=[other.pk])))


@pytest.mark.parametrize("role", [JobRole.INTERVIEWER, JobRole.EXECUTIVE])
def test_job_info_shows_values_and_internal_ones_to_full_access_alone(
    client: Client, company: Company, job: Job, dana: Membership, role: JobRole
) -> None:
    public, internal = make(company, name="Open fact", visibility=PUBLIC), make(company, name="Secret fact")
    unit = make(company, name="Unit", category="organization", visibility=PUBLIC)
    services.set_field_values(
        job=job, values={public.pk: "open words", internal.pk: "secret words", unit.pk: "Unit 7"}, by=dana
    )
    address = reverse("jobs:info", args=[job.pk])

    full, monitoring = (
        markup.page(client.get(address)),
        markup.page(signed_in(factories.on_team(job, role)).get(address)),
    )

    for words in ("Job fields", "Open fact", "open words", "Secret fact", "secret words", "Organization", "Unit 7"):
        assert words in full
    assert "open words" in monitoring
    assert "Secret fact" not in monitoring and "secret words" not in monitoring


@pytest.mark.parametrize("role", [JobRole.INTERVIEWER, JobRole.EXECUTIVE, None])
def test_internal_values_are_on_no_page_of_people_without_full_access(
    company: Company, job: Job, dana: Membership, role: JobRole | None
) -> None:
    field = make(company, name="Secret fact")
    services.set_field_values(job=job, values={field.pk: "secret words"}, by=dana)
    factories.ApplicationFactory(job=job)
    member = factories.on_team(job, role) if role else factories.MembershipFactory(company=company)
    browser = signed_in(member)
    pages = [reverse(f"jobs:{name}", args=[job.pk]) for name in ("info", "edit")]
    pages += [reverse(f"applications:{name}", args=[job.pk]) for name in ("job", "job-newsfeed")]
    pages += [reverse("applications:jobs"), reverse("applications:home"), reverse("jobs:field-values", args=[field.pk])]

    for page in pages:
        assert "ecret" not in markup.page(browser.get(page)), page


def test_without_fields_there_is_no_section(client: Client, job: Job) -> None:
    assert "Job fields" not in markup.page(client.get(reverse("jobs:info", args=[job.pk])))
    assert "Job fields" not in markup.page(client.get(reverse("jobs:edit", args=[job.pk])))


# ── Suggestions ──────────────────────────────────────────────────────────────────────────────────────────────────────
LEVEL = JobFieldSuggestion(
    name="Assessment level",
    kind="text",
    category="job",
    visibility="internal",
    sentence="Says how hard the assessments of a job are.",
)


class Levels(Extension):
    """Knows two levels, suggests a field for them to some companies and warns about jobs of these without one."""

    slug, name = "levels", "Levels"
    suggestions = Suggestions(job_fields=(LEVEL,))

    def __init__(self, *companies: Company) -> None:
        self.companies = companies

    def is_enabled_for(self, company: Company) -> bool:
        return company in self.companies

    def field_values(self, company: Company, fields: Sequence[JobField]) -> Mapping[UUID, Sequence[str]]:
        return {field.pk: ("Basic", "Advanced") for field in fields if field.name == LEVEL.name}

    def field_hint(self, field: JobField, text: str) -> FieldHint | None:
        if field.name != LEVEL.name:
            return None
        known = text in ("Basic", "Advanced")
        return FieldHint("Acme knows it.", "success") if known else FieldHint("Unknown.", "warning", "Basic")

    def job_warnings(self, jobs: Sequence[Job], membership: Membership) -> Mapping[UUID, Sequence[JobWarning]]:
        warning = "This job has no assessment level."
        with_level = named(LEVEL.name, jobs)
        return {
            job.pk: [JobWarning(warning, reverse("jobs:edit", args=[job.pk]), "Edit job")]
            for job in jobs
            if job.pk not in with_level
        }


@pytest.fixture
def levels(company: Company) -> Iterator[Levels]:
    """Levels, which the company may use."""
    with registered(Levels(company)) as extension:
        yield extension


def test_a_suggested_field_is_offered_and_created_for_me(client: Client, company: Company, levels: Levels) -> None:
    page = markup.page(client.get(reverse("jobs:fields")))
    assert LEVEL.name in page and LEVEL.sentence in page and "Create it for me" in page

    response = client.post(reverse("jobs:create-suggested-field"), {"name": "ASSESSMENT level"})

    field = JobField.objects.get()
    assert (response.status_code, response["Location"]) == (303, reverse("jobs:fields"))
    assert said(response) == ["Assessment level is here and active."]
    assert (field.name, field.kind, field.category, field.visibility) == ("Assessment level", "text", "job", "internal")
    assert "Create it for me" not in markup.page(client.get(reverse("jobs:fields")))


def test_it_leads_back_to_the_page_that_asked_but_never_to_another_site(client: Client, levels: Levels) -> None:
    address = reverse("jobs:create-suggested-field")

    back = client.post(address, {"name": LEVEL.name, "next": "/settings/integrations/"})
    astray = client.post(address, {"name": LEVEL.name, "next": "https://evil.example/"})

    assert back["Location"] == "/settings/integrations/"
    assert astray["Location"] == reverse("jobs:fields")
    assert JobField.objects.count() == 1


def test_a_deactivated_field_of_that_name_becomes_active_again(
    client: Client, company: Company, levels: Levels
) -> None:
    field = make(company, name="assessment LEVEL", is_active=False)
    assert "Create it for me" not in markup.page(client.get(reverse("jobs:fields")))

    client.post(reverse("jobs:create-suggested-field"), {"name": LEVEL.name})

    assert [(one.pk, one.is_active) for one in JobField.objects.all()] == [(field.pk, True)]


@pytest.mark.parametrize("name", ["", "Nobody's", LEVEL.name])
def test_what_nobody_suggests_to_the_company_is_not_created(client: Client, name: str) -> None:
    with registered(Levels()), changes_nothing():  # registered, but not for this company
        response = client.post(reverse("jobs:create-suggested-field"), {"name": name})
        assert LEVEL.name not in markup.page(client.get(reverse("jobs:fields")))

    assert response.status_code == 404


def test_a_suggested_single_select_waits_for_its_values(client: Client, company: Company) -> None:
    region = JobFieldSuggestion("Region", "select", "organization", "public", "Where.")
    kind = type("Planted", (Extension,), {"slug": "planted", "name": "P", "suggestions": Suggestions((region,))})
    with registered(kind()):
        response = client.post(reverse("jobs:create-suggested-field"), {"name": "Region"})

    assert said(response) == ["Region was created; it is not active until it has a value."]
    assert not JobField.objects.get().is_active


def test_a_text_field_of_an_extension_suggests_the_values_that_it_knows(
    client: Client, company: Company, job: Job, levels: Levels
) -> None:
    field, other = make(company, name=LEVEL.name), make(company, name="Other")
    url = reverse("jobs:field-values", args=[field.pk])

    page = markup.page(client.get(reverse("jobs:edit", args=[job.pk])))

    assert f'data-url="{url}"' in page and LEVEL.sentence in page
    assert reverse("jobs:field-values", args=[other.pk]) not in page
    assert client.get(url, {"q": "ADV"}).json() == [{"value": "Advanced", "label": "Advanced"}]
    assert [one["value"] for one in client.get(url).json()] == ["Basic", "Advanced"]
    assert client.get(reverse("jobs:field-values", args=[other.pk])).json() == []
    client.post(reverse("jobs:edit", args=[job.pk]), {**details(job), input_name(field.pk): "Something else"})
    assert JobFieldValue.objects.get().text == "Something else"


@pytest.mark.parametrize(
    ("typed", "words"), [("Basic", "Acme knows it."), (" Basc ", "Unknown. Did you mean Basic?"), ("", "Unknown.")]
)
def test_what_a_value_will_do_is_said_beside_its_field(
    client: Client, company: Company, job: Job, levels: Levels, typed: str, words: str
) -> None:
    field, other = make(company, name=LEVEL.name), make(company, name="Other")
    url = reverse("jobs:field-remark", args=[field.pk])

    page = markup.page(client.get(reverse("jobs:edit", args=[job.pk])))
    said = client.get(url, {input_name(field.pk): typed})

    assert f'hx-get="{url}"' in page
    assert reverse("jobs:field-remark", args=[other.pk]) not in page
    assert words in " ".join(strip_tags(markup.page(said)).split())
    assert markup.page(client.get(reverse("jobs:field-remark", args=[other.pk]))).strip() == ""


def test_an_extension_is_asked_once_about_many_fields(
    client: Client, company: Company, job: Job, levels: Levels, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr(Levels, "field_values", lambda self, company, of: asked.append([f.name for f in of]) or {})
    for number in range(5):
        make(company, name=f"Text {number}", position=number)
    make(company, Kind.NUMBER, name="Number", position=9)

    client.get(reverse("jobs:edit", args=[job.pk]))

    assert asked == [[f"Text {number}" for number in range(5)]]


@pytest.mark.parametrize("name", ["field-values", "field-remark"])
def test_values_are_suggested_to_people_who_fill_in_jobs(company: Company, job: Job, levels: Levels, name: str) -> None:
    url = reverse(f"jobs:{name}", args=[make(company, name=LEVEL.name).pk])
    hidden = reverse(f"jobs:{name}", args=[make(company, name="Gone", is_active=False).pk])
    foreign = reverse(f"jobs:{name}", args=[make(factories.CompanyFactory()).pk])

    assert signed_in(factories.on_team(job, JobRole.RECRUITER)).get(url).status_code == 200
    assert signed_in(factories.staffing(company)).get(url).status_code == 200
    assert signed_in(factories.on_team(job, JobRole.INTERVIEWER)).get(url).status_code == 404
    assert signed_in(factories.MembershipFactory(company=company)).get(url).status_code == 404
    for address in (hidden, foreign):
        assert signed_in(factories.staffing(company)).get(address).status_code == 404


def test_an_extension_that_knows_no_values_any_more_costs_only_its_suggestions(
    client: Client, company: Company, levels: Levels, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(Levels, "field_values", broken)
    url = reverse("jobs:field-values", args=[make(company, name=LEVEL.name).pk])

    assert client.get(url).json() == []
    assert "values of job fields for levels" in caplog.text


# ── Warnings ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def warned_pages(job: Job) -> list[str]:
    return [
        reverse("applications:job", args=[job.pk]),
        reverse("applications:job-newsfeed", args=[job.pk]),
        reverse("jobs:info", args=[job.pk]),
    ]


def test_warnings_stand_on_the_jobs_pages_for_people_who_may_edit_it(
    client: Client, company: Company, job: Job, dana: Membership, levels: Levels
) -> None:
    field = make(company, name=LEVEL.name)
    sentence = "This job has no assessment level."
    recruiter = signed_in(factories.on_team(job, JobRole.RECRUITER))
    interviewer = signed_in(factories.on_team(job, JobRole.INTERVIEWER))

    for page in warned_pages(job):
        shown = markup.page(recruiter.get(page))
        assert sentence in shown and f'<a href="{reverse("jobs:edit", args=[job.pk])}">Edit job</a>' in shown
        assert sentence not in markup.page(interviewer.get(page))

    services.set_field_values(job=job, values={field.pk: "Basic"}, by=dana)
    for page in warned_pages(job):
        assert sentence not in markup.page(recruiter.get(page))


def test_a_broken_warning_costs_nothing_else(
    client: Client, company: Company, job: Job, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any) -> Any:
        raise ZeroDivisionError

    fine = {"job_warnings": lambda self, jobs, membership: {job.pk: [JobWarning("Something is missing.")]}}
    one, two = (
        type("Planted", (Extension,), {"slug": slug, "name": slug, **offers})()
        for slug, offers in (("planted-one", {"job_warnings": broken}), ("planted-two", fine))
    )
    with registered(one), registered(two):
        pages = [markup.page(client.get(page)) for page in warned_pages(job)]

    assert ["Something is missing." in page for page in pages] == [True] * 3
    assert "warnings about a job by planted-one" in caplog.text
