"""What members type about careers pages, published jobs and their questions. What is accepted, the services say."""

from collections.abc import Mapping
from typing import Any

from django import forms

from recruiting.candidates.models import Source
from recruiting.careers import publishing, questions, sites
from recruiting.careers.models import CareersSite, JobMail, Language, Posting, Question, QuestionSet
from recruiting.careers.publishing import PostingDetails
from recruiting.careers.questions import QuestionDetails
from recruiting.careers.sites import SiteDetails
from recruiting.companies.models import Company
from recruiting.foundation import text
from recruiting.foundation.fields import LineField, TextField
from recruiting.jobs.countries import COUNTRIES
from recruiting.web.forms import MARKDOWN_HINT, EditForm, set_choices

SWITCH = {"role": "switch"}
SITE_FIELDS = tuple(SiteDetails.__dataclass_fields__)
POSTING_FIELDS = tuple(PostingDetails.__dataclass_fields__)
NO_KNOCK_OUT = "No: every answer is fine"


# ── The careers page ─────────────────────────────────────────────────────────────────────────────────────────────────
class SiteForm(EditForm):
    """What an Administrator says about the careers page."""

    name = LineField(
        label="Name of the company",
        max_length=120,
        help_text="As people outside know it.",
        error_messages={"required": "Enter the name of the company."},
    )
    color = LineField(
        max_length=7,
        required=False,
        help_text="Of buttons and links, such as #066fd1. White text has to be readable on it. Empty: our blue.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    introduction = TextField(
        max_length=5_000, required=False, widget=forms.Textarea(attrs={"rows": 6}), help_text=MARKDOWN_HINT
    )
    what_next = LineField(
        label="What happens next",
        max_length=300,
        required=False,
        help_text=f"One sentence for people who applied. Empty: “{sites.DEFAULT_WHAT_NEXT}”",
    )
    contact = LineField(
        max_length=300,
        required=False,
        help_text="For people who need another way to apply: an address, a number. It stands above Send application.",
    )
    language = forms.ChoiceField(
        choices=Language.choices,
        help_text="Of the fixed words: Apply for this job, Send application, and so on.",
    )
    keep_months = forms.IntegerField(
        label="Months that data is kept with consent",
        min_value=1,
        max_value=36,
        help_text="Stands beside the box that applicants may tick: keep my data for other jobs.",
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), "Use 1 to 36 months."),
    )
    is_indexed = forms.BooleanField(
        label="Let search engines find this page", required=False, widget=forms.CheckboxInput(attrs=SWITCH)
    )
    embed_origins = TextField(
        label="Sites that may show the list of jobs",
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One address per line, such as https://acme.com.",
    )

    def __init__(self, data: Mapping[str, Any] | None, *, site: CareersSite) -> None:
        said = {name: getattr(site, name) for name in SITE_FIELDS}
        super().__init__(data, initial=site_as_typed(said))

    def details(self) -> SiteDetails:
        """Return the cleaned details."""
        return _site_details(self.cleaned_data)

    def base_details(self) -> SiteDetails | None:
        """Return what the person saw; None when the form does not say."""
        before = self.before()
        return _site_details(before) if before else None


def site_as_typed(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return details of a careers page as their form shows them."""
    return {name: "\n".join(value) if name == "embed_origins" else value for name, value in said.items()}


def _site_details(given: Mapping[str, Any]) -> SiteDetails:
    months = str(given["keep_months"])
    lines = tuple(filter(None, map(text.one_line, given["embed_origins"].splitlines())))
    read: dict[str, Any] = {
        "keep_months": int(months) if months.isascii() and months.isdecimal() else 0,
        "is_indexed": bool(given["is_indexed"]),
        "embed_origins": lines,
    }
    return SiteDetails(**{name: read.get(name, given[name]) for name in SITE_FIELDS})


class LogoForm(forms.Form):
    """A picture."""

    logo = forms.FileField(
        label="Picture",
        help_text="PNG, JPEG, WebP or GIF, up to 2 MB. It is shown at most 240 wide and 60 high.",
        error_messages={"required": "Choose a picture.", "empty": "This file is empty."},
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp,image/gif"}),
    )


class HandleForm(forms.Form):
    """The company's word in addresses."""

    handle = LineField(
        label="Address",
        max_length=40,
        help_text="3 to 40 letters, digits and hyphens.",
        error_messages={"required": "Enter an address."},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class NoticeForm(EditForm):
    """The privacy notice."""

    text = TextField(
        label="Privacy notice",
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 18}),
        help_text=f"{MARKDOWN_HINT} Where you write {{company}}, applicants read your company's name.",
        error_messages={"required": "Enter a privacy notice."},
    )


# ── Where people come from ───────────────────────────────────────────────────────────────────────────────────────────
class SourceLinkForm(forms.Form):
    """A code, and the source that it stands for."""

    source = forms.ModelChoiceField(
        queryset=Source.objects.none(),
        empty_label="Choose a source",
        error_messages={"required": "Choose a source.", "invalid_choice": "Choose a source from the list."},
    )
    code = LineField(
        max_length=40,
        help_text="Stands in the address after ?source=. 2 to 40 letters, digits and hyphens, such as linkedin-ad.",
        error_messages={"required": "Enter a code."},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, company: Company, **options: Any) -> None:
        super().__init__(*args, **options)
        active = Source.objects.for_company(company).filter(is_active=True).select_related("type")
        set_choices(self, source=active.order_by("type__name", "name", "id"))


class BoardKeyForm(forms.Form):
    """What a key is called."""

    name = LineField(
        max_length=80, help_text="The program that will use it.", error_messages={"required": "Enter a name."}
    )


