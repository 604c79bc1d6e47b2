/**
 * Frames as they are coded, Y'CbCr in planes: a quarter of the bytes of RGB of 16 bits go through the pipes, and one pass
 * over the rows converts, applies the look and converts back, by the formulas that the other way asks zscale for.
 */
import {
  applyPixelNetworkToYCbCr,
  type SamplePlane,
  type YCbCrFrame,
  type YCbCrLayout,
} from "synthconv/internal";
import type { PixelNetwork } from "synthconv/look";
import type { ClipPlan } from "./clip-plan.js";
import { planarFormat } from "./colour.js";
import type { Frame, FramePath } from "./frame-path.js";
import type { PixelFormat } from "./pixel-formats.js";

/** Kr and Kb of the matrices by zscale's names (ITU-T H.273, table 4). */
const SHARES: Readonly<Record<string, YCbCrLayout["matrix"]>> = {
  "709": { red: 0.2126, blue: 0.0722 },
  "170m": { red: 0.299, blue: 0.114 },
  "470bg": { red: 0.299, blue: 0.114 },
  fcc: { red: 0.3, blue: 0.11 },
  "2020_ncl": { red: 0.2627, blue: 0.0593 },
};

/** Where ffmpeg says that colours stand; left where a clip says nothing, as zscale takes it. */
const SITINGS: Readonly<Record<string, YCbCrLayout["siting"]>> = {
  left: [0, 0.5],
  center: [0.5, 0.5],
  topleft: [0, 0],
  top: [0.5, 0],
  bottomleft: [0, 1],
  bottom: [0.5, 1],
};

/** Layouts by the powers of two of their planes of colour: ffmpeg's names in NUT of 8 bits, and the third byte of others. */
const LAYOUTS = [
  { chroma: [1, 1], eightBits: "I420", third: 11 },
  { chroma: [1, 0], eightBits: "Y42B", third: 10 },
  { chroma: [0, 0], eightBits: "444P", third: 0 },
] as const;

export const codedPath: FramePath = {
  name: "coded",
  covers: ({ facts, pixels, colours }) =>
    SHARES[colours.matrix] !== undefined &&
    [sourceOf(facts), pixels].every((one) => one !== undefined && isCoded(one)),
  // Which keeps the size where a stream changes it half-way, and does nothing else.
  decodeFilters: ({ facts, width, height }) => `scale=w=${width}:h=${height},format=${sourceOf(facts)?.name}`,
  encodeFilters: ({ pixels, colours }) => `setparams=range=${colours.range},format=${pixels.name}`,
  encodedSize: ({ width, height }) => [width, height],
  fourcc: ({ pixels }) => {
    const { eightBits = "", third = 0 } = layoutOf(pixels) ?? {};
    return pixels.bits === 8
      ? Uint8Array.from(eightBits, (letter) => letter.charCodeAt(0))
      : Uint8Array.of("Y".charCodeAt(0), "3".charCodeAt(0), third, pixels.bits);
  },
  newFrame,
};

function sourceOf({ pixels, formats }: ClipPlan["facts"]): PixelFormat | undefined {
  return pixels.isGrey ? undefined : planarFormat({ pixels, formats });
}

function isCoded(format: PixelFormat): boolean {
  return !format.isRgb && !format.hasAlpha && !format.isGrey && layoutOf(format) !== undefined;
}

function layoutOf({ chroma: [across, down] }: PixelFormat) {
  return LAYOUTS.find(({ chroma }) => chroma[0] === across && chroma[1] === down);
}

function newFrame(plan: ClipPlan): Frame {
  const { width, height, facts, pixels } = plan;
  const source = planesOf(sourceOf(facts) ?? pixels, plan);
  const target = planesOf(pixels, plan);
  return {
    source: source.bytes,
    target: target.bytes,
    grade: (network, share) =>
      applyPixelNetworkToYCbCr({
        network: network ?? UNCHANGED,
        share: network === undefined ? 0 : share,
        ...{ width, height, source: source.frame, target: target.frame },
      }),
  };
}

const none = new Float32Array(9);
/** A frame may change its format though no colour is to be another. */
const UNCHANGED: PixelNetwork = {
  layers: [{ inputs: 3, outputs: 3, weight: none, bias: undefined, activation: "none" }],
  residual: true,
};

function planesOf(
  format: PixelFormat,
  plan: ClipPlan,
): { readonly bytes: Uint8Array; readonly frame: YCbCrFrame } {
  const { width, height } = plan;
  const layout = ycbcrLayout(format, plan);
  const [across, down] = layout.chroma;
  const colours = Math.ceil(width / 2 ** across) * Math.ceil(height / 2 ** down);
  const size = layout.bits > 8 ? 2 : 1;
  const memory = new SharedArrayBuffer((width * height + 2 * colours) * size);
  const plane = (first: number, length: number): SamplePlane =>
    size === 2 ? new Uint16Array(memory, first * size, length) : new Uint8Array(memory, first, length);
  const luma = width * height;
  const planes = [plane(0, luma), plane(luma, colours), plane(luma + colours, colours)] as const;
  return { bytes: new Uint8Array(memory), frame: { layout, planes } };
}

function ycbcrLayout({ bits, chroma }: PixelFormat, { facts, colours }: ClipPlan): YCbCrLayout {
  return {
    bits,
    range: colours.range === "pc" ? "full" : "limited",
    matrix: SHARES[colours.matrix] ?? { red: 0.2126, blue: 0.0722 },
    chroma: [chroma[0] === 1 ? 1 : 0, chroma[1] === 1 ? 1 : 0],
    siting: SITINGS[facts.video.chroma_location ?? ""] ?? [0, 0.5],
  };
}
