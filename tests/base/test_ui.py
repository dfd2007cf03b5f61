"""What the tags, the words and the page helpers say, in exact letters."""

import re
import uuid
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django import forms
from django.contrib import messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest, QueryDict
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.urls import reverse

from recruiting.companies.models import Company
from recruiting.foundation import clock, formatting, pagination, staticfiles
from recruiting.web import responses
from recruiting.web.forms import Renderer
from recruiting.web.templatetags import ui

NEW_YORK = ZoneInfo("America/New_York")
BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 21, 19, 32, tzinfo=UTC)  # Sat 21 Nov, 14:32 in New York


def rendered(source: str, **context: Any) -> str:
    return Template(source).render(Context(context))


def asked(rf: RequestFactory, path: str = "/", **headers: str) -> HttpRequest:
    request = rf.get(path, headers=headers)
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]
    return request


# ── Times ────────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (timedelta(seconds=0), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=60), "1 min ago"),
        (timedelta(minutes=59, seconds=59), "59 min ago"),
        (timedelta(hours=3), "3 h ago"),
        (timedelta(hours=23, minutes=59), "23 h ago"),
        (timedelta(hours=24), "yesterday, 14:32"),
        (timedelta(days=4), "Tue, 14:32"),
        (timedelta(days=7), "14 Nov, 14:32"),
        (timedelta(days=400), "17 Oct 2025, 15:32"),
        (timedelta(minutes=-5), "21 Nov, 14:37"),
    ],
)
def test_past_times_read_as_people_say_them(passed: timedelta, words: str) -> None:
    assert formatting.ago(NOW - passed, now=NOW, zone=NEW_YORK) == words


def test_a_full_moment_names_its_zone() -> None:
    assert formatting.full_moment(NOW, zone=NEW_YORK) == "Sat 21 Nov 2026, 14:32 (New York time)"
    assert formatting.full_moment(NOW, zone=UTC) == "Sat 21 Nov 2026, 19:32 (UTC)"


def test_days_in_a_stage_are_local_days() -> None:
    assert formatting.days_in(date(2026, 11, 21), today=date(2026, 11, 21)) == "today"
    assert formatting.days_in(date(2026, 11, 20), today=date(2026, 11, 21)) == "1 day"
    assert formatting.days_in(date(2026, 11, 9), today=date(2026, 11, 21)) == "12 days"


def test_a_deadline_names_the_last_day_and_the_companys_zone() -> None:
    day = date(2026, 11, 28)

    words = formatting.deadline(
        expires_on=day, expires_at=clock.start_of_day(day, NEW_YORK), zone=NEW_YORK, reader_zone=NEW_YORK, now=NOW
    )

    assert str(words) == ("Expires at midnight as Sat 28 Nov begins; last day to answer is Fri 27 Nov (New York time).")
    assert (words.is_urgent, words.is_past) == (False, False)


def test_a_deadline_is_also_said_in_the_readers_own_time() -> None:
    day = date(2026, 11, 28)

    words = formatting.deadline(
        expires_on=day, expires_at=clock.start_of_day(day, NEW_YORK), zone=NEW_YORK, reader_zone=BERLIN, now=NOW
    )

    assert words.your_time == "That is Sat 28 Nov, 06:00 your time."


@pytest.mark.parametrize(
    ("before", "left"),
    [
        (timedelta(hours=23, minutes=59), "23 hours left."),
        (timedelta(hours=1), "1 hour left."),
        (timedelta(minutes=45), "45 minutes left."),
        (timedelta(seconds=10), "1 minute left."),
    ],
)
def test_under_a_day_a_deadline_is_urgent(before: timedelta, left: str) -> None:
    day = date(2026, 11, 28)
    at = clock.start_of_day(day, NEW_YORK)

    words = formatting.deadline(expires_on=day, expires_at=at, zone=NEW_YORK, reader_zone=NEW_YORK, now=at - before)

    assert (words.left, words.is_urgent) == (left, True)


