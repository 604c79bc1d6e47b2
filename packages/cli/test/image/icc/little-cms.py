"""What Little CMS makes of colours, in floating point, by the library that Pillow brings (or the system's).

Reads JSON from stdin: a list of {"profile" (base64), "colours" ([[a, b, c], ...]), "back", "perceptual", "compensated"}. Colours are RGB 0..1 that
become X, Y, Z; with "back" they are X, Y, Z that become RGB: by the relative colorimetric intent or the perceptual one, with or without black point
compensation. Prints for each {"colours", "black"}, the latter X, Y, Z of its black point by the perceptual intent; or null for a profile that it cannot use.
"""
import base64
import ctypes
import ctypes.util
import glob
import json
import os
import sys

import PIL

bundled = glob.glob(os.path.join(os.path.dirname(PIL.__file__), "..", "pillow.libs", "liblcms2*"))
if bundled:
    # Initialises what the bundled library needs.
    import PIL.ImageCms  # noqa: F401
lcms = ctypes.CDLL(bundled[0] if bundled else ctypes.util.find_library("lcms2"))
lcms.cmsOpenProfileFromMem.restype = ctypes.c_void_p
lcms.cmsCreateXYZProfile.restype = ctypes.c_void_p
lcms.cmsCreateTransform.restype = ctypes.c_void_p
lcms.cmsCreateTransform.argtypes = [ctypes.c_void_p, ctypes.c_uint32, ctypes.c_void_p] + 3 * [ctypes.c_uint32]
lcms.cmsDetectBlackPoint.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint32, ctypes.c_uint32]
lcms.cmsDoTransform.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint32]

RGB_DBL = 1 << 22 | 4 << 16 | 3 << 3
XYZ_DBL = 1 << 22 | 9 << 16 | 3 << 3
PERCEPTUAL, RELATIVE = 0, 1
EXACT = 0x0100 | 0x0040  # no optimization, no cache
COMPENSATED = 0x2000
xyz = lcms.cmsCreateXYZProfile()


def convert(profile, colours, back, perceptual, compensated):
    data = base64.b64decode(profile)
    own = lcms.cmsOpenProfileFromMem(data, len(data))
    if not own:
        return None
    ends = (xyz, XYZ_DBL, own, RGB_DBL) if back else (own, RGB_DBL, xyz, XYZ_DBL)
    flags = EXACT | (COMPENSATED if compensated else 0)
    transform = lcms.cmsCreateTransform(*ends, PERCEPTUAL if perceptual else RELATIVE, flags)
    if not transform:
        return None
    flat = [value for colour in colours for value in colour]
    source = (ctypes.c_double * len(flat))(*flat)
    target = (ctypes.c_double * len(flat))()
    lcms.cmsDoTransform(transform, source, target, len(colours))
    black = (ctypes.c_double * 3)()
    lcms.cmsDetectBlackPoint(black, own, PERCEPTUAL, 0)
    return {"colours": [list(target[i : i + 3]) for i in range(0, len(flat), 3)], "black": list(black)}


print(json.dumps([convert(**job) for job in json.load(sys.stdin)]))
