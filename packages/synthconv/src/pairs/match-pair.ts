/** A pair as people have it, made one whose pixels lie on each other, as far as that goes. */
import { checkOptions, type Fields } from "../core/arguments.js";
import { ShapeError } from "../core/errors.js";
import { optional, STRING } from "../core/kinds.js";
import { findLocalEdits, type LocalEdits, type SmallPair } from "./local-edits.js";
import { checkView, type PixelView, topOf } from "./pixel-view.js";
import { shrunk } from "./planes.js";
import { type Registration, register, type View } from "./register.js";
import { onOneGrid, type PairViews } from "./resample.js";
import { searchCrop } from "./search-crop.js";
import {
  distanceOf,
  halfDiagonal,
  movementOf,
  type Size,
  scaleOf,
  type Warp,
  wholeFrame,
  wholePixels,
} from "./warp.js";

/** How a pair was found to lie, and what of it no look can learn. */
export interface PairRecord {
  /** Whether one photo was resampled: pairs whose pixels lie on each other are left as they are. */
  readonly aligned: boolean;
  /** Pixels after for one before. */
  readonly scale: number;
  /** Of the photo's center, in pixels after, and of its horizontal, in degrees clockwise. */
  readonly shift: { readonly x: number; readonly y: number };
  readonly turn: number;
  /** By how much a corner lies farther out than its neighbourhood of the center says, in per cent: a lens correction. */
  readonly lens: number;
  /** The share of the photo before that the photo after shows. */
  readonly shown: number;
  /** Correlation of the slopes of both, -1 to 1: 1 for the same picture. */
  readonly agreement: number;
  /** The share of the area that is left out as a local edit. */
  readonly masked: number;
  /** The share of the squared change that no colour map explains: of all, and of what is not left out. */
  readonly unexplained: number;
  readonly unexplainedOutside: number;
}

export interface MatchedPair extends PairViews {
  readonly record: PairRecord;
  readonly edits: LocalEdits & Size;
}

/** Longer sides of the copies that a pair is looked at in, and that a pair which moved is registered in. */
const LOOK_SIDE = 256;
const COARSE_SIDES = [48, 96, LOOK_SIDE] as const;
const FINE_SIDE = 512;
/** Difference of the two scales of one photo on the whole of the other, as a logarithm: rounding to pixels makes some. */
const SAME_SHAPE = 0.02;
/** Pixels: a pair that moved by less is left as it is. Copies of 256 tell shifts to some hundredths of their pixels. */
const LEAST_MOVEMENT = 0.3;
const LEAST_COPY_MOVEMENT = 0.1;
/** What has moved is nearer by a tenth when it is brought back; skies and gradients say nothing. */
const GAIN = 1.1;
/** Pixels, at a corner of the photo: what is as near to a shift by whole pixels is one. */
const NEAR_WHOLE = 0.35;
/** Slopes of the same picture: 0.8 and more; of different ones 0.2 and less. */
const SAME_PICTURE = 0.5;
/** Pairs whose pixels lie on each other have 0.97 and more: what moved among them moved by less than a copy's pixel. */
const LIES_WELL = 0.9;

/** Of the files, for messages. */
export interface PairNames {
  readonly before?: string;
  readonly after?: string;
}

const NAMES: Fields<PairNames> = { before: optional(STRING), after: optional(STRING) };

/**
 * Aligns a photo and its edit where they were shifted, cropped, resized, turned a little or bent by a lens correction, and
 * finds what of the edit is not colour. Both photos come back in one size; what no look can learn has an alpha of 0, so
 * that `samplePair` leaves it out. Pairs whose pixels lie on each other are given back as they are.
 *
 * @param before as it was decoded, in sRGB; so is `after`.
 * @throws {ShapeError} when their sizes differ and they are not the same picture, or data is not that of its size.
 * @throws {ValueError} when an argument is of another kind.
 */
