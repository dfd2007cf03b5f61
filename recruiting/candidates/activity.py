"""What the newsfeed says about a person's record."""

from dataclasses import dataclass

from newsfeed.activity import activity
from newsfeed.facts import fact

CREATED = fact("candidate.created", "A candidate was created")
CHANGED = fact("candidate.changed", "A candidate's details, tags or owner changed")
FILE_CAME = fact("file.added", "A file was added", subject="file")


@dataclass(frozen=True)
class DetailsPayload:
    """Which details changed, in words."""

    candidate: str
    fields: str


@dataclass(frozen=True)
class FilePayload:
    """A file by its name."""

    candidate: str
    file: str


@dataclass(frozen=True)
class TagPayload:
    """A tag by its name, or several with commas between."""

    candidate: str
    tag: str
    count: int = 1


@dataclass(frozen=True)
class OwnerPayload:
    """Who looks after the person from now on, "" for nobody."""

    candidate: str
    owner: str


DETAILS_CHANGED = activity(
    "candidates.details_changed", DetailsPayload, icon="edit", sentence="{actor} changed {fields}.", fact=CHANGED
)
FILE_ADDED = activity(
    "candidates.file_added",
    FilePayload,
    icon="paperclip",
    group="files",
    sentence="{actor} added {file}.",
    fact=FILE_CAME,
)
FILE_REMOVED = activity(
    "candidates.file_removed", FilePayload, icon="trash", group="files", sentence="{actor} removed {file}."
)
TAG_ADDED = activity(
    "candidates.tag_added",
    TagPayload,
    icon="tag",
    sentence=lambda payload, actor: f"{actor} added the {'tag' if payload.count == 1 else 'tags'} {payload.tag}.",
    fact=CHANGED,
)
TAG_REMOVED = activity(
    "candidates.tag_removed", TagPayload, icon="tag", sentence="{actor} removed the tag {tag}.", fact=CHANGED
)
OWNER_CHANGED = activity(
    "candidates.owner_changed",
    OwnerPayload,
    icon="user-share",
    fact=CHANGED,
    sentence=lambda payload, actor: (
        f"{actor} made {payload.owner} the owner." if payload.owner else f"{actor} took the owner away."
    ),
)
