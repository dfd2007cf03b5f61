"""What the newsfeed and programs are told of reading."""

from newsfeed.activity import activity
from newsfeed.facts import fact
from recruiting.candidates.activity import FilePayload

FILE_READ = fact("file.read", "The text of a file was read, or could not be", subject="file")
UNREADABLE = activity(
    "resumes.unreadable",
    FilePayload,
    icon="file-alert",
    tone="warning",
    group="files",
    sentence="No text could be read from {file}.",
    fact=FILE_READ,
)