export function matchPair(before: PixelView, after: PixelView, names: PairNames = {}): MatchedPair {
  checkView("matchPair", "before", before);
  checkView("matchPair", "after", after);
  checkOptions("matchPair", names, NAMES, { name: "names" });
  const isSameSize = before.width === after.width && before.height === after.height;
  const found = isSameSize ? ofSameSize(before, after) : ofAnySize(before, after);
  if (found === undefined) throw notTheSame(before, after, names);
  const { warp, agreement, aligned } = found;
  const views = aligned ? onOneGrid({ before, after }, warp) : { before, after };
  const small = smallPair(views);
  const edits = findLocalEdits(small);
  const masked = edits.mask.reduce((sum, one) => sum + one, 0) / edits.mask.length;
  const unit = halfDiagonal(after);
  return {
    ...(masked === 0 ? views : { ...views, after: withoutMasked(views.after, edits.mask, small) }),
    record: {
      aligned,
      scale: scaleOf(warp, before, after),
      shift: { x: unit * warp.x0, y: unit * warp.y0 },
      turn: (Math.atan2(warp.yx, warp.xx) * 180) / Math.PI,
      lens: 100 * warp.k,
      shown: small.inside.reduce((sum, one) => sum + one, 0) / small.inside.length,
      agreement,
      masked,
      ...{ unexplained: edits.unexplained, unexplainedOutside: edits.unexplainedOutside },
    },
    edits: { ...edits, width: small.width, height: small.height },
  };
}

interface Found {
  readonly warp: Warp;
  readonly agreement: number;
  readonly aligned: boolean;
}

/** Left as it is where it lies well, where nothing lies better, and where it is another picture. */
function ofSameSize(before: PixelView, after: PixelView): Found {
  const asItIs = wholeFrame(before, after);
  const [small, smallAfter] = copies(before, after, LOOK_SIDE, 1);
  const there = register(small, smallAfter, asItIs, { rounds: 0, lens: false });
  const moved =
    there.agreement >= LIES_WELL
      ? register(small, smallAfter, asItIs, { rounds: 2, lens: false })
      : coarseToFine(before, after, asItIs);
  const left = { warp: asItIs, agreement: there.agreement, aligned: false };
  const least = Math.max(LEAST_MOVEMENT, LEAST_COPY_MOVEMENT * small.factor);
  const near = moved.agreement >= SAME_PICTURE ? moved : cropped(before, after);
  if (near === undefined || !(near.agreement >= SAME_PICTURE)) return left;
  if (movementOf(near.warp, before, after) < least || there.scatter < GAIN * near.scatter) return left;
  const found = refined(before, after, near.warp);
  // Whole pixels are copied, and need no interpolation.
  const whole = wholePixels(found.warp, after);
  const fine =
    distanceOf(found.warp, whole) * halfDiagonal(after) < NEAR_WHOLE ? { ...found, warp: whole } : found;
  return movementOf(fine.warp, before, after) < least ? left : { ...fine, aligned: true };
}

function ofAnySize(before: PixelView, after: PixelView): Found | undefined {
  const whole = wholeFrame(before, after);
  // Photos of another shape are cropped, or another picture.
  const isSameShape = Math.abs(Math.log(whole.xx / whole.yy)) < SAME_SHAPE;
  const first = isSameShape ? coarseToFine(before, after, whole) : undefined;
  const near = first !== undefined && first.agreement >= SAME_PICTURE ? first : cropped(before, after);
  if (near === undefined || !(near.agreement >= SAME_PICTURE)) return undefined;
  const fine = refined(before, after, near.warp);
  return fine.agreement >= SAME_PICTURE ? { ...fine, aligned: true } : undefined;
}

/** What moved by many pixels moved by few of a smaller copy. */
function coarseToFine(before: PixelView, after: PixelView, start: Warp): Registration {
  const scale = scaleOf(start, before, after);
  return COARSE_SIDES.reduce<Registration>(
    ({ warp }, side) => {
      const [small, smallAfter] = copies(before, after, side, scale);
      return register(small, smallAfter, warp, { rounds: 6, lens: false });
    },
    { warp: start, scatter: 0, agreement: 0 },
  );
}