def test_at_its_instant_a_deadline_is_past() -> None:
    day = date(2026, 11, 28)
    at = clock.start_of_day(day, NEW_YORK)

    words = formatting.deadline(expires_on=day, expires_at=at, zone=NEW_YORK, reader_zone=BERLIN, now=at)

    assert str(words) == "Expired at midnight as Sat 28 Nov began."


def test_a_skipped_midnight_is_explained() -> None:
    zone = ZoneInfo("America/Asuncion")  # 6 Oct 2024: the clocks went from 00:00 to 01:00
    day = date(2024, 10, 6)

    words = formatting.deadline(
        expires_on=day,
        expires_at=clock.start_of_day(day, zone),
        zone=zone,
        reader_zone=zone,
        now=datetime(2024, 10, 1, tzinfo=UTC),
    )

    assert words.sentence == (
        "Expires at 01:00 as Sun 6 Oct begins (clocks skip midnight that night); "
        "last day to answer is Sat 5 Oct (Asuncion time)."
    )


def test_a_deadline_moved_by_the_vendor_is_an_exact_instant() -> None:
    at = datetime(2026, 11, 28, 19, 30, tzinfo=UTC)

    words = formatting.deadline(expires_on=None, expires_at=at, zone=NEW_YORK, reader_zone=NEW_YORK, now=NOW)

    assert words.sentence == "Expires Sat 28 Nov, 14:30 (New York time)."


# ── Numbers and names ────────────────────────────────────────────────────────────────────────────────────────────────
def test_numbers() -> None:
    assert formatting.number(1204) == "1,204"
    assert formatting.number(12_000) == "12,000"
    assert [formatting.number(value, limit=1_000) for value in (999, 1_000, 1_001)] == ["999", "1,000+", "1,000+"]
    assert formatting.plural(0, "candidate", "candidates", zero="No candidates") == "No candidates"
    assert formatting.plural(1, "candidate", "candidates") == "1 candidate"
    assert formatting.plural(2, "candidate", "candidates") == "2 candidates"
    assert [formatting.size(value) for value in (1, 999, 240_000, 999_499, 999_500, 1_200_000)] == [
        "1 byte", "999 bytes", "240 kB", "999 kB", "1.0 MB", "1.2 MB",
    ]  # fmt: skip


def test_lists_of_names() -> None:
    names = ["Ada", "Kim", "Sam", "Lee", "Dana", "Max", "Zoe"]

    assert formatting.join_names([]) == ""
    assert formatting.join_names(names[:1]) == "Ada"
    assert formatting.join_names(names[:2]) == "Ada and Kim"
    assert formatting.join_names(names[:3], last="or") == "Ada, Kim or Sam"
    assert formatting.join_names(names) == "Ada, Kim, Sam and 4 others"


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ada Lovelace", "AL"),
        ("Ada King Lovelace", "AL"),
        ("Madonna", "Ma"),
        ("王小明", "王"),
        ("Е\u0301лена Петрова", "Е\u0301П"),
        ("  ", ""),
        ("---", ""),
    ],
)
def test_initials(name: str, letters: str) -> None:
    assert formatting.initials(name) == letters


# ── Tags ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_an_icon_is_hidden_unless_it_has_a_name() -> None:
    assert 'aria-hidden="true"' in rendered('{% icon "send" %}')
    named = rendered('{% icon "lock" size=20 label=label %}', label="Only <you>")
    assert 'role="img" aria-label="Only &lt;you&gt;"' in named
    assert "tl-icon-20" in named and "aria-hidden" not in named


def test_an_icons_name_is_no_path() -> None:
    with pytest.raises(ValueError, match="Not an icon's name"):
        ui.draw_icon("../../settings")


def test_every_status_has_an_icon_and_a_tone() -> None:
    assert {icon for icon, _ in ui.STATUSES.values()} <= {path.stem for path in ui.ICON_FOLDER.glob("*.svg")}
    assert {tone for _, tone in ui.STATUSES.values()} <= ui.TONES


def test_a_status_is_icon_word_and_tone() -> None:
    markup = rendered('{% status "Requested" prefix="Video:" %}')

    assert markup.startswith('<span class="badge tl-badge tl-badge--info"><svg')
    assert markup.endswith("</svg>Video: Requested</span>")


