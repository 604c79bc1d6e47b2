/** Which of a PNG's colour chunks counts: cICP, then iCCP, then sRGB, then gAMA with cHRM (third edition, section 12.3). */
import { BT709_PRIMARIES, type Chromaticities, gamma } from "synthconv/internal";
import { readCicp } from "./cicp.js";
import { type ColourTag, formulaSpace } from "./colour-tag.js";

/** Their data, where the file has them. */
export interface PngColourChunks {
  cICP?: Buffer;
  sRGB?: Buffer;
  gAMA?: Buffer;
  cHRM?: Buffer;
}

export interface PngColourReading {
  readonly tag: ColourTag | undefined;
  readonly warnings: string[];
}

/** A gamma within 5 % of 2.2 and without primaries is sRGB to browsers (libpng's threshold). */
const SRGB_GAMMA = 100_000 / 2.2;
const SRGB_TOLERANCE = 0.05;

export function pngColourTag({ cICP, sRGB, gAMA, cHRM }: PngColourChunks): PngColourReading {
  const warnings: string[] = [];
  if (cICP?.length === 4) {
    const [primaries, transfer, matrix, fullRange] = cICP as unknown as [number, number, number, number];
    if (matrix !== 0 || fullRange !== 1) {
      warnings.push("its cICP is no full-range RGB: it is ignored, as browsers do, and dropped");
    } else {
      const { tag, warning } = readCicp(primaries, transfer, "cICP", true);
      if (warning !== undefined) warnings.push(warning);
      if (tag !== undefined) return { tag, warnings };
    }
  }
  if (sRGB !== undefined) return { tag: { name: "sRGB", space: undefined, overIcc: false }, warnings };
  return { tag: gammaTag(gAMA, cHRM, warnings), warnings };
}

function gammaTag(
  gAMA: Buffer | undefined,
  cHRM: Buffer | undefined,
  warnings: string[],
): ColourTag | undefined {
  const stored = gAMA?.length === 4 ? gAMA.readUInt32BE(0) : 0;
  if (stored === 0) {
    if (cHRM !== undefined) {
      warnings.push(
        "its primaries (cHRM) come without a gamma: they are ignored, as browsers do, and dropped",
      );
    }
    return undefined;
  }
  const primaries = cHRM === undefined ? BT709_PRIMARIES : primariesOf(cHRM);
  const isSrgb = cHRM === undefined && Math.abs(stored / SRGB_GAMMA - 1) < SRGB_TOLERANCE;
  if (isSrgb) return { name: "gAMA", space: undefined, overIcc: false };
  const name = cHRM === undefined ? "gAMA" : "gAMA and cHRM";
  const space = primaries && formulaSpace(`PNG ${name}`, primaries, gamma(100_000 / stored));
  if (space !== undefined) return { name, space, overIcc: false };
  warnings.push(`its ${name} mean no colours: they are ignored, and dropped`);
  return undefined;
}

function primariesOf(cHRM: Buffer): Chromaticities | undefined {
  if (cHRM.length !== 32) return undefined;
  const [wx, wy, rx, ry, gx, gy, bx, by] = Array.from(
    { length: 8 },
    (_, i) => cHRM.readUInt32BE(4 * i) / 100_000,
  ) as [number, number, number, number, number, number, number, number];
  return { white: [wx, wy], red: [rx, ry], green: [gx, gy], blue: [bx, by] };
}
