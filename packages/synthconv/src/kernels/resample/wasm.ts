/** Resampling on the kernel, a plane at a time: in float64 and in the order of the plain loops, so that the bits are theirs. */
import { copyEntries } from "../../core/copy.js";
import { largest } from "../../core/extremes.js";
import { kernelLoader } from "../base/backend.js";
import { BYTES, kernelFloats, layOut, roundUp } from "../base/memory.js";
import { wasmBase64 as plain } from "./generated/plain.js";
import { wasmBase64 as relaxed } from "./generated/relaxed.js";
import type { AxisTaps, ResampleImplementation, Resampling } from "./types.js";

type Sums = readonly [ends: number, sources: number, weights: number];

/** The exports of assembly/kernel.ts; pointers, steps and offsets are bytes. */
interface Kernel {
  columnsToDoubles(...args: ColumnArguments): void;
  columnsToFloats(...args: ColumnArguments): void;
  rowsToDoubles(...args: RowArguments): void;
  rowsToFloats(...args: RowArguments): void;
}

type ColumnArguments = [
  ...[from: number, step: number, ...Sums],
  ...[output: number, rows: number, start: number, to: number, toStep: number],
];
type RowArguments = [
  ...[from: number, ...Sums],
  ...[output: number, width: number, start: number, to: number, toStep: number],
];

const loadKernel: () => Kernel | undefined = kernelLoader<Kernel>({ plain, relaxed });

// Below it the copies and the call cost more than the loops.
const MIN_NUMBERS = 256;

// Numbers of a plane, of its result and of what lies between: 16 MB of kernel memory in all.
const MOST = 1 << 20;

const DOUBLE = 8;
// Rows go by vectors of four.
const VECTOR = 4;

/** Covers float32 planes of up to a megapixel. A nearest pixel is not a sum, and keeps every bit. */
export const wasm: ResampleImplementation = {
  name: "wasm",
  prepare: (one, direction, data) => {
    const kernel = loadKernel();
    const { rows, columns } = one;
    if (kernel === undefined || !(data instanceof Float32Array)) return undefined;
    if (direction === "apply" && rows.count === 1) return undefined;
    const most = Math.max(rows.input, rows.output) * Math.max(columns.input, columns.output);
    if (most < MIN_NUMBERS || most > MOST) return undefined;
    return direction === "apply"
      ? (from, to) => enlarge(kernel, one, from as Float32Array, to as Float32Array)
      : (from, to) => transpose(kernel, one, from as Float32Array, to as Float32Array);
  },
};

function enlarge(
  kernel: Kernel,
  { planes, rows, columns }: Resampling,
  from: Float32Array,
  to: Float32Array,
) {
  const step = roundUp(columns.output, VECTOR) * DOUBLE;
  const [image, result] = [rows.input * columns.input, rows.output * columns.output];
  const memory = layOutPlanes(image, result, rows.input * step, [rows, columns]);
  const ofColumns = memory.write(0, gathered(columns), BYTES);
  const ofRows = memory.write(1, gathered(rows), step);
  const { start, floats } = memory;
  // Of two the sum is that of both products; of more it begins with 0, as in the loops.
  const zero = rows.count === 2 ? -0 : 0;
  for (let plane = 0; plane < planes; plane++) {
    copyEntries(from, plane * image, (plane + 1) * image, floats, start.from / BYTES);
    kernel.columnsToDoubles(
      ...([start.from, columns.input * BYTES, ...ofColumns] as const),
      ...([columns.output, rows.input, zero, start.between, step] as const),
    );
    kernel.rowsToFloats(
      ...([start.between, ...ofRows] as const),
      ...([rows.output, columns.output, zero, start.to, columns.output * BYTES] as const),
    );
    copyEntries(floats, start.to / BYTES, start.to / BYTES + result, to, plane * result);
  }
}

function transpose(
  kernel: Kernel,
  { planes, rows, columns }: Resampling,
  from: Float32Array,
  to: Float32Array,
) {
  const step = roundUp(columns.output, VECTOR) * DOUBLE;
  const [image, result] = [rows.input * columns.input, rows.output * columns.output];
  const memory = layOutPlanes(result, image, rows.input * step, [rows, columns]);
  const ofRows = memory.write(1, scattered(rows), columns.output * BYTES);
  const ofColumns = memory.write(0, scattered(columns), DOUBLE);
  const { start, floats } = memory;
  for (let plane = 0; plane < planes; plane++) {
    copyEntries(from, plane * result, (plane + 1) * result, floats, start.from / BYTES);
    kernel.rowsToDoubles(
      ...([start.from, ...ofRows] as const),
      ...([rows.input, columns.output, 0, start.between, step] as const),
    );
    kernel.columnsToFloats(
      ...([start.between, step, ...ofColumns] as const),
      ...([columns.input, rows.input, 0, start.to, columns.input * BYTES] as const),
    );
    copyEntries(floats, start.to / BYTES, start.to / BYTES + image, to, plane * image);
  }
}

/** What each entry of an axis is the sum of: up to `ends[i]`, in the order of the plain loops. */
interface AxisSums {
  readonly ends: Int32Array;
  readonly sources: Int32Array;
  readonly weights: Float64Array;
}

function gathered({ output, count, sources, weights }: AxisTaps): AxisSums {
  return { ends: Int32Array.from({ length: output }, (_, i) => (i + 1) * count), sources, weights };
}

/** Of each entry of the image the entries of the result that are read from it. */
function scattered({ input, count, sources, weights }: AxisTaps): AxisSums {
  const ends = new Int32Array(input);
  for (const source of sources) ends[source] = (ends[source] as number) + 1;
  for (let i = 1; i < input; i++) ends[i] = (ends[i] as number) + (ends[i - 1] as number);
  const next = Int32Array.from(ends, (_, i) => (i === 0 ? 0 : (ends[i - 1] as number)));
  const [readers, factors] = [new Int32Array(sources.length), new Float64Array(sources.length)];
  sources.forEach((source, tap) => {
    const at = next[source] as number;
    next[source] = at + 1;
    readers[at] = Math.floor(tap / count);
    factors[at] = weights[tap] as number;
  });
  return { ends, sources: readers, weights: factors };
}

/** @param betweenBytes of the float64 rows between both passes. */
function layOutPlanes(from: number, to: number, betweenBytes: number, axes: readonly [AxisTaps, AxisTaps]) {
  const entries = largest(axes.flatMap(({ input, output }) => [input, output]));
  const taps = largest(axes.map(({ sources }) => sources.length));
  const { start, end } = layOut({
    ...{
      ends0: entries,
      ends1: entries,
      sources0: taps,
      sources1: taps,
      weights0: 2 * taps,
      weights1: 2 * taps,
    },
    ...{ from: from + VECTOR, between: betweenBytes / BYTES, to: to + VECTOR },
  });
  const floats = kernelFloats(end);
  /** The tables of an axis, with sources that are `step` bytes apart. */
  const write = (axis: 0 | 1, { ends, sources, weights }: AxisSums, step: number): Sums => {
    const places = [start[`ends${axis}`], start[`sources${axis}`], start[`weights${axis}`]] as const;
    new Int32Array(floats.buffer, places[0], ends.length).set(ends.map((at) => at * BYTES));
    new Int32Array(floats.buffer, places[1], sources.length).set(sources.map((at) => at * step));
    new Float64Array(floats.buffer, places[2], weights.length).set(weights);
    return places;
  };
  return { start, floats, write };
}