def test_a_badge_escapes_its_word_and_refuses_an_unknown_tone() -> None:
    assert "&lt;b&gt;" in rendered('{% badge "info" word %}', word="<b>")
    with pytest.raises(ValueError, match="Not a tone"):
        rendered('{% badge "pink" "No" %}')


def test_a_member_has_one_hue_and_a_candidate_none() -> None:
    user = SimpleNamespace(pk=uuid.UUID(int=11), name="Kim Ito", is_active=False)
    membership = SimpleNamespace(pk=uuid.UUID(int=2), user=user)
    candidate = SimpleNamespace(pk=uuid.UUID(int=11), full_name="Ada Lovelace")

    assert 'class="tl-avatar tl-avatar--32 tl-avatar-4 tl-avatar--deactivated"' in rendered("{% avatar p %}", p=user)
    assert rendered("{% avatar p %}", p=membership) == rendered("{% avatar p %}", p=user)
    assert rendered('{% avatar p kind="candidate" %}', p=candidate) == (
        '<span class="tl-avatar tl-avatar--32" aria-hidden="true">AL</span>'
    )


@time_machine.travel(NOW, tick=False)
def test_a_moment_carries_its_full_form() -> None:
    assert rendered("{% moment at %}", at=NOW - timedelta(minutes=5)) == (
        '<time datetime="2026-11-21T19:27:00+00:00" title="Sat 21 Nov 2026, 19:27 (UTC)">'
        '<span aria-hidden="true" data-ago>5 min ago</span>'
        '<span class="visually-hidden">Sat 21 Nov 2026, 19:27 (UTC)</span></time>'
    )
    assert rendered("{% moment at %}", at=None) == ""


# ── Forms ────────────────────────────────────────────────────────────────────────────────────────────────────────────
class ExampleForm(forms.Form):
    title = forms.CharField(help_text="Short.")
    email = forms.EmailField()
    phone = forms.CharField(required=False)
    kind = forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect)
    on = forms.BooleanField(required=False, widget=forms.CheckboxInput(attrs={"role": "switch", "class": "mine"}))


def test_widgets_get_tablers_classes() -> None:
    form = ExampleForm()

    assert 'class="form-control"' in str(form["title"])
    assert 'class="form-check-input"' in str(form["kind"])
    assert 'class="mine form-check-input"' in str(form["on"])
    assert "(optional)" in form["phone"].as_field_group()
    assert "(optional)" not in form["on"].as_field_group()
    assert "form-switch" in form["on"].as_field_group()


def test_hint_and_error_are_joined_to_the_control() -> None:
    group = ExampleForm({"email": "ada"})["title"].as_field_group()

    assert 'aria-invalid="true"' in group
    assert 'aria-describedby="id_title_helptext id_title_error"' in group
    assert 'id="id_title_helptext">Short.<' in group
    assert 'id="id_title_error"' in group and "This field is required." in group


def test_from_two_errors_on_a_summary_stands_above_the_form() -> None:
    two = str(ExampleForm({"title": "x", "email": "no", "kind": ""}))
    one = str(ExampleForm({"title": "x", "email": "no", "kind": "a"}))

    assert "Two things need your attention" in two
    assert 'href="#id_email"' in two and 'href="#id_kind"' in two and 'id="id_kind"' in two
    assert "data-error-summary" not in one


def test_a_message_that_names_its_field_is_not_told_the_name_again() -> None:
    form = ExampleForm({"title": "x", "email": "ada@acme.example", "kind": "a"})
    form.add_error("title", "Title: too short.")
    form.add_error("email", "Too long.")

    assert [item["text"] for item in ui.error_summary(form).items] == ["Title: too short.", "Email: Too long."]


# ── Messages ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_saved_answers_303_with_a_message_that_can_be_undone(rf: RequestFactory) -> None:
    request = asked(rf)

    answer = responses.saved(request, "Moved.", "/jobs/", undo_url="/undo/1/", focus="card")

    assert (answer.status_code, answer["Location"]) == (303, "/jobs/")
    assert ui.page_messages(Context({"request": request})) == [
        {"text": "Moved.", "tone": "success", "undo": "/undo/1/", "focus": "card", "icon": "circle-check"}
    ]


