"""A company's color: whether white text on it can be read, and the nearest ones that can be read (WCAG 2.2, AA)."""

import re

LEAST_CONTRAST = 4.5
LIGHTEST_DARK = "#262626"
"""The lightest background of dark pages."""
_COLOR = re.compile(r"#[0-9a-f]{6}\Z")


def is_color(value: str) -> bool:
    """Return whether a text is #rrggbb in small letters."""
    return _COLOR.match(value) is not None


def contrast_with_white(color: str) -> float:
    """Return how many times brighter white is than #rrggbb, from 1 to 21."""
    return 1.05 / (_luminance(color) + 0.05)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colors, from 1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def readable_on_dark(color: str) -> str:
    """Return #rrggbb itself, or the darkest tint of it that can be read as text on dark pages."""
    channels = [int(color[at : at + 2], 16) for at in (1, 3, 5)]
    for hundredths in range(101):
        tint = "#" + "".join(f"{each + (255 - each) * hundredths // 100:02x}" for each in channels)
        if contrast(tint, LIGHTEST_DARK) >= LEAST_CONTRAST:
            return tint
    return "#ffffff"


def nearest_readable(color: str) -> str:
    """Return #rrggbb itself, or the lightest shade of it on which white text can be read."""
    channels = [int(color[at : at + 2], 16) for at in (1, 3, 5)]
    low, high = 0, 1000
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (
            (middle, high) if contrast_with_white(_shade(channels, middle)) >= LEAST_CONTRAST else (low, middle - 1)
        )
    return _shade(channels, low)


def _shade(channels: list[int], thousandths: int) -> str:
    return "#" + "".join(f"{each * thousandths // 1000:02x}" for each in channels)


def _luminance(color: str) -> float:
    channels = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
