/** The picture that a look's page shows under every state: a photo made small, or a chart of colours. */
import { asShown, shrunk } from "synthconv/internal";
import { type ColourSpace, convertColours } from "synthconv/look";
import type { PhotoColours } from "../../../image/colour-plan.js";
import { decodePhoto } from "../../../image/decode-photo.js";
import { openPhoto } from "../../../image/photo-header.js";
import { asRead } from "../../../image/pixel-view.js";
import { sharp } from "../../../image/sharp-input.js";

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** `[3,height,width]`, encoded in `space`. */
  readonly data: Float32Array;
  readonly space: ColourSpace;
}

/** One that a look is applied to. */
export interface InputPicture extends Picture {
  readonly warnings: readonly string[];
}

/** The longer side on the page. */
const SIDE = 320;
const JPEG_QUALITY = 88;

export async function pictureOfPhoto(path: string, colours: PhotoColours): Promise<InputPicture> {
  const photo = await decodePhoto(await openPhoto(path), { colours });
  const view = asRead(photo);
  const { width, height, data } = shrunk(
    view,
    Math.max(1, Math.ceil(Math.max(view.width, view.height) / SIDE)),
  );
  return { width, height, data, space: colours.reads, warnings: photo.warnings };
}

/** Hues from left to right, from white through the full colour to black, and a ramp of greys below. */
export function pictureOfColours({ reads }: PhotoColours): InputPicture {
  const [width, height] = [SIDE, (SIDE * 5) / 8];
  const greyFrom = (height * 7) / 8;
  const data = Float32Array.from({ length: width * height * 3 }, (_, at) => {
    const pixel = at % (width * height);
    const across = (pixel % width) / (width - 1);
    const down = Math.floor(pixel / width);
    return down >= greyFrom
      ? across
      : hueAt(across, down / (greyFrom - 1), Math.floor(at / (width * height)));
  });
  convertColours(data, "srgb", reads.name);
  return { width, height, data, space: reads, warnings: [] };
}

/** A channel of a hue, lightened towards 0 and darkened towards 1 of `down`. */
function hueAt(hue: number, down: number, channel: number): number {
  // Each channel is 1 for a third of the circle about its own hue, and falls for a sixth on both sides.
  const distance = Math.abs(((hue - channel / 3 + 1.5) % 1) - 0.5);
  const full = Math.min(1, Math.max(0, 2 - 6 * distance));
  return down < 0.5 ? 1 - 2 * down * (1 - full) : full * (2 - 2 * down);
}

/** As an image inside of a page. */
export async function dataUri({ width, height, data, space }: Picture): Promise<string> {
  const shown = interleaved(asShown(data.slice(), space.name, "planar"));
  const codes = Uint8Array.from(shown, (value) => Math.round(255 * Math.min(1, Math.max(0, value))));
  const jpeg = await sharp(codes, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: JPEG_QUALITY, chromaSubsampling: "4:4:4" })
    .toBuffer();
  return `data:image/jpeg;base64,${jpeg.toString("base64")}`;
}

/** `[pixels,3]` from `[3,pixels]`. */
function interleaved(planes: Float32Array): Float32Array {
  const pixels = planes.length / 3;
  return planes.map((_, at) => planes[(at % 3) * pixels + Math.floor(at / 3)] as number);
}
