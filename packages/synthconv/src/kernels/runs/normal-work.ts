/** What normalisations do to a run of numbers. */
import { choose, type Implementation } from "../../core/choices.js";
import type { FloatArray } from "../../core/index.js";
import { readAt, settle, writeAt } from "../base/in-place.js";
import { type Kernel, kernelFor } from "./kernels.js";
import { FIRST_SUM, forEachChunk, kernelDoubles, LONGEST_LINE, PLACES } from "./memory.js";

/** What is done to a run of a group, from its first index to before the last. */
export interface RunWork {
  readonly sum: (data: FloatArray, start: number, end: number) => number;
  readonly squaredDistances: (data: FloatArray, start: number, end: number, centre: number) => number;
  /** Of the upstream gradient, and of its products with the distances of the other run from the centre. */
  readonly gradientSums: (
    upstream: FloatArray,
    data: FloatArray,
    start: number,
    end: number,
    centre: number,
  ) => [sum: number, along: number];
  readonly normalize: (data: FloatArray, out: FloatArray, start: number, end: number, normal: Normal) => void;
  readonly gradient: (
    upstream: FloatArray,
    data: FloatArray,
    out: FloatArray,
    start: number,
    end: number,
    normal: NormalSlope,
  ) => void;
}

/** `(x - centre) scale gain + offset` */
interface Normal {
  readonly centre: number;
  readonly scale: number;
  readonly gain: number;
  readonly offset: number;
}

interface NormalSlope {
  readonly centre: number;
  readonly scale: number;
  readonly gain: number;
  /** The mean of the upstream gradients, times their gains. */
  readonly average: number;
  /** The mean of their products with the normalised entries. */
  readonly slope: number;
}

type NormalImplementation = Implementation<[run: number, sample: FloatArray], RunWork>;

export function workFor(run: number, sample: FloatArray): RunWork {
  return choose("normalisation", [wasm, reference], run, sample);
}

const reference: NormalImplementation = {
  name: "reference",
  prepare: () => ({
    sum: (data, start, end) => {
      let sum = 0;
      for (let i = start; i < end; i++) sum += data[i] as number;
      return sum;
    },
    squaredDistances: (data, start, end, centre) => {
      let sum = 0;
      for (let i = start; i < end; i++) sum += ((data[i] as number) - centre) ** 2;
      return sum;
    },
    gradientSums: (upstream, data, start, end, centre) => {
      let [sum, along] = [0, 0];
      for (let i = start; i < end; i++) {
        sum += upstream[i] as number;
        along += (upstream[i] as number) * ((data[i] as number) - centre);
      }
      return [sum, along];
    },
    normalize: (data, out, start, end, { centre, scale, gain, offset }) => {
      for (let i = start; i < end; i++) out[i] = ((data[i] as number) - centre) * scale * gain + offset;
    },
    gradient: (upstream, data, out, start, end, { centre, scale, gain, average, slope }) => {
      const along = scale * slope;
      for (let i = start; i < end; i++) {
        out[i] = scale * ((upstream[i] as number) * gain - average - ((data[i] as number) - centre) * along);
      }
    },
  }),
};

// Below it the copies and the calls cost more than the loops.
export const MIN_RUN = 64;

const wasm: NormalImplementation = {
  name: "wasm",
  prepare: (run, sample) => {
    const kernel = run < MIN_RUN ? undefined : kernelFor(sample);
    return kernel === undefined ? undefined : onKernel(kernel);
  },
};

function onKernel(kernel: Kernel): RunWork {
  const { a, b, out: place } = PLACES;
  const [readA, readB] = [readerOf(a), readerOf(b)];
  const summed = (start: number, end: number, part: (first: number, last: number) => number): number => {
    let sum = 0;
    forEachChunk(
      start,
      end,
      (first, last) => {
        sum += part(first, last);
      },
      LONGEST_LINE,
    );
    return sum;
  };
  return {
    sum: (data, start, end) =>
      summed(start, end, (first, last) => {
        return kernel.plainSum(readA(data, first, last), last - first);
      }),
    squaredDistances: (data, start, end, centre) =>
      summed(start, end, (first, last) => {
        return kernel.squaredDistances(readA(data, first, last), last - first, centre);
      }),
    gradientSums: (upstream, data, start, end, centre) => {
      let along = 0;
      const sum = summed(start, end, (first, last) => {
        const [atA, atB] = [readA(upstream, first, last), readB(data, first, last)];
        kernel.gradientSums(atA, atB, last - first, centre, PLACES.sums);
        along += kernelDoubles()[FIRST_SUM + 1] as number;
        return kernelDoubles()[FIRST_SUM] as number;
      });
      return [sum, along];
    },
    normalize: (data, out, start, end, { centre, scale, gain, offset }) =>
      forEachChunk(start, end, (first, last) => {
        const to = writeAt(out, first, last - first, place);
        kernel.normalize(readAt(data, first, last, a), to, last - first, centre, scale, gain, offset);
        settle(to, place, last - first, out, first);
      }),
    gradient: (upstream, data, out, start, end, { centre, scale, gain, average, slope }) =>
      forEachChunk(
        start,
        end,
        (first, last) => {
          const [atA, atB] = [readA(upstream, first, last), readB(data, first, last)];
          const to = writeAt(out, first, last - first, place);
          kernel.normalGradient(atA, atB, to, last - first, centre, scale, gain, average, slope);
          settle(to, place, last - first, out, first);
        },
        LONGEST_LINE,
      ),
  };
}

/**
 * Copies runs to a region, but for one that lies there still: a run is read for its sum, for its spread and for the result. No other
 * kernel runs between, as long as this is made for one call.
 */
function readerOf(place: number): (data: FloatArray, start: number, end: number) => number {
  let held: { readonly data: FloatArray; readonly start: number; readonly end: number } | undefined;
  return (data, start, end) => {
    if (held?.data === data && held.start === start && held.end === end) return place;
    const address = readAt(data, start, end, place);
    held = address === place ? { data, start, end } : undefined;
    return address;
  };
}
