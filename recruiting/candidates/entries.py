"""What the newsfeed says about a person's record."""

from dataclasses import dataclass

from newsfeed.entries import EntryType, register


@dataclass(frozen=True)
class DetailsFact:
    """Which details changed, in words."""

    candidate: str
    fields: str


@dataclass(frozen=True)
class FileFact:
    """A file by its name."""

    candidate: str
    file: str


@register
class DetailsChanged(EntryType):
    """Somebody changed name, e-mail or phone."""

    verb = "candidates.details_changed"
    icon = "edit"
    Payload = DetailsFact

    def sentence(self, payload: DetailsFact, *, actor: str) -> str:
        """Say who changed what."""
        return f"{actor} changed {payload.fields}."


@register
class FileAdded(EntryType):
    """A file was added."""

    verb = "candidates.file_added"
    icon = "paperclip"
    group = "files"
    Payload = FileFact

    def sentence(self, payload: FileFact, *, actor: str) -> str:
        """Say who added which file."""
        return f"{actor} added {payload.file}."


@register
class FileRemoved(EntryType):
    """A file was removed."""

    verb = "candidates.file_removed"
    icon = "trash"
    group = "files"
    Payload = FileFact

    def sentence(self, payload: FileFact, *, actor: str) -> str:
        """Say who removed which file."""
        return f"{actor} removed {payload.file}."
