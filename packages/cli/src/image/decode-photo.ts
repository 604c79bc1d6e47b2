/** From a photo file to upright pixels in RGB. */
import type { Sharp, SharpOptions } from "sharp";
import { FormatError, linearToSrgb } from "synthconv/look";
import { divideByAlpha, imageOfProducts } from "./associated-alpha.js";
import { splitChannels } from "./channels.js";
import { type ColourPlan, type PhotoColours, planColours } from "./colour-plan.js";
import { colourTransform, SRGB_COLOURS } from "./colour-transform.js";
import type { Curve } from "./icc/curve.js";
import type { Photo } from "./photo.js";
import type { PhotoHeader } from "./photo-header.js";
import { nameOf } from "./photo-source.js";
import { imageOf, isUnsupported, reasonOf, sharp } from "./sharp-input.js";

export interface DecodeOptions {
  /** Of a truncated or damaged file, decode what is there and warn, instead of refusing it. */
  readonly bestEffort?: boolean;
  /** For which look; by default one that reads and writes sRGB. */
  readonly colours?: PhotoColours;
}

/**
 * Decodes a photo. Pixels are turned upright, once, and 16 bits stay 16. Grey, palette, CMYK and Lab become
 * RGB; RGB keeps its own profile, with a transform to what the look reads, and back, where it differs.
 *
 * @throws {FormatError} when the file is truncated or damaged.
 * @throws {FileError} when it cannot be read.
 */
export async function decodePhoto(header: PhotoHeader, options: DecodeOptions = {}): Promise<Photo> {
  const warnings = [...header.warnings];
  const { colours = SRGB_COLOURS } = options;
  const plan = planColours(header, colours);
  if (plan.warning !== undefined) warnings.push(plan.warning);
  const { samples, stride, width, height } = await decodeSamples(header, plan, options, warnings);
  if (header.storedBits > 8 && header.storedBits < 16) stretchBits(samples, header.storedBits);
  const { data, channels, extras } = splitChannels(samples, stride, header.alphaAt);
  if (isProduct(header, plan)) divideByAlpha(data);
  if (plan.greyCurve !== undefined) mapGreys(data, channels, plan.greyCurve);
  return {
    header,
    width,
    height,
    channels,
    data,
    extras,
    transform: colourTransform(plan.space, colours, plan.written),
    icc: plan.writeIcc === "srgb" ? await srgbProfile() : plan.writeIcc,
    warnings,
  };
}

/** Pixels of RGB and whatever channels follow: `stride` samples each. */
interface Samples {
  readonly samples: Uint8Array | Uint16Array;
  readonly stride: number;
  readonly width: number;
  readonly height: number;
}

async function decodeSamples(
  header: PhotoHeader,
  plan: ColourPlan,
  { bestEffort = false }: DecodeOptions,
  warnings: string[],
): Promise<Samples> {
  try {
    return await decodeStrictness(header, plan, "error");
  } catch (error) {
    const reason = reasonOf(error);
    if (isUnsupported(reason)) {
      throw new FormatError(
        {
          where: nameOf(header.source),
          expected: `a ${header.format.title} of a kind that is read`,
          received: `another (${reason})`,
          repair: "Convert it to a TIFF or PNG of 8 or 16 bits first.",
        },
        { cause: error },
      );
    }
    if (bestEffort) {
      try {
        const samples = await decodeStrictness(header, plan, "none");
        warnings.push(`it is damaged (${reason}): what could be read is there, the rest is blank`);
        return samples;
      } catch {
        // Not even a part can be read: the first reason is the one to report.
      }
    }
    throw new FormatError(
      {
        where: nameOf(header.source),
        expected: "a whole photo",
        received: `a truncated or damaged file (${reason})`,
        repair: bestEffort
          ? "Nothing of it can be read: copy it again from its source."
          : "Copy it again from its source, or decode what is there with --best-effort.",
      },
      { cause: error },
    );
  }
}

async function decodeStrictness(
  header: PhotoHeader,
  plan: ColourPlan,
  failOn: "error" | "none",
): Promise<Samples> {
  const settings: SharpOptions = {
    failOn,
    autoOrient: true,
    ignoreIcc: !plan.convert,
    // The file may have changed since its header was read.
    limitInputPixels: header.pixelLimit,
    limitInputChannels: header.beyond.length + 4,
  };
  const image = isProduct(header, plan)
    ? await imageOfProducts(header.source, header.associatedAt, settings)
    : await imageOf(header.source, settings);
  const { data, info } = await rawSamples(image, header).toBuffer({ resolveWithObject: true });
  const { width, height, channels: stride } = info;
  // Without the type Buffer, whose slice() is a view where that of every other array is a copy.
  const samples =
    header.depth === 8
      ? new Uint8Array(data.buffer, data.byteOffset, data.length)
      : new Uint16Array(data.buffer, data.byteOffset, data.length / 2);
  return { samples, stride, width, height };
}

/** Whether its colours are to be divided by alpha here: before the image library converts, it does that itself. */
function isProduct(
  header: PhotoHeader,
  { convert }: ColourPlan,
): header is PhotoHeader & { associatedAt: number } {
  return header.associatedAt !== undefined && !convert;
}

function rawSamples(image: Sharp, { depth }: PhotoHeader): Sharp {
  if (depth === 8) return image.toColourspace("srgb").raw();
  return image.toColourspace("rgb16").raw({ depth: "ushort" });
}

/** Grey codes of the file to the sRGB codes of the same light; three equal samples per pixel. */
function mapGreys(data: Uint8Array | Uint16Array, channels: number, curve: Curve): void {
  const white = data instanceof Uint16Array ? 65_535 : 255;
  const codes = Float64Array.from({ length: white + 1 }, (_, code) => linearToSrgb(curve(code / white)));
  const table = codes.map((code) => Math.round(code * white));
  for (let pixel = 0; pixel < data.length; pixel += channels) {
    data.fill(table[data[pixel] as number] as number, pixel, pixel + 3);
  }
}

/** The image library shifts 10 and 12 bits up, so that white is 65,472 or 65,520: white becomes 65,535. */
function stretchBits(data: Uint8Array | Uint16Array, bits: number): void {
  const white = 2 ** bits - 1;
  const shift = 16 - bits;
  const table = Uint16Array.from({ length: white + 1 }, (_, code) => Math.round((code * 65_535) / white));
  for (let i = 0; i < data.length; i++) data[i] = table[(data[i] as number) >> shift] as number;
}

let builtInSrgb: Promise<Buffer | undefined> | undefined;

/** The image library's own sRGB profile. */
function srgbProfile(): Promise<Buffer | undefined> {
  builtInSrgb ??= (async () => {
    const dot = sharp({ create: { width: 1, height: 1, channels: 3, background: "black" } });
    const tagged = await dot.withIccProfile("srgb").png().toBuffer();
    return (await sharp(tagged).metadata()).icc;
  })();
  return builtInSrgb;
}
