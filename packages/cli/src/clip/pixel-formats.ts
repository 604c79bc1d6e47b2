/** What ffmpeg's names of pixel formats mean, as this ffmpeg tells it, and which of an encoder's comes nearest to one. */

export interface PixelFormat {
  readonly name: string;
  /** Of a sample. */
  readonly bits: number;
  readonly isRgb: boolean;
  readonly isGrey: boolean;
  readonly hasAlpha: boolean;
  /** Powers of two by which the planes of colour are smaller: [1, 1] for 4:2:0. */
  readonly chroma: readonly [across: number, down: number];
}

interface Described {
  readonly name?: string;
  readonly nb_components?: number;
  readonly log2_chroma_w?: number;
  readonly log2_chroma_h?: number;
  readonly flags?: {
    readonly rgb?: number;
    readonly alpha?: number;
    readonly palette?: number;
    readonly hwaccel?: number;
  };
  readonly components?: readonly { readonly bit_depth?: number }[];
}

/** @param described `pixel_formats` of ffprobe's JSON. */
export function readPixelFormats(described: readonly Described[]): ReadonlyMap<string, PixelFormat> {
  const formats = new Map<string, PixelFormat>();
  for (const { name = "", nb_components: count = 0, flags = {}, components = [], ...one } of described) {
    if (flags.hwaccel === 1 || components.length === 0) continue;
    const isPalette = flags.palette === 1;
    formats.set(name, {
      name,
      bits: isPalette ? 8 : components.reduce((most, { bit_depth: bits = 8 }) => Math.max(most, bits), 0),
      isRgb: flags.rgb === 1 || isPalette,
      isGrey: count < 3 && !isPalette,
      hasAlpha: flags.alpha === 1,
      chroma: [one.log2_chroma_w ?? 0, one.log2_chroma_h ?? 0],
    });
  }
  return formats;
}

// What a step away costs: alpha before bits, bits before chroma, chroma before the kind of colours.
const COST = { alphaLost: 1000, bitLost: 40, chromaLost: 20, otherKind: 5, bitMore: 2, chromaMore: 1 };

/**
 * The nearest to the source's format that an encoder takes: the same where it can be, else without loss, else with the
 * least. Grey becomes colour: a look may tint it.
 *
 * @returns undefined where none can hold colours.
 */
export function nearestFormat(source: PixelFormat, offered: readonly PixelFormat[]): PixelFormat | undefined {
  const fits = offered.filter(({ isGrey, name }) => !isGrey && !name.startsWith("yuvj"));
  const costs = fits.map((format) => [costOf(source, format), format] as const);
  return costs.sort(([a], [b]) => a - b)[0]?.[1];
}

function costOf(source: PixelFormat, format: PixelFormat): number {
  const bits = format.bits - source.bits;
  // A grey picture has as much detail in every colour.
  const wanted = source.isGrey ? [1, 1] : source.chroma;
  const chroma = (wanted[0] ?? 0) + (wanted[1] ?? 0) - format.chroma[0] - format.chroma[1];
  return (
    (source.hasAlpha && !format.hasAlpha ? COST.alphaLost : 0) +
    (!source.hasAlpha && format.hasAlpha ? COST.otherKind : 0) +
    (source.isRgb === format.isRgb ? 0 : COST.otherKind) +
    (bits < 0 ? -bits * COST.bitLost : bits * COST.bitMore) +
    (chroma < 0 ? -chroma * COST.chromaLost : chroma * COST.chromaMore) +
    (isPlanar(format) ? 0 : 0.5)
  );
}

/** Of two layouts of the same samples the plain one: nv12 is for hardware. */
function isPlanar({ name }: PixelFormat): boolean {
  return name.startsWith("yuv") || name.startsWith("gbr");
}