def test_saved_in_a_dialog_leaves_going_there_to_the_page(rf: RequestFactory) -> None:
    answer = responses.saved(asked(rf, **{"X-Requested-With": "dialog"}), "Saved.", "/jobs/")

    assert (answer.status_code, answer["X-Location"]) == (204, "/jobs/")


@pytest.mark.parametrize(
    "headers",
    [{"X-Requested-With": "dialog"}, {"X-Requested-With": "board"}, {"HX-Request": "true", "HX-Target": "status"}],
)
def test_a_partial_answer_does_not_use_up_messages(rf: RequestFactory, headers: dict[str, str]) -> None:
    request = asked(rf, **headers)
    messages.success(request, "Saved.")

    assert ui.page_messages(Context({"request": request})) == []
    assert [str(message) for message in messages.get_messages(request)] == ["Saved."]


def test_failures_are_dangerous_and_stay(rf: RequestFactory) -> None:
    request = asked(rf, **{"HX-Request": "true", "HX-Target": "content"})
    messages.error(request, "Not sent.")

    assert ui.page_messages(Context({"request": request}))[0]["tone"] == "danger"


# ── Lists ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def _page(cursor: str, **options: Any) -> pagination.KeysetPage[Company]:
    return pagination.Keyset(Company.objects.all(), ("-name", "id"), cursor, 2, **options).page()


@pytest.mark.django_db
def test_keyset_pages_go_forth_and_back_without_gaps() -> None:
    for name in "abcde":
        Company.objects.create(name=name)

    first = _page("")
    second = _page(first.next_cursor)
    third = _page(second.next_cursor)
    back = _page(third.previous_cursor)

    assert [[row.name for row in page.rows] for page in (first, second, third, back)] == [
        ["e", "d"], ["c", "b"], ["a"], ["c", "b"],
    ]  # fmt: skip
    assert (first.previous_cursor, third.next_cursor) == ("", "")
    assert _page(back.previous_cursor).previous_cursor == ""
    assert [row.name for row in _page(back.previous_cursor).rows] == ["e", "d"]


@pytest.mark.django_db
def test_equal_values_are_told_apart_by_the_last_field() -> None:
    for _ in range(5):
        Company.objects.create(name="same")

    seen: list[Any] = []
    page = _page("")
    seen += page.rows
    while page.next_cursor:
        page = _page(page.next_cursor)
        seen += page.rows

    assert len(seen) == len({row.pk for row in seen}) == 5


@pytest.mark.django_db
@pytest.mark.parametrize("cursor", ["x", "!!!", "W10", "WyI-IixbXSxudWxsXQ", "WyI-IiwiYSIsIm5vdC1hbi1pZCJd", "é"])
def test_a_broken_cursor_means_the_first_page(cursor: str) -> None:
    Company.objects.create(name="a")

    assert [row.name for row in _page(cursor).rows] == ["a"]


@pytest.mark.django_db
def test_filters_stay_in_the_links_and_the_total_is_said() -> None:
    for name in "abc":
        Company.objects.create(name=name)

    page = _page("", query=QueryDict("q=a&q=b&cursor=old"), total=3, noun="company", nouns="companies")

    assert page.next_query.startswith("q=a&q=b&cursor=")
    assert page.summary == "2 of 3 companies"


@pytest.mark.django_db
def test_counting_stops_at_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in "abc":
        Company.objects.create(name=name)

    assert pagination.bounded_count(Company.objects.all()) == 3
    monkeypatch.setattr(pagination, "COUNT_TO", 2)
    assert pagination.bounded_count(Company.objects.all()) == 2


@pytest.mark.django_db
def test_several_are_counted_in_one_query(django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pagination, "COUNT_TO", 2)
    for name in "abc":
        Company.objects.create(name=name)
    asked = {
        "all": Company.objects.order_by("name"),
        "none": Company.objects.none(),
        "b": Company.objects.filter(name="b"),
    }

    with django_assert_num_queries(1):
        assert pagination.bounded_counts(asked) == {"all": 2, "none": 0, "b": 1}
    assert pagination.bounded_counts({"none": Company.objects.none()}) == {"none": 0}


