/** Pairs of photos made to lie on each other, with what of the edit is not colour: for training and for the check alike. */
import { type LocalEdits, matchPair, type PairRecord, type PixelView } from "synthconv/fit";
import type { FileRef } from "../protocol/index.js";
import type { Photo, Thinning } from "./decode-photo.js";
import { LEARNED_PIXELS, photoOf } from "./photos.js";

export interface PairFiles {
  readonly before: FileRef;
  readonly after: FileRef;
}

export interface Matched {
  /** On one grid; what no look can learn has an alpha of 0. */
  readonly before: PixelView;
  readonly after: PixelView;
  /** In pixels of the photos as their files have them. */
  readonly record: PairRecord;
  readonly edits: LocalEdits & { readonly width: number; readonly height: number };
}

/** Some 16 to 64 MB each. */
const KEPT = 4;

const kept = new Map<string, Promise<Matched>>();

/**
 * @throws {ShapeError} when their sizes differ and they are not the same picture.
 * @throws {PhotoError | FormatError} as `photoOf` does.
 */
export function matchedPair(files: PairFiles): Promise<Matched> {
  const key = `${files.before.key}\n${files.after.key}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  const matched = match(files);
  kept.set(key, matched);
  matched.catch(() => kept.delete(key));
  for (const old of [...kept.keys()].slice(0, -KEPT)) kept.delete(old);
  return matched;
}

/**
 * Photos of one size are thinned out to the same pixels, which are colours of the edit. Where they are found to be moved, or
 * have two sizes, they are averaged instead: between single pixels of a finer photo nothing can be interpolated.
 */
async function match(files: PairFiles): Promise<Matched> {
  const [before, after] = await decoded(files, "picked");
  const isSameSize = before.fullWidth === after.fullWidth && before.fullHeight === after.fullHeight;
  const names = { before: files.before.name, after: files.after.name };
  const isThinned = [before, after].some(({ width, fullWidth }) => width < fullWidth);
  if (!isThinned) return matchPair(before, after, names);
  if (isSameSize) {
    const asPicked = matchPair(before, after, names);
    if (!asPicked.record.aligned) return asPicked;
  }
  const averaged = await decoded(files, "averaged");
  const { record, ...rest } = matchPair(...averaged, names);
  return { ...rest, record: inFullPixels(record, ...averaged) };
}

async function decoded({ before, after }: PairFiles, thinning: Thinning): Promise<[Photo, Photo]> {
  return await Promise.all([
    photoOf(before, LEARNED_PIXELS, thinning),
    photoOf(after, LEARNED_PIXELS, thinning),
  ]);
}

function inFullPixels(record: PairRecord, before: Photo, after: Photo): PairRecord {
  const [finer, finerAfter] = [before.fullWidth / before.width, after.fullWidth / after.width];
  const { x, y } = record.shift;
  return {
    ...record,
    scale: (record.scale * finerAfter) / finer,
    shift: { x: x * finerAfter, y: y * finerAfter },
  };
}
