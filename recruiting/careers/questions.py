"""What an application form asks: questions of a job and of sets, how answers are read, and what they must be.

A question is asked under its number, `question_<number>`, on forms and in the job-board API alike. What is read is
frozen into the submission, words and all: questions may change, what somebody was asked does not.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from recruiting.careers.models import Posting, PostingQuestionSet, Question, QuestionSet
from recruiting.companies.access import require_administrator
from recruiting.companies.models import Membership
from recruiting.foundation import limits, text
from recruiting.foundation.constraints import translate_integrity_errors
from recruiting.foundation.errors import InvalidInput, NotFound
from recruiting.foundation.permissions import Action
from recruiting.jobs import places
from recruiting.jobs.services import lock

Kind = Question.Kind
MOST_QUESTIONS = 50
MOST_OPTIONS = 50
LONGEST = {Kind.SHORT: 500, Kind.LONG: 10_000, Kind.NUMBER: 40, Kind.DATE: 10}
CHOICES = (Kind.ONE, Kind.MANY)
RULES = {
    Kind.YES_NO: {"is": "must be"},
    Kind.ONE: {"one_of": "must be one of"},
    Kind.NUMBER: {"at_least": "must be at least", "at_most": "must be at most"},
}
"""By kind: what a knock-out may ask of an answer, and how that reads."""
_NUMBER = re.compile(r"-?\d{1,15}(?:[.,]\d{1,4})?\Z", re.ASCII)
WORDS = {True: "Yes", False: "No"}


@dataclass(frozen=True)
class QuestionDetails:
    """What somebody types about a question."""

    kind: str
    label: str
    hint: str = ""
    is_required: bool = True
    options: tuple[str, ...] = ()
    """Labels of a choice, in order."""
    rule: str = ""
    """A key of `RULES`; "" for no knock-out."""
    rule_value: str = ""
    """What the answer must be: "yes" or "no", the labels of choices a line each, or a number."""


@dataclass(frozen=True)
class Answers:
    """What was read from a form: answers as they are kept, and sentences by question number."""

    kept: Sequence[Mapping[str, Any]]
    errors: Mapping[int, str]
    is_knocked_out: bool


def of_posting(posting: Posting) -> list[Question]:
    """Return what a job's form asks, in order: the sets it uses, then its own."""
    if posting.pk is None or posting._state.adding:
        return []
    sets = PostingQuestionSet.objects.filter(posting=posting).order_by("id").values_list("question_set", flat=True)
    order = {pk: place for place, pk in enumerate(sets)}
    of_sets = Question.objects.filter(question_set__in=order).order_by("position", "id")
    own = Question.objects.filter(posting=posting).order_by("position", "id")
    return [*sorted(of_sets, key=lambda each: order[each.question_set_id or each.pk]), *own] if order else list(own)


# ── Answers ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def read(asked: Iterable[Question], given: Mapping[str, Sequence[str]], *, files: Collection[int] = ()) -> Answers:
    """Read what somebody answered.

    Args:
        asked: the questions, in order.
        given: what was sent, by `question_<number>`, all values of each name.
        files: the numbers of questions that were answered with a file.
    """
    kept: list[Mapping[str, Any]] = []
    errors: dict[int, str] = {}
    for question in asked:
        values = [each for each in given.get(input_name(question), ()) if text.one_line(each)]
        try:
            value, words = _read(question, values, is_file=question.number in files)
        except InvalidInput as error:
            errors[question.number] = error.message
            continue
        if value is None and question.is_required:
            errors[question.number] = _("Answer this question: %(question)s") % {"question": question.label}
            continue
        fails = bool(question.knock_out) and not meets(question, value)
        kept.append(
            {
                "number": question.number,
                "kind": question.kind,
                "label": question.label,
                "value": value,
                "words": words,
                "fails": fails,
            }
        )
    return Answers(kept, errors, any(each["fails"] for each in kept))


def input_name(question: Question) -> str:
    """Return the name under which a question is asked."""
    return f"question_{question.number}"


def meets(question: Question, value: Any) -> bool:
    """Return whether an answer is what a knock-out asks for; no answer is not."""
    rule, wanted = question.knock_out["rule"], question.knock_out["value"]
    if value is None:
        return False
    if rule == "is":
        return bool(value) is wanted
    if rule == "one_of":
        return value in wanted
    return Decimal(value) >= Decimal(wanted) if rule == "at_least" else Decimal(value) <= Decimal(wanted)


def rule_in_words(question: Question) -> str:
    """Return what an answer must be: "must be at least 3"; "" without a knock-out."""
    if not question.knock_out:
        return ""
    wanted = question.knock_out["value"]
    if question.kind == Kind.YES_NO:
        wanted = WORDS[wanted]
    elif question.kind == Kind.ONE:
        wanted = ", ".join(each["label"] for each in question.options if each["number"] in wanted)
    return f"{RULES[Kind(question.kind)][question.knock_out['rule']]} {wanted}"


