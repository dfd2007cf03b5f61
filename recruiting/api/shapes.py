"""What serializers of all resources are made of: bodies, queries, names, versions, and the company's own fields."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema_field
from rest_framework import exceptions, serializers

from recruiting.api.fields import Id
from recruiting.api.output import Output
from recruiting.company_fields.models import Field
from recruiting.company_fields.values import FieldValue


class Input(serializers.Serializer[Any]):
    """A body, or a query. A name it does not know is refused, so that no typo is ignored."""

    beside: frozenset[str] = frozenset()
    """Names that somebody else reads."""

    def to_internal_value(self, data: Any) -> Any:
        """Return what was read. Raises ValidationError, with the unknown names beside the fields that are wrong."""
        unknown = {}
        if isinstance(data, Mapping):
            known = {name for name, field in self.fields.items() if not field.read_only} | self.beside
            unknown = {str(name): ["There is no such field."] for name in data if name not in known}
        try:
            value = super().to_internal_value(data)
        except serializers.ValidationError as error:
            refused = error.detail if isinstance(error.detail, dict) else {}
            said = {name: _said_of(self.fields.get(name, self), detail) for name, detail in refused.items()}
            raise serializers.ValidationError({**said, **unknown}) from error
        if unknown:
            raise serializers.ValidationError(unknown)
        return value


_TAKES: Mapping[type[Any], str] = {
    serializers.UUIDField: "Use an id, a UUID as lists and answers show it.",
    serializers.BooleanField: "Use true or false.",
    serializers.DateField: "Use a date such as 2027-01-31.",
    serializers.DateTimeField: "Use an instant such as 2027-01-31T09:30:00Z.",
    serializers.IntegerField: "Use a whole number.",
    serializers.CharField: "Use text.",
    serializers.Serializer: "Use a JSON object.",
}
"""What to use instead of what is none, by the kind of field; the first that fits."""
_SENTENCES: Mapping[str, str] = {
    "required": "Send a value; it cannot be left out.",
    "null": "Send a value; null cannot stand here.",
    "blank": "Write something first.",
    "not_a_list": "Use a JSON list.",
    "empty": "Name at least one.",
}
"""What to do, by the code of the refusal."""


def _said_of(field: Any, detail: Any) -> Any:
    """Return what REST framework says of a field as what to do about it; what has no sentence here stays."""
    if isinstance(detail, Mapping):
        child = getattr(field, "child", None)
        # An object inside has spoken for itself.
        return {place: _said_of(child, inner) for place, inner in detail.items()} if child is not None else detail
    return [exceptions.ErrorDetail(_sentence(field, said), said.code) for said in detail]


def _sentence(field: Any, said: exceptions.ErrorDetail) -> str:
    if said.code == "invalid_choice":
        return f"Use one of {', '.join(map(str, field.choices))}."
    if isinstance(field, serializers.FileField):
        return str(said)
    if said.code == "invalid":
        return next((takes for kind, takes in _TAKES.items() if isinstance(field, kind)), str(said))
    if said.code == "max_length" and getattr(field, "max_length", None):
        what = "characters" if isinstance(field, serializers.CharField) else "entries"
        return f"Use up to {field.max_length:,} {what}."
    return _SENTENCES.get(str(said.code), str(said))


class Reading(Input):
    """The query of one thing, where nothing is filtered."""

    beside = frozenset({"fields"})


class Query(Input):
    """The filters of a list. A name it does not know is refused: a filter with a typo would show everything."""

    beside = frozenset({"cursor", "page_size", "fields"})


class Named(Output[Any]):
    """Something by id and name."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class Version(serializers.IntegerField):
    """How often the object was written; its `ETag` is `"v"` and this, and `If-Match` takes it."""

    def __init__(self, **options: Any) -> None:
        words = 'Raised by every change; `ETag: "v17"` says the same, and writes take it as `If-Match`.'
        super().__init__(min_value=1, help_text=words, **options)


class Written(Output[Any]):
    """What a write answers to a token that may not read what it wrote."""

    id = serializers.UUIDField()
    url = serializers.URLField(help_text="Where it can be read.")


def written(kind: type[serializers.Serializer[Any]]) -> PolymorphicProxySerializer:
    """Describe what a write answers (`ApiView.written`): the whole, or id and address without the scope to read it."""
    name = f"Written{kind.__name__.removesuffix('Serializer')}"
    return PolymorphicProxySerializer(component_name=name, serializers=[kind, Written], resource_type_field_name=None)


# ── The company's own fields ──────────────────────────────────────────────────────────────────────────────────────────
class FieldValueSerializer(Output[FieldValue]):
    """A field that the company keeps about its jobs or people, and what one of them says in it."""

    id = serializers.UUIDField(source="field.id")
    name = serializers.CharField(source="field.name")
    kind = serializers.ChoiceField(source="field.kind", choices=Field.Kind.choices)
    value = serializers.SerializerMethodField("in_json")

    @extend_schema_field(
        {
            "oneOf": [{"type": "string"}, {"type": "boolean"}],
            "nullable": True,
            "description": "A boolean for yes/no, else text: a choice by its label, a date as ISO 8601, a number as "
            "decimal digits. null where nobody said.",
        }
    )
    def in_json(self, one: FieldValue) -> str | bool | None:
        """Return the value as JSON has it."""
        return one.value if one.value is None or isinstance(one.value, bool) else one.words


@extend_schema_field({"oneOf": [{"type": "string", "maxLength": 500}, {"type": "boolean"}], "nullable": True})
class AnswerField(serializers.CharField):
    """A value of a field: true, false or text, null to empty it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_null=True, allow_blank=True, max_length=500, trim_whitespace=False, **options)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Return true and false as they are, anything else as text."""
        if not isinstance(data, bool | str | None) and data is not serializers.empty:
            raise serializers.ValidationError("Use text, true, false or null.", code="not_taken")
        return data if isinstance(data, bool) else super().run_validation(data)


class AnswerInput(Input):
    """What a job or a person says in one of the company's fields."""

    id = Id()
    value = AnswerField()


class Answers(serializers.ListField):
    """Values of the company's own fields."""

    def __init__(self, **options: Any) -> None:
        words = "Those that are missing stay as they are. Values read as they are written: a choice by its label."
        super().__init__(child=AnswerInput(), required=False, max_length=200, help_text=words, **options)
