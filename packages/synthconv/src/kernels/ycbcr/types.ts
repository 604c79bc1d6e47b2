/** Frames of films as they are coded: a plane of luma Y' and two of colour, Cb and Cr. */
import type { Implementation } from "../../core/choices.js";
import type { PixelNetwork } from "../pixel-network/network/types.js";

export interface YCbCrLayout {
  /** Of a sample, 8 to 16; above 8 a sample lies in two bytes. */
  readonly bits: number;
  /** `limited`: of 8 bits Y' goes from 16 to 235, Cb and Cr from 16 to 240; `full`: every code is used. */
  readonly range: "limited" | "full";
  /** Kr and Kb, the shares of red and blue in luma, each above 0 and together below 1 (0.2126 and 0.0722 of Rec. 709). */
  readonly matrix: { readonly red: number; readonly blue: number };
  /** Powers of two by which the planes of colour are smaller: [1, 1] for 4:2:0, [1, 0] for 4:2:2, [0, 0] for 4:4:4. */
  readonly chroma: readonly [across: 0 | 1, down: 0 | 1];
  /** Where a colour stands between the two pixels that it is for: 0 on the first (left, top), 1 on the second. */
  readonly siting: readonly [across: 0 | 0.5, down: 0 | 0.5 | 1];
}

export type SamplePlane = Uint8Array | Uint16Array;

export interface YCbCrFrame {
  readonly layout: YCbCrLayout;
  /** [H, W], then twice [ceil(H / 2^down), ceil(W / 2^across)]. */
  readonly planes: readonly [luma: SamplePlane, blueness: SamplePlane, redness: SamplePlane];
}

export interface ApplyToYCbCr {
  /** 3 channels in and out, of RGB in 0 to 1. */
  readonly network: PixelNetwork;
  /** Of the network's output in the result, 0 to 1; the rest is the input's. 1 where it is left out. */
  readonly share?: number | undefined;
  readonly width: number;
  readonly height: number;
  readonly source: YCbCrFrame;
  /** Overwritten; in other memory than the source, as rows are made of the rows around them. */
  readonly target: YCbCrFrame;
}

/** A call with nothing wrong in it. */
export interface YCbCrCall extends Required<ApplyToYCbCr> {
  readonly share: number;
}

/** Rows `first` to `end`, without `end`; both even unless they are the frame's own ends. */
export interface RowRange {
  readonly first: number;
  readonly end: number;
}

/** Prepared, it makes a range of the target's rows; it holds until another kernel is called on this thread. */
export type YCbCrImplementation = Implementation<[call: YCbCrCall], (range: RowRange) => void>;

/** The sides on which colours are resampled: even where either frame has colours for pairs of pixels. */
export function workedSize({ width, height, source, target }: YCbCrCall): readonly [number, number] {
  const inPairs = [source, target].some(({ layout: { chroma } }) => chroma[0] + chroma[1] > 0);
  return inPairs ? [width + (width % 2), height + (height % 2)] : [width, height];
}

/** What a sample v stands for is (v - zero) / span: Y' in 0 to 1, Cb and Cr in -1/2 to 1/2 (ITU-T H.273, 8.3). */
export interface Scale {
  readonly zero: number;
  readonly span: number;
}

export function scalesOf({ bits, range }: YCbCrLayout): { readonly luma: Scale; readonly colour: Scale } {
  const unit = 2 ** (bits - 8);
  const middle = 128 * unit;
  if (range === "full") {
    const top = 2 ** bits - 1;
    return { luma: { zero: 0, span: top }, colour: { zero: middle, span: top } };
  }
  return { luma: { zero: 16 * unit, span: 219 * unit }, colour: { zero: middle, span: 224 * unit } };
}