def rule_as_typed(question: Question) -> str:
    """Return what a knock-out asks of an answer, as `QuestionDetails.rule_value` takes it; "" without one."""
    if not question.knock_out:
        return ""
    wanted = question.knock_out["value"]
    if question.kind == Kind.YES_NO:
        return "yes" if wanted else "no"
    if question.kind == Kind.ONE:
        return "\n".join(each["label"] for each in question.options if each["number"] in wanted)
    return str(wanted)


def _read(question: Question, values: Sequence[str], *, is_file: bool) -> tuple[Any, str]:
    """Return an answer and how it reads; None and "" for none. Raises InvalidInput for what is no answer."""
    if question.kind == Kind.FILE:
        return (True, "") if is_file else (None, "")
    if not values:
        return None, ""
    if question.kind in CHOICES:
        return _read_choice(question, values)
    typed = values[-1]
    if question.kind == Kind.YES_NO:
        answer = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}.get(typed.lower())
        if answer is None:
            raise InvalidInput(_("Choose yes or no."))
        return answer, WORDS[answer]
    cleaned = text.multi_line(typed) if question.kind == Kind.LONG else text.one_line(typed)
    most = LONGEST[Kind(question.kind)]
    if len(cleaned) > most:
        raise InvalidInput(_("Use %(most)s characters at most.") % {"most": most})
    if question.kind == Kind.NUMBER:
        return _read_number(cleaned)
    if question.kind == Kind.DATE:
        return _read_date(cleaned)
    return cleaned, cleaned


def _read_number(typed: str) -> tuple[str, str]:
    if not _NUMBER.match(typed):
        raise InvalidInput(_("Enter a number in digits."))
    number = str(Decimal(typed.replace(",", ".")))
    return number, number


def _read_date(typed: str) -> tuple[str, str]:
    try:
        day = date.fromisoformat(typed)
        if day.isoformat() != typed:  # it reads weeks as well
            raise ValueError
    except ValueError as error:
        raise InvalidInput(_("Enter a date.")) from error
    return typed, typed


def _read_choice(question: Question, values: Sequence[str]) -> tuple[Any, str]:
    labels = {str(each["number"]): each for each in question.options}
    by_label = {text.compare_key(each["label"]): each for each in question.options}
    chosen = [labels.get(text.one_line(each)) or by_label.get(text.compare_key(each)) for each in values]
    if any(each is None for each in chosen) or (question.kind == Kind.ONE and len(chosen) > 1):
        raise InvalidInput(_("Choose from the list; it changed since this page was opened."))
    numbers = list(dict.fromkeys(each["number"] for each in chosen if each))
    words = ", ".join(dict.fromkeys(each["label"] for each in chosen if each))
    return (numbers[0] if question.kind == Kind.ONE else numbers), words


# ── Editing ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def of_set(question_set: QuestionSet) -> "QuerySet[Question]":
    """Return the questions of a set in order."""
    return Question.objects.filter(question_set=question_set).order_by("position", "id")


def save_set(*, name: str, by: Membership, question_set: QuestionSet | None = None) -> QuestionSet:
    """Add a set of questions, or rename one. Raises NotAllowed for anyone but an Administrator, InvalidInput."""
    require_administrator(by)
    name = text.one_line(name)
    if not name:
        raise InvalidInput(fields={"name": "Enter a name."})
    limits.require_fits(QuestionSet, {"name": name})
    taken = InvalidInput(fields={"name": f"There is a set called {name} already."})
    with transaction.atomic(), translate_integrity_errors({"questionset_name_unique": taken}):
        if question_set is None:
            return QuestionSet.objects.create(company=by.company, name=name)
        locked = QuestionSet.objects.locked(question_set, by)
        locked.change(name=name)
    return locked


def delete_set(*, question_set: QuestionSet, by: Membership) -> None:
    """Delete a set with its questions; what was answered stays answered."""
    require_administrator(by)
    with transaction.atomic():
        QuestionSet.objects.locked(question_set, by).delete()


def use_sets(*, posting: Posting, sets: Sequence[QuestionSet], by: Membership) -> None:
    """Say which sets a job's form asks, in this order.

    Raises:
        NotFound: when the actor may not see the job, or for another company's set.
        NotAllowed: when they may not edit it.
    """
    if any(each.company_id != by.company_id for each in sets):
        raise NotFound("There is no such set of questions in your company.")
    with transaction.atomic():
        lock(posting.job, by, Action.EDIT_JOB)
        PostingQuestionSet.objects.filter(posting=posting).delete()
        PostingQuestionSet.objects.bulk_create(
            PostingQuestionSet(company=by.company, posting=posting, question_set=each) for each in sets
        )
        posting.write()


