/** Pairs of photos as colours before and after. */
import { type ColourSamples, concatSamples, matchPair, type SampleSplit, samplePair } from "synthconv/fit";
import type { FilePath } from "synthconv/node";
import { decodePhoto } from "../../image/decode-photo.js";
import type { PhotoPair } from "../../image/pair-photos.js";
import { warningsOf } from "../../image/photo.js";
import { openPhoto } from "../../image/photo-header.js";
import { nameOf } from "../../image/photo-source.js";
import { asRead } from "../../image/pixel-view.js";
import type { PairDocument } from "./pair-record.js";
import { pairWarnings } from "./pair-record.js";
import type { PairReport } from "./pair-report.js";
import { pairColours, type TrainedSpaces } from "./trained-spaces.js";

export interface PairOptions {
  readonly seed: number;
  readonly spaces: TrainedSpaces;
  readonly signal: AbortSignal;
  /** Tells pairs of one training apart. Default 0. */
  readonly firstIndex?: number;
  /** Where it is written what of each pair no look can learn. */
  readonly report?: PairReport | undefined;
  /** Lists of pairs in the training, which share the colours that are taken. Default 1. */
  readonly among?: number;
}

export interface ReadPairs {
  readonly training: ColourSamples;
  /** Of blocks that training never sees. */
  readonly heldOut: ColourSamples;
  /** Each quarter of all photos together; and the photos dealt into at most four groups, none for one photo. */
  readonly regions: readonly ColourSamples[];
  readonly photos: readonly ColourSamples[];
  readonly files: readonly FilePath[];
  /** How each lies, and what of it no look can learn. */
  readonly records: readonly PairDocument[];
  readonly warnings: readonly string[];
}

/**
 * Colours taken from all pairs together. Twice the pixels of a small photo: more do not train a better look,
 * they take memory (24 bytes each, and as much again while they are shuffled).
 */
const MAX_COLOURS = 2 ** 20;
/** A training each, to tell the error on other photos. */
const MAX_GROUPS = 4;
/** Of each of very many pairs. */
const MIN_COLOURS_PER_PAIR = 1024;

/** @throws {ShapeError} when the photos of a pair differ in size and are not the same picture. */
export async function readPairs(
  pairs: readonly PhotoPair[],
  { seed, signal, report, spaces, firstIndex = 0, among = 1 }: PairOptions,
): Promise<ReadPairs> {
  // All headers are read before the first photo is decoded.
  const headers = [];
  for (const { before, after } of pairs) {
    headers.push([await openPhoto(before), await openPhoto(after)] as const);
  }
  const limit = Math.max(MIN_COLOURS_PER_PAIR, Math.floor(MAX_COLOURS / (among * pairs.length)));
  const splits: SampleSplit[] = [];
  const records: PairDocument[] = [];
  const warnings: string[] = [];
  for (const [index, both] of headers.entries()) {
    signal.throwIfAborted();
    const [before, after] = pairColours(spaces);
    const photos = [
      await decodePhoto(both[0], { colours: before }),
      await decodePhoto(both[1], { colours: after }),
    ] as const;
    for (const warning of warningsOf(photos)) warnings.push(warning);
    const names = { before: nameOf(both[0].source), after: nameOf(both[1].source) };
    const matched = matchPair(asRead(photos[0]), asRead(photos[1]), names);
    const record = { ...names, ...matched.record };
    records.push(record);
    for (const warning of pairWarnings(record)) warnings.push(warning);
    await report?.add(record, matched.edits);
    splits.push(samplePair(matched.before, matched.after, { seed, index: firstIndex + index, limit }));
  }
  return {
    training: concatSamples(splits.map((split) => split.training)),
    heldOut: concatSamples(splits.map(({ heldOut }) => heldOut)),
    regions: [0, 1, 2, 3].map((quarter) =>
      concatSamples(splits.map(({ quarters }) => quarters[quarter] as ColourSamples)),
    ),
    photos: photoGroups(splits.map(({ quarters }) => concatSamples(quarters))),
    records,
    files: pairs.flatMap(({ before, after }) => [before, after]),
    warnings,
  };
}

/** The first, fifth, ... photo in the first group, the second, sixth, ... in the next. */
function photoGroups(photos: readonly ColourSamples[]): ColourSamples[] {
  if (photos.length < 2) return [];
  const count = Math.min(MAX_GROUPS, photos.length);
  return Array.from({ length: count }, (_, group) =>
    concatSamples(photos.filter((_photo, nth) => nth % count === group)),
  );
}
