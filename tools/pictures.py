"""Pictures as light as they look: at most 256 colours, their size in the page, loaded when near."""

import re

from PIL import Image

PICTURE = re.compile(r'<img [^>]*src="([^"]*_images/[^"]*\.png)"[^>]*>')
STATED = re.compile(r' style="width: (\d+)px; height: (\d+)px;"')


def shrink(path):
    """Write a picture with a palette into its own place; return its width and height."""
    with Image.open(path) as picture:
        if picture.convert("RGBA").getextrema()[3] == (255, 255):  # nothing shines through
            few = picture.convert("RGB").quantize(256, dither=Image.Dither.NONE)
            few.save(path, optimize=True)
        return picture.size


def lighten(page, folder, sizes):
    """The text of a page whose pictures are small, state their size and load when they are near.

    `folder` is that of the page, `sizes` those of the pictures that were met before.
    """

    def image(match):
        path = (folder / match[1]).resolve()
        if path not in sizes:
            sizes[path] = shrink(path)
        stated = STATED.search(match[0])
        width, height = stated.groups() if stated else sizes[path]
        tag = re.sub(r' (?:style|width|height|loading)="[^"]*"', "", match[0])
        size = f' width="{width}" height="{height}" loading="lazy" />'
        return tag.rstrip("/> ") + size

    return PICTURE.sub(image, page)