def save_question(
    *, place: Posting | QuestionSet, details: QuestionDetails, by: Membership, question: Question | None = None
) -> Question:
    """Add a question to a job or a set, or change one of it; options keep their numbers by their labels.

    Raises:
        NotFound, NotAllowed: when the actor may not change the job, or is no Administrator for a set.
        InvalidInput: for what cannot be accepted.
    """
    details, options = _cleaned(details)
    with transaction.atomic():
        rows = _lock_place(place, by)
        if question is None:
            if rows.count() >= MOST_QUESTIONS:
                raise InvalidInput(f"A form asks at most {MOST_QUESTIONS} questions.")
            last = rows.aggregate(last=Max("position"))["last"]
            where = {"posting": place} if isinstance(place, Posting) else {"question_set": place}
            question = Question(
                company=by.company,
                number=places.draw_number(),
                position=(last or 0) + 1,
                **where,
            )
        else:
            found = rows.filter(pk=question.pk).first()
            if found is None:
                raise NotFound("There is no such question.")
            question = found
        known = {text.compare_key(each["label"]): each["number"] for each in question.options}
        question.kind, question.label, question.hint = details.kind, details.label, details.hint
        question.is_required = details.is_required
        question.options = [
            {"number": known.get(text.compare_key(label)) or places.draw_number(), "label": label} for label in options
        ]
        question.knock_out = _knock_out(details, question.options)
        question.save()
        if isinstance(place, Posting):
            place.write()
    return question


def delete_question(*, question: Question, by: Membership) -> None:
    """Delete a question; what was answered stays answered."""
    place = question.posting or question.question_set
    assert place is not None  # a constraint's
    with transaction.atomic():
        _lock_place(place, by).filter(pk=question.pk).delete()


def move_question(*, question: Question, up: bool, by: Membership) -> None:
    """Move a question up or down by one place among those of its job or set."""
    place = question.posting or question.question_set
    assert place is not None  # a constraint's
    with transaction.atomic():
        rows = list(_lock_place(place, by))
        at = next((at for at, each in enumerate(rows) if each.pk == question.pk), None)
        to = None if at is None else at - 1 if up else at + 1
        if at is None or to is None or not 0 <= to < len(rows):
            return
        rows.insert(to, rows.pop(at))
        for position, each in enumerate(rows):
            each.change(position=position)


def _lock_place(place: Posting | QuestionSet, by: Membership) -> "QuerySet[Question]":
    if isinstance(place, Posting):
        lock(place.job, by, Action.EDIT_JOB)
        return Question.objects.filter(posting=place).order_by("position", "id")
    require_administrator(by)
    return of_set(QuestionSet.objects.locked(place, by, called="set of questions"))


def _cleaned(details: QuestionDetails) -> tuple[QuestionDetails, list[str]]:
    label, hint = text.one_line(details.label), text.one_line(details.hint)
    if details.kind not in Kind.values:
        raise InvalidInput(fields={"kind": "Choose what the answer is."})
    if not label:
        raise InvalidInput(fields={"label": "Enter a question."})
    limits.require_fits(Question, {"label": label, "hint": hint})
    options: dict[str, str] = {}
    for each in details.options:
        if line := text.one_line(each):
            options.setdefault(text.compare_key(line), line)
    is_choice = details.kind in CHOICES
    if is_choice and len(options) < 2:
        raise InvalidInput(fields={"options": "Enter at least two choices, one per line."})
    if len(options) > MOST_OPTIONS or any(len(each) > 200 for each in options.values()):
        raise InvalidInput(fields={"options": f"Use at most {MOST_OPTIONS} choices of at most 200 characters."})
    cleaned = QuestionDetails(
        kind=details.kind,
        label=label,
        hint=hint,
        is_required=details.is_required,
        rule=details.rule,
        rule_value=details.rule_value,
    )
    return cleaned, list(options.values()) if is_choice else []


def _knock_out(details: QuestionDetails, options: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    if not details.rule:
        return {}
    kind = Kind(details.kind)
    if details.rule not in RULES.get(kind, {}):
        raise InvalidInput(fields={"rule": "This kind of question cannot be a knock-out in this way."})
    if kind == Kind.NUMBER:
        try:
            number, _words = _read_number(text.one_line(details.rule_value))
        except InvalidInput as error:
            raise InvalidInput(fields={"rule_value": error.message}) from error
        return {"rule": details.rule, "value": number}
    if kind == Kind.YES_NO:
        if details.rule_value not in ("yes", "no"):
            raise InvalidInput(fields={"rule_value": "Choose yes or no."})
        return {"rule": details.rule, "value": details.rule_value == "yes"}
    wanted = {text.compare_key(each) for each in details.rule_value.splitlines() if text.one_line(each)}
    numbers = [each["number"] for each in options if text.compare_key(each["label"]) in wanted]
    if not numbers or len(numbers) != len(wanted):
        raise InvalidInput(fields={"rule_value": "Enter choices of this question, one per line."})
    return {"rule": details.rule, "value": numbers}
