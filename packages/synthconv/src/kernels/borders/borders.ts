/** Planes with a border, or without the one that they have: the implementations, the best first. */
import { choose, type Implementation, noteChoice } from "../../core/choices.js";
import { copyEntries, copyRun } from "../../core/copy.js";
import type { FloatArray } from "../../core/index.js";
import { kernelLoader } from "../base/backend.js";
import { BYTES, kernelFloats, layOut } from "../base/memory.js";
import { wasmBase64 as plain } from "./generated/plain.js";
import { wasmBase64 as relaxed } from "./generated/relaxed.js";
import { type Places, type Run, runsOf } from "./places.js";

type Move = (from: FloatArray, to: FloatArray, value: number) => void;

type MoveImplementation = Implementation<[places: Places, from: FloatArray], Move>;

/** Writes every entry of the planes in `to`, which are of the element type of `from`: `value` where nothing is read. */
export function movePlanes(places: Places, from: FloatArray, to: FloatArray, value = 0): void {
  choose("border", [wasm, reference], places, from)(from, to, value);
}

const reference: MoveImplementation = {
  name: "loops",
  prepare: ({ planes, from: [height, width], rows, columns }) => {
    const runs = runsOf(columns);
    return (from, to, value) => {
      // Rows of no constant have no gaps.
      if (runs.reduce((total, { length }) => total + length, 0) < columns.length || rows.includes(-1))
        to.fill(value);
      for (let plane = 0; plane < planes; plane++) {
        rows.forEach((row, y) => {
          if (row === -1) return;
          const start = (plane * height + row) * width;
          const at = (plane * rows.length + y) * columns.length;
          for (const { first, source, length } of runs) copyRun(from, start + source, to, at + first, length);
        });
      }
    };
  },
};

/** The exports of assembly/kernel.ts; pointers, steps and offsets are bytes. */
interface Kernel {
  moveRows(
    ...args: [
      ...[from: number, step: number, hasSource: number, y: number, height: number],
      ...[columns: number, width: number, middle: number, length: number],
      ...[value: number, to: number, rows: number],
    ]
  ): void;
}

const loadKernel: () => Kernel | undefined = kernelLoader<Kernel>({ plain, relaxed });

// Below it the copies and the call cost more than the loops.
const MIN_NUMBERS = 1024;

// Numbers that are written at a time, where a row is not longer: what is read and written stays in the second-level cache.
const MOST = 1 << 15;

const wasm: MoveImplementation = {
  name: "wasm",
  prepare: ({ planes, from, rows, columns }, data) => {
    const kernel = loadKernel();
    const numbers = planes * rows.length * columns.length;
    if (kernel === undefined || !(data instanceof Float32Array) || numbers < MIN_NUMBERS) return undefined;
    const middle = longestOf(runsOf(columns));
    if (middle === undefined) return undefined;
    return (source, target, value) =>
      inChunks(kernel, { planes, from, rows, columns }, middle, source, target, value);
  },
};

function longestOf(runs: readonly Run[]): Run | undefined {
  return runs.reduce<Run | undefined>(
    (best, run) => (run.length > (best?.length ?? 0) ? run : best),
    undefined,
  );
}

const bitsOf = (value: number): number => new Int32Array(Float32Array.of(value).buffer)[0] as number;

function inChunks(
  kernel: Kernel,
  { planes, from: [height, width], rows, columns }: Places,
  { first: middle, length }: Run,
  source: FloatArray,
  target: FloatArray,
  value: number,
): void {
  const all = planes * rows.length;
  const most = Math.min(all, Math.max(1, Math.floor(MOST / Math.max(width, columns.length))));
  noteChoice("border kernel", most < all ? "several chunks" : "one chunk");
  const { start, end } = layOut({
    hasSource: Math.ceil(rows.length / BYTES),
    columns: columns.length,
    from: most * width,
    to: most * columns.length,
  });
  const memory = kernelFloats(end);
  new Uint8Array(memory.buffer, start.hasSource).set(Uint8Array.from(rows, (row) => (row === -1 ? 0 : 1)));
  new Int32Array(memory.buffer, start.columns).set(columns.map((column) => column * BYTES));
  const runs = runsOf(rows);
  for (let row = 0; row < all; row += most) {
    const count = Math.min(most, all - row);
    readRows(
      runs,
      rows.length,
      row,
      row + count,
      (first, lines, at) => {
        const begin = first * width;
        copyEntries(source, begin, begin + lines * width, memory, start.from / BYTES + at * width);
      },
      height,
    );
    kernel.moveRows(
      ...([start.from, width * BYTES, start.hasSource, row % rows.length, rows.length] as const),
      ...([start.columns, columns.length, middle, length] as const),
      ...([bitsOf(value), start.to, count] as const),
    );
    const to = start.to / BYTES;
    copyEntries(memory, to, to + count * columns.length, target, row * columns.length);
  }
}

/**
 * Calls `read` for the rows that rows [begin, end) of the planes are read from, as many at a time as follow each other: the first
 * of them, their number, and how many were read before.
 */
function readRows(
  runs: readonly Run[],
  rows: number,
  begin: number,
  end: number,
  read: (first: number, count: number, before: number) => void,
  height: number,
): void {
  let [next, count, before] = [0, 0, 0];
  for (let plane = Math.floor(begin / rows); plane * rows < end; plane++) {
    const [from, to] = [begin - plane * rows, end - plane * rows];
    for (const { first, source, length } of runs) {
      const skipped = Math.max(0, from - first);
      const lines = Math.min(first + length, to) - first - skipped;
      if (lines <= 0) continue;
      const row = plane * height + source + skipped;
      if (row === next) count += lines;
      else {
        if (count > 0) read(next - count, count, before);
        before += count;
        count = lines;
      }
      next = row + lines;
    }
  }
  if (count > 0) read(next - count, count, before);
}
