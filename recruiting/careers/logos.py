"""A company's logo: drawn anew from what was uploaded, so that nothing but its pixels is served."""

import io
import warnings

from django.core.files.base import File
from PIL import Image, UnidentifiedImageError

from recruiting.foundation.errors import InvalidInput

MAX_UPLOAD = 2 * 1024 * 1024
MAX_BYTES = 15_360
MAX_PIXELS = 20_000_000
# Width and height that it is shown at, at most, on a screen with two pixels to a point.
SIZES = ((480, 120), (320, 80), (240, 60), (160, 40))
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")


def redrawn(upload: "File[bytes]") -> bytes:
    """Return an image as PNG of at most 15 kB and 480 × 120 pixels.

    Raises:
        InvalidInput: for what is no PNG, JPEG, WebP or GIF, is over 2 MB or 20 megapixels, or cannot be made so small.
    """
    if upload.size > MAX_UPLOAD:
        raise InvalidInput(fields={"logo": "This file is over 2 MB."})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(upload, formats=FORMATS)
            if image.width * image.height > MAX_PIXELS:
                raise InvalidInput(fields={"logo": "This picture has too many pixels. Make it smaller."})
            drawn = image.convert("RGBA")
    except (UnidentifiedImageError, Image.DecompressionBombWarning, OSError, ValueError, SyntaxError) as error:
        raise InvalidInput(fields={"logo": "Choose a PNG, JPEG, WebP or GIF picture."}) from error
    for size in SIZES:
        small = drawn.copy()
        small.thumbnail(size, Image.Resampling.LANCZOS)
        for colors in (0, 64, 16):
            content = _as_png(small, colors)
            if len(content) <= MAX_BYTES:
                return content
    raise InvalidInput(fields={"logo": "This picture cannot be made small enough. Choose a plainer one."})


def _as_png(image: Image.Image, colors: int) -> bytes:
    made = image.quantize(colors, method=Image.Quantize.FASTOCTREE) if colors else image
    stream = io.BytesIO()
    made.save(stream, "PNG", optimize=True)
    return stream.getvalue()
