"""What a search reads and what it asks for: tokens, made of the search keys of `recruiting.foundation.text`.

The tokens of a document are one text, a space before each, so that both questions are about fragments of it: a word of
three and more letters is one ("ovel"), and the beginning of a token is one with the space before it (" ov").
"""

import re
import unicodedata
from collections.abc import Iterator

from recruiting.foundation import text

SHORT = 2
"""Letters. A word of a search with so few or fewer is the beginning of a token, a longer one a fragment of any."""
_words = re.compile("[^ \n]+")
_signs = re.compile("[^a-z0-9]+")
# Scripts that write words without spaces between them: any letter may begin a given name.
_joined = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]+")


def of(key: str) -> str:
    """Return the tokens of a search key: its words, the parts of those with signs in them ("smith-jones", "jones").

    Words of Chinese, Japanese and Korean also give what begins at each letter, two of them.
    """
    found = {token: None for word in _words.findall(key) for token in (word, *_parts(word))}
    return "".join(f" {token}" for token in found)


def fragments(typed: str) -> list[list[str]]:
    """Return what a search asks for, as somebody typed it: all fragments of one of these lists. [] asks for nothing.

    There is a second list where the search is a telephone number: all its digits as one.
    """
    words = [word if len(word) > SHORT else f" {word}" for word in text.search_words(typed)]
    number = text.phone_part(typed)
    return [asked for asked in (words, [number] if number and [number] != words else []) if asked]


def _parts(word: str) -> Iterator[str]:
    if not word.isascii():
        yield from (run[0][at : at + 2] for run in _joined.finditer(word) for at in range(len(run[0])))
        word = "".join(letter if unicodedata.category(letter)[0] in "LMN" else "\n" for letter in word)
        yield from (part for part in word.split("\n") if part)
    else:
        yield from filter(None, _signs.split(word))
