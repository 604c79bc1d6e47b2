/** What an image file can be, as dimensions; a combination takes one value of each that its format has. */

const ALL_FORMATS = ["tiff", "png", "jpeg", "webp", "avif"] as const;
export type FileFormat = (typeof ALL_FORMATS)[number];

export const DIMENSIONS = {
  format: ALL_FORMATS,
  output: ["tif", "png", "jpg", "webp", "avif"],
  mode: ["rgb", "grey"],
  depth: [8, 16],
  planar: [false, true],
  bigTiff: [false, true],
  /** Kinds of the channels beyond the colours, as TIFF has them. */
  beyond: ["", "2", "1", "0", "0,0", "2,0", "0,2", "1,0", "0,1", "2,0,0", "0,0,0,0,0"],
  /** Beside a profile, or instead of one. */
  tag: [
    "none",
    "gAMA 1",
    "gAMA 1.8",
    "gAMA and cHRM P3",
    "sRGB",
    "cICP P3",
    "cICP 2020",
    "nclx P3",
    "nclx linear",
  ],
  profile: ["none", "Display P3", "Adobe RGB", "ProPhoto"],
  orientation: [1, 2, 3, 4, 5, 6, 7, 8],
  exif: [false, true],
  xmp: [false, true],
  words: [false, true],
  density: ["none", "inch", "unitless"],
} as const;

type Values = { readonly [Name in keyof typeof DIMENSIONS]: (typeof DIMENSIONS)[Name][number] };
export interface Combination extends Values {
  readonly number: number;
}

/** Values that a format has not fall back to the first of their dimension. */
const ONLY: Partial<Record<keyof Values, (c: Values) => boolean>> = {
  depth: ({ format }) => format === "tiff" || format === "png",
  // Libraries differ about grey in the others, which store it as YCbCr.
  mode: ({ format }) => format === "tiff" || format === "png",
  planar: ({ format }) => format === "tiff",
  bigTiff: ({ format }) => format === "tiff",
  // Chromium turns no WebP by its EXIF, and an AVIF by its own properties.
  orientation: ({ format }) => format !== "avif" && format !== "webp",
  words: ({ format }) => format === "png" || format === "jpeg",
  density: ({ format }) => format === "tiff" || format === "png" || format === "jpeg",
};

export function combinationOf(number: number, seed: number): Combination {
  const random = mulberry(seed * 1_000_003 + number);
  const drawn = Object.fromEntries(
    Object.entries(DIMENSIONS).map(([name, values]) => [name, values[Math.floor(random() * values.length)]]),
  ) as unknown as Values;
  const fallen = Object.fromEntries(
    Object.entries(drawn).map(([name, value]) => {
      const has = ONLY[name as keyof Values]?.(drawn) ?? true;
      return [name, has ? value : DIMENSIONS[name as keyof Values][0]];
    }),
  ) as unknown as Values;
  return { ...fallen, ...settled(fallen), number };
}

function settled(c: Values): Partial<Values> {
  const { format, beyond, tag, profile, mode } = c;
  const holdsAlpha = format === "png" || format === "webp" || format === "avif";
  const channels = format === "tiff" ? beyond : holdsAlpha && beyond.startsWith("2") ? "2" : "";
  const belongs =
    tag === "none" || (tag.startsWith("nclx") ? format === "avif" && mode === "rgb" : format === "png");
  return {
    beyond: channels,
    tag: belongs ? tag : "none",
    // An RGB profile says nothing about grey.
    profile: mode === "grey" ? "none" : profile,
  };
}

/** Mulberry32, by Tommy Ettinger (public domain). */
export function mulberry(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let z = Math.imul(state ^ (state >>> 15), state | 1);
    z = (z + Math.imul(z ^ (z >>> 7), z | 61)) ^ z;
    return ((z ^ (z >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function describeCombination({ number, ...values }: Combination): string {
  const words = Object.entries(values).map(([name, value]) => `${name} ${value === "" ? "none" : value}`);
  return `${number}: ${words.join(", ")}`;
}
