"""What set-up says to the person in front of it: one sentence per step, one sentence when something is wrong."""

import sys


class LaunchError(Exception):
    """Something that stops the launch; the text says what happened, why, and what to do next."""


def say(sentence: str) -> None:
    """Print one sentence at once, also into a pipe."""
    print(sentence, flush=True)


def print_error(sentence: str) -> None:
    """Print one sentence on standard error."""
    print(sentence, file=sys.stderr, flush=True)