/** The best of what a search for a crop finds. */
function cropped(before: PixelView, after: PixelView): Registration | undefined {
  const [small, smallAfter] = copies(before, after, LOOK_SIDE, 1);
  const all = searchCrop(small, smallAfter).map((warp) => coarseToFine(before, after, warp));
  return all.sort((one, other) => other.agreement - one.agreement)[0];
}

function refined(before: PixelView, after: PixelView, start: Warp): Registration {
  const [fine, fineAfter] = copies(before, after, FINE_SIDE, scaleOf(start, before, after));
  const { warp } = register(fine, fineAfter, start, { rounds: 3, lens: false });
  return register(fine, fineAfter, warp, { rounds: 4, lens: true });
}

/** Of about the same pixels in the picture. */
function copies(before: PixelView, after: PixelView, side: number, scale: number): [View, View] {
  const factor = Math.max(1, Math.ceil(Math.max(before.width, before.height) / side));
  const factorAfter = Math.max(1, Math.round(factor * scale));
  return [
    { ...shrunk(before, factor), full: before },
    { ...shrunk(after, factorAfter), full: after },
  ];
}

function smallPair({ before, after }: PairViews): SmallPair {
  const factor = Math.max(1, Math.ceil(Math.max(before.width, before.height) / LOOK_SIDE));
  const [one, other] = [shrunk(before, factor), shrunk(after, factor)];
  const inside = new Float32Array(one.width * one.height).fill(1);
  for (const { channels, data, width } of [before, after]) {
    if (channels === 3) continue;
    const top = topOf(data);
    inside.forEach((_, pixel) => {
      const [row, column] = [Math.floor(pixel / one.width) * factor, (pixel % one.width) * factor];
      for (let at = 0; at < factor * factor; at++) {
        const index = (row + Math.floor(at / factor)) * width + column + (at % factor);
        if (data[4 * index + 3] !== top) inside[pixel] = 0;
      }
    });
  }
  return { width: one.width, height: one.height, before: one.data, after: other.data, inside };
}

/** Masked pixels get an alpha of 0: training leaves them out. */
function withoutMasked(photo: PixelView, mask: Uint8Array, { width: across, height: down }: Size): PixelView {
  const { width, height, channels, data: from } = photo;
  const top = topOf(from);
  const data =
    from instanceof Float32Array
      ? new Float32Array(4 * width * height)
      : from instanceof Uint16Array
        ? new Uint16Array(4 * width * height)
        : new Uint8Array(4 * width * height);
  for (let y = 0, pixel = 0; y < height; y++) {
    const row = Math.min(down - 1, Math.floor((y * down) / height)) * across;
    for (let x = 0; x < width; x++, pixel++) {
      for (let channel = 0; channel < 3; channel++) {
        data[4 * pixel + channel] = from[channels * pixel + channel] as number;
      }
      const alpha = channels === 4 ? (from[4 * pixel + 3] as number) : top;
      data[4 * pixel + 3] =
        mask[row + Math.min(across - 1, Math.floor((x * across) / width))] === 1 ? 0 : alpha;
    }
  }
  return { width, height, channels: 4, data };
}

function notTheSame(before: Size, after: Size, names: PairNames): ShapeError {
  const name = names.before ?? "the photo before";
  const formatSize = ({ width, height }: Size): string => `${width} x ${height}`;
  return new ShapeError({
    where: names.after ?? "the photo after",
    expected: `${formatSize(before)} pixels, as ${name} has, or the same picture in another size, or a part of it`,
    received: `${formatSize(after)}, and what it shows is not found in ${name}`,
    repair: "See whether the two are one photo, or export it again in its full size, without a crop.",
  });
}
