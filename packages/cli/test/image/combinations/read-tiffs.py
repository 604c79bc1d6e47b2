"""The pixels of TIFF files as tifffile reads them and Little CMS converts them: a line of JSON per file.

Arguments: files. Prints {"width", "height", "pixels" (upright RGBA of 8 bits, hexadecimal), "kinds"}.
"""
import io
import json
import sys

import numpy
import tifffile
from PIL import Image, ImageCms

srgb = ImageCms.createProfile("sRGB")


def upright(array, orientation):
    if orientation in (2, 3, 6, 7):
        pass
    steps = {
        1: lambda a: a,
        2: lambda a: a[:, ::-1],
        3: lambda a: a[::-1, ::-1],
        4: lambda a: a[::-1],
        5: lambda a: a.transpose(1, 0, 2),
        6: lambda a: a[::-1].transpose(1, 0, 2),
        7: lambda a: a[::-1, ::-1].transpose(1, 0, 2),
        8: lambda a: a[:, ::-1].transpose(1, 0, 2),
    }
    return steps[orientation](array)


for path in sys.argv[1:]:
    with tifffile.TiffFile(path) as file:
        page = file.pages[0]
        data = page.asarray().astype(numpy.float64) / (2 ** page.bitspersample - 1)
        if data.ndim == 2:
            data = data[:, :, None]
        if page.planarconfig == 2 and page.samplesperpixel > 1:
            data = numpy.moveaxis(data, 0, 2)
        tags = page.tags
        orientation = tags[274].value if 274 in tags else 1
        kinds = [int(kind) for kind in (page.extrasamples or ())]
        colours = data.shape[2] - len(kinds)
        beyond = data[:, :, colours:]
        rgb = numpy.repeat(data[:, :, :1], 3, 2) if colours == 1 else data[:, :, :3]
        at = next((index for index, kind in enumerate(kinds) if kind), None)
        alpha = beyond[:, :, at] if at is not None else numpy.ones(data.shape[:2])
        if at is not None and kinds[at] == 1:
            rgb = numpy.where(alpha[:, :, None] > 0, rgb / numpy.maximum(alpha, 1e-9)[:, :, None], 0)
        picture = Image.fromarray(numpy.rint(255 * numpy.clip(rgb, 0, 1)).astype("u1"), "RGB")
        if 34675 in tags:
            own = ImageCms.ImageCmsProfile(io.BytesIO(tags[34675].value))
            picture = ImageCms.profileToProfile(picture, own, srgb, renderingIntent=1)
        rgba = numpy.dstack([numpy.asarray(picture), numpy.rint(255 * alpha).astype("u1")])
        rgba = upright(rgba, orientation)
        print(
            json.dumps(
                {
                    "width": rgba.shape[1],
                    "height": rgba.shape[0],
                    "pixels": numpy.ascontiguousarray(rgba).tobytes().hex(),
                    "kinds": kinds,
                }
            ),
            flush=True,
        )