# ── A job ────────────────────────────────────────────────────────────────────────────────────────────────────────────
class PostingForm(EditForm):
    """What a job says to the public besides what it says itself."""

    closes_on = LineField(
        label="Closing date",
        max_length=10,
        required=False,
        help_text="The last day on which people can apply. Empty: until the job is closed.",
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    openings = LineField(
        max_length=20,
        widget=forms.NumberInput(attrs={"min": 1, "max": 999}),
        error_messages={"required": "Use a number from 1 to 999."},
    )
    employment_type = forms.ChoiceField(
        label="Employment type", choices=[("", "Not given"), *Posting.EmploymentType.choices], required=False
    )
    workplace = forms.ChoiceField(choices=[("", "Not given"), *Posting.Workplace.choices], required=False)
    remote_countries = TextField(
        label="Countries of remote work",
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One per line, by name or two letters; for remote work alone. Empty: anywhere.",
    )
    pay_min = LineField(label="Pay from", max_length=20, required=False)
    pay_max = LineField(label="Pay to", max_length=20, required=False)
    pay_currency = forms.ChoiceField(
        label="Currency", choices=[("", "Not given"), *((each, each) for each in publishing.CURRENCIES)], required=False
    )
    pay_period = forms.ChoiceField(label="For", choices=[("", "Not given"), *Posting.PayPeriod.choices], required=False)
    is_resume_required = forms.BooleanField(
        label="A résumé is required", required=False, widget=forms.CheckboxInput(attrs=SWITCH)
    )

    def __init__(self, data: Mapping[str, Any] | None, *, posting: Posting) -> None:
        super().__init__(data, initial=posting_as_typed(vars(publishing.details_of(posting))))

    def details(self) -> PostingDetails:
        """Return the cleaned details."""
        return _posting_details(self.cleaned_data)

    def base_details(self) -> PostingDetails | None:
        """Return what the person saw; None when the form does not say."""
        before = self.before()
        return _posting_details(before) if before else None


def posting_as_typed(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return details of a posting as their form shows them: countries by name, a line each."""
    names = dict(COUNTRIES)
    countries = [names.get(code, code) for code in said.get("remote_countries", ())]
    return {**said, "remote_countries": "\n".join(countries)} if "remote_countries" in said else dict(said)


def _posting_details(given: Mapping[str, Any]) -> PostingDetails:
    codes = {text.compare_key(name): code for code, name in COUNTRIES}
    lines = filter(None, map(text.one_line, given["remote_countries"].splitlines()))
    countries = tuple(codes.get(text.compare_key(line), line.upper()) for line in lines)
    read: dict[str, Any] = {"remote_countries": countries, "is_resume_required": bool(given["is_resume_required"])}
    return PostingDetails(**{name: read.get(name, given[name]) for name in POSTING_FIELDS})


class JobMailForm(forms.Form):
    """How one hears of new applicants."""

    one_of = ("often",)
    often = forms.ChoiceField(
        label="Mails to me about new applicants",
        choices=[("", "No mails"), *JobMail.Often.choices],
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Choose how often."},
    )


# ── Questions ────────────────────────────────────────────────────────────────────────────────────────────────────────
class QuestionForm(forms.Form):
    """A question of an application form."""

    label = LineField(label="Question", max_length=300, error_messages={"required": "Enter a question."})
    hint = LineField(max_length=300, required=False, help_text="Stands below the question.")
    kind = forms.ChoiceField(label="Answer", choices=Question.Kind.choices)
    options = TextField(
        label="Choices",
        required=False,
        max_length=12_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="One per line, for one or several of several.",
    )
    is_required = forms.BooleanField(
        label="Required", required=False, initial=True, widget=forms.CheckboxInput(attrs=SWITCH)
    )
    rule = forms.ChoiceField(
        label="Knock-out",
        choices=[
            ("", NO_KNOCK_OUT),
            ("is", "Yes or no: the answer must be"),
            ("one_of", "One of several: the answer must be one of"),
            ("at_least", "Number: the answer must be at least"),
            ("at_most", "Number: the answer must be at most"),
        ],
        required=False,
        help_text="Applicants are not told. An application with another answer arrives marked; nobody is rejected.",
    )
    rule_value = TextField(
        label="What the answer must be",
        required=False,
        max_length=12_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="yes or no, a number, or choices one per line.",
    )

    def details(self) -> QuestionDetails:
        """Return what was typed."""
        given = {**self.cleaned_data, "options": tuple(self.cleaned_data["options"].splitlines())}
        given["rule_value"] = _as_answer(given["rule"], given["rule_value"])
        return QuestionDetails(**given)


def _as_answer(rule: str, typed: str) -> str:
    return text.one_line(typed).lower() if rule == "is" else typed


def question_as_typed(question: Question) -> dict[str, Any]:
    """Return a question as its form shows it."""
    return {
        "label": question.label,
        "hint": question.hint,
        "kind": question.kind,
        "options": "\n".join(each["label"] for each in question.options),
        "is_required": question.is_required,
        "rule": question.knock_out.get("rule", ""),
        "rule_value": questions.rule_as_typed(question),
    }


class QuestionSetForm(forms.Form):
    """What a set of questions is called."""

    name = LineField(max_length=80, error_messages={"required": "Enter a name."})


class UseSetsForm(forms.Form):
    """Which sets a job's form asks."""

    sets = forms.ModelMultipleChoiceField(
        label="Question sets",
        queryset=QuestionSet.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="They are asked before the job's own questions.",
        error_messages={"invalid_choice": "Choose sets from the list.", "invalid_pk_value": "Choose from the list."},
    )

    def __init__(self, *args: Any, company: Company, **options: Any) -> None:
        super().__init__(*args, **options)
        set_choices(self, sets=QuestionSet.objects.for_company(company).order_by("name", "id"))
