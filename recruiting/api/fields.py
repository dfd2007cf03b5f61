"""What bodies and queries hold, no more lenient than the schema: REST framework takes 7 for a text and for an id."""

from typing import Any

from rest_framework import serializers
from rest_framework.fields import empty


class Text(serializers.CharField):
    """Text, whose length is counted as it was sent: with the spaces around it that are taken off."""

    def run_validation(self, data: Any = empty) -> Any:
        """Return the text. Raises ValidationError."""
        if not isinstance(data, str | None) and data is not empty:
            self.fail("invalid")
        if isinstance(data, str) and self.max_length is not None and len(data) > self.max_length:
            self.fail("max_length", max_length=self.max_length)
        return super().run_validation(data)


class Id(serializers.UUIDField):
    """The id of something, in letters of either case."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the id. Raises ValidationError."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class YesNo(serializers.BooleanField):
    """True or false, by no other words."""

    def to_internal_value(self, data: Any) -> Any:
        """Return it. Raises ValidationError."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Whole(serializers.IntegerField):
    """A whole number, not its digits as text."""

    def to_internal_value(self, data: Any) -> Any:
        """Return it. Raises ValidationError."""
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        return super().to_internal_value(data)
