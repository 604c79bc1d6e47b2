/** Normalised lines with gains and offsets of their entries, as one piece of work: what layer normalisation is. */
import { noteChoice } from "../../core/choices.js";
import { type FloatArray, resultFloats } from "../../core/index.js";
import { readAt, settle, writeAt } from "../base/in-place.js";
import { type Kernel, kernelFor } from "./kernels.js";
import { CHUNK, FIRST_SUM, kernelDoubles, LONGEST_LINE, load, PLACES } from "./memory.js";

/** An array seen as lines that follow each other, in sets that have gains and offsets of their own. */
export interface NormLines {
  readonly length: number;
  /** Lines of a set: all of them, or those of one sample. */
  readonly linesOfSet: number;
  readonly sets: number;
}

export interface PreparedLines {
  /** @param statistics room for two numbers of each line. */
  readonly forward: (x: FloatArray, out: FloatArray, statistics: Float64Array, epsilon: number) => void;
  /** @param gainSums as many numbers as all gains, as are the offsetSums; they are written. */
  readonly backward: (
    upstream: FloatArray,
    x: FloatArray,
    out: FloatArray,
    statistics: Float64Array,
    gainSums: Float64Array,
    offsetSums: Float64Array,
  ) => void;
}

// Below it the copies and the calls cost more than the loops.
const MIN_NUMBERS = 64;

/**
 * What normalises lines of these arrays on the kernel; undefined where it does not cover them.
 *
 * @param gains one for each entry of a line of every set; as the offsets. Of other element types they are not covered.
 */
export function prepareNormLines(
  lines: NormLines,
  x: FloatArray,
  gains: FloatArray | undefined,
  offsets: FloatArray | undefined,
): PreparedLines | undefined {
  const { length, sets } = lines;
  if (length > LONGEST_LINE || length * lines.linesOfSet * sets < MIN_NUMBERS) return undefined;
  const kernel = kernelFor(x, gains ?? x, offsets ?? x);
  return kernel === undefined ? undefined : onKernel(kernel, lines, gains, offsets);
}

function onKernel(
  kernel: Kernel,
  lines: NormLines,
  gains: FloatArray | undefined,
  offsets: FloatArray | undefined,
): PreparedLines {
  const { length } = lines;
  const { a, b, out: place, sums, gains: gainPlace, offsets: offsetPlace } = PLACES;
  const { gainSums: gainSumPlace, offsetSums: offsetSumPlace } = PLACES;
  const loadSet = (data: FloatArray | undefined, set: number, at: number): number => {
    if (data === undefined) return 0;
    load(data, set * length, (set + 1) * length, at);
    return at;
  };
  return {
    forward: (x, out, statistics, epsilon) =>
      forEachBlock(
        lines,
        (set) => ({ gain: loadSet(gains, set, gainPlace), offset: loadSet(offsets, set, offsetPlace) }),
        ({ gain, offset }, line, count) => {
          const [start, end] = [line * length, (line + count) * length];
          const to = writeAt(out, start, length, place);
          kernel.normalizeLines(readAt(x, start, end, a), to, count, length, epsilon, gain, offset, sums);
          statistics.set(kernelDoubles().subarray(FIRST_SUM, FIRST_SUM + 2 * count), 2 * line);
          settle(to, place, end - start, out, start);
        },
      ),
    backward: (upstream, x, out, statistics, gainSums, offsetSums) =>
      forEachBlock(
        lines,
        (set) => {
          const floats = resultFloats();
          for (const at of [gainSumPlace, offsetSumPlace]) floats.fill(0, at / 4, at / 4 + 2 * (length + 3));
          return { gain: loadSet(gains, set, gainPlace) };
        },
        ({ gain }, line, count) => {
          const [start, end] = [line * length, (line + count) * length];
          const to = writeAt(out, start, length, place);
          kernelDoubles().set(statistics.subarray(2 * line, 2 * (line + count)), FIRST_SUM);
          kernel.linesGradient(
            ...([readAt(upstream, start, end, a), readAt(x, start, end, b), to] as const),
            ...([count, length, gain, sums, gainSumPlace, offsetSumPlace] as const),
          );
          settle(to, place, end - start, out, start);
        },
        (set) => {
          for (const [at, target] of [
            [gainSumPlace, gainSums],
            [offsetSumPlace, offsetSums],
          ] as const) {
            target.set(kernelDoubles().subarray(at / 8, at / 8 + length), set * length);
          }
        },
      ),
  };
}

/** Goes through the lines of every set, as many at a time as a chunk has, or one. */
function forEachBlock<Loaded>(
  { length, linesOfSet, sets }: NormLines,
  begin: (set: number) => Loaded,
  block: (loaded: Loaded, line: number, count: number) => void,
  end?: (set: number) => void,
): void {
  const most = Math.max(1, Math.floor(CHUNK / length));
  noteChoice("lines kernel", length > CHUNK ? "longer than a chunk" : "several in a chunk");
  for (let set = 0; set < sets; set++) {
    const loaded = begin(set);
    const first = set * linesOfSet;
    for (let line = 0; line < linesOfSet; line += most) {
      block(loaded, first + line, Math.min(most, linesOfSet - line));
    }
    end?.(set);
  }
}
