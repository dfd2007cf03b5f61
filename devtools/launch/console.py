"""What set-up says to the person in front of it: one sentence per step, one sentence when something is wrong."""

import sys


class Trouble(Exception):
    """Something that stops the launch; the text says what happened, why, and what to do next."""


def say(sentence: str) -> None:
    """Print one sentence at once, also into a pipe."""
    print(sentence, flush=True)


def complain(sentence: str) -> None:
    """Print one sentence about trouble."""
    print(sentence, file=sys.stderr, flush=True)
