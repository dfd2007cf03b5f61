"""What the newsfeed says about a person's record."""

from dataclasses import dataclass

from newsfeed.activity import activity


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
    """A tag by its name."""

    candidate: str
    tag: str


@dataclass(frozen=True)
class OwnerPayload:
    """Who looks after the person from now on, "" for nobody."""

    candidate: str
    owner: str


DETAILS_CHANGED = activity(
    "candidates.details_changed", DetailsPayload, icon="edit", sentence="{actor} changed {fields}."
)
FILE_ADDED = activity(
    "candidates.file_added", FilePayload, icon="paperclip", group="files", sentence="{actor} added {file}."
)
FILE_REMOVED = activity(
    "candidates.file_removed", FilePayload, icon="trash", group="files", sentence="{actor} removed {file}."
)
TAG_ADDED = activity("candidates.tag_added", TagPayload, icon="tag", sentence="{actor} added the tag {tag}.")
TAG_REMOVED = activity("candidates.tag_removed", TagPayload, icon="tag", sentence="{actor} removed the tag {tag}.")
OWNER_CHANGED = activity(
    "candidates.owner_changed",
    OwnerPayload,
    icon="user-share",
    sentence=lambda payload, actor: (
        f"{actor} made {payload.owner} the owner." if payload.owner else f"{actor} took the owner away."
    ),
)
