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


@dataclass(frozen=True)
class TagFact:
    """A tag by its name."""

    candidate: str
    tag: str


@dataclass(frozen=True)
class OwnerFact:
    """Who looks after the person from now on, "" for nobody."""

    candidate: str
    owner: str


@register
class DetailsChanged(EntryType):
    """Somebody changed name, email or phone."""

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


@register
class TagAdded(EntryType):
    """A tag was put on the person."""

    verb = "candidates.tag_added"
    icon = "tag"
    Payload = TagFact

    def sentence(self, payload: TagFact, *, actor: str) -> str:
        """Say who added which tag."""
        return f"{actor} added the tag {payload.tag}."


@register
class TagRemoved(EntryType):
    """A tag was taken off the person."""

    verb = "candidates.tag_removed"
    icon = "tag"
    Payload = TagFact

    def sentence(self, payload: TagFact, *, actor: str) -> str:
        """Say who removed which tag."""
        return f"{actor} removed the tag {payload.tag}."


@register
class OwnerChanged(EntryType):
    """Somebody else looks after the person."""

    verb = "candidates.owner_changed"
    icon = "user-share"
    Payload = OwnerFact

    def sentence(self, payload: OwnerFact, *, actor: str) -> str:
        """Say who made whom the owner."""
        return f"{actor} made {payload.owner} the owner." if payload.owner else f"{actor} took the owner away."