def test_a_select_draws_what_django_would() -> None:
    class Asking(forms.Form):
        size = forms.ChoiceField(choices=[("", "Any"), ("Small & old", [("<1>", "One's"), (2, "Two")])])

    drawn = Asking({"size": "2"})["size"]

    def read(markup: str) -> list[str]:
        return re.findall(r"<[^>]+>|[^<>\s][^<>]*", markup)

    as_django = read(drawn.field.widget.render("size", "2", renderer=DjangoTemplates()))
    assert read(drawn.field.widget.render("size", "2", renderer=Renderer())) == as_django
    assert '<option value="2" selected>' in as_django


def test_polling_slows_down() -> None:
    assert responses.poll_seconds(NOW, now=NOW + timedelta(seconds=119)) == 3
    assert responses.poll_seconds(NOW, now=NOW + timedelta(seconds=120)) == 30


# ── Words and heads of tables ────────────────────────────────────────────────────────────────────────────────────────
def test_a_sentence_stands_on_many_lines_and_is_one() -> None:
    source = "{% sentence as lead %}\n  It says\n  {{ what }},\n  once.\n{% endsentence %}<p>{{ lead }}</p>"

    assert rendered(source, what="<b>") == "<p>It says &lt;b&gt;, once.</p>"


def test_the_head_of_a_table_names_its_columns() -> None:
    assert rendered('{% table_head "Name" what %}', what="<b>") == (
        '<thead><tr><th scope="col">Name</th><th scope="col">&lt;b&gt;</th></tr></thead>'
    )
    unseen = '<th scope="col"><span class="visually-hidden">Actions</span></th>'
    assert rendered('{% table_head "Name" actions=True %}') == (
        f'<thead><tr><th scope="col">Name</th>{unseen}</tr></thead>'
    )


# ── Frame ────────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.django_db
def test_the_style_guide_renders_every_component(client: Client) -> None:
    answer = client.get(reverse("styleguide:index"))

    assert answer.status_code == 200
    page = answer.content.decode()
    assert page.count("<h1") == 1
    assert 'id="content"' in page and 'href="#content"' in page


@pytest.mark.django_db
def test_a_window_is_a_page_and_a_dialog(client: Client) -> None:
    page = client.get(reverse("styleguide:window")).content.decode()
    dialog = client.get(reverse("styleguide:window"), headers={"X-Requested-With": "dialog"}).content.decode()

    assert "<html" in page and '<h1 id="dialog-title"' in page
    assert "<html" not in dialog and '<h2 id="dialog-title"' in dialog


@pytest.mark.django_db
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_theme_is_drawn_by_the_server(client: Client, theme: str) -> None:
    client.cookies["theme"] = theme

    assert f'data-theme="{theme}" data-bs-theme="{theme}"' in client.get(reverse("account_login")).content.decode()


@pytest.mark.django_db
def test_an_unknown_theme_follows_the_device(client: Client) -> None:
    client.cookies["theme"] = '"><script>'

    page = client.get(reverse("account_login")).content.decode()
    assert 'data-theme="system"' in page and "data-bs-theme" not in page


@pytest.mark.django_db
@pytest.mark.parametrize("status", [403, 404, 409, 429, 500, 503])
def test_error_pages_say_their_number_and_have_one_heading(client: Client, status: int) -> None:
    answer = client.get(reverse("styleguide:error", args=[status]))

    page = answer.content.decode()
    assert answer.status_code == status
    assert f"<title>{status}: " in page
    assert page.count("<h1") == 1


# ── Libraries ────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_only_listed_libraries_are_served_without_source_maps() -> None:
    finder = staticfiles.NodeModulesFinder()

    assert {name for name, _ in finder.list([])} == set(staticfiles.FILES)
    assert finder.find("vendor/tabler.css.map") == []
    assert finder.find("../package.json") == []
    for name, storage in finder.list([]):
        with storage.open(name) as file:
            assert b"sourceMappingURL" not in file.read()
