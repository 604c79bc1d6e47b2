/** Planes whose pixels are each one of another plane, picked on the kernel: read and written where they lie, if they are results of a step. */
import { type FloatArray, resultMemory, WORK_BYTES } from "../../core/index.js";
import { kernelLoader } from "../base/backend.js";
import { readAt, settle, writeAt } from "../base/in-place.js";
import { BYTES, layOut } from "../base/memory.js";
import { wasmBase64 as plain } from "./generated/plain.js";
import { wasmBase64 as relaxed } from "./generated/relaxed.js";
import type { AxisTaps, ResampleImplementation, Resampling } from "./types.js";

/** What this way needs of the kernel; pointers and the numbers of both tables are bytes. */
interface Kernel {
  pickNearest(
    ...args: [
      ...[from: number, rowTable: number, rows: number],
      ...[columnTable: number, columns: number, to: number],
    ]
  ): void;
}

const loadKernel: () => Kernel | undefined = kernelLoader<Kernel>({ plain, relaxed }, resultMemory);

// Below it the call costs more than the loops.
const MIN_NUMBERS = 256;

// A run whose length is a multiple of it is written in place (../base/in-place.ts); here no number behind a plane is written.
const WHOLE = 4;

/** Covers float32 planes that have room beside results with what is made of them. */
export const nearestOnKernel: ResampleImplementation = {
  name: "wasm nearest",
  prepare: (one, direction, data) => {
    const { rows, columns } = one;
    if (direction !== "apply" || rows.count !== 1 || !(data instanceof Float32Array)) return undefined;
    const places = placesOf(rows, columns);
    const kernel =
      rows.output * columns.output < MIN_NUMBERS || places.end > WORK_BYTES ? undefined : loadKernel();
    return kernel && ((from, to) => pick(kernel, places.start, one, from, to));
  },
};

type Places = ReturnType<typeof placesOf>;

function placesOf(rows: AxisTaps, columns: AxisTaps) {
  return layOut({
    ...{ rows: rows.output, columns: columns.output },
    ...{ from: rows.input * columns.input, to: rows.output * columns.output },
  });
}

function pick(
  kernel: Kernel,
  places: Places["start"],
  { planes, rows, columns }: Resampling,
  from: FloatArray,
  to: FloatArray,
): void {
  const { buffer } = resultMemory();
  const write = (place: number, { sources }: AxisTaps, step: number): void => {
    new Int32Array(buffer, place, sources.length).set(sources.map((at) => at * step));
  };
  write(places.rows, rows, columns.input * BYTES);
  write(places.columns, columns, BYTES);
  const [image, result] = [rows.input * columns.input, rows.output * columns.output];
  for (let plane = 0; plane < planes; plane++) {
    const source = readAt(from, plane * image, (plane + 1) * image, places.from);
    const target = writeAt(to, plane * result, WHOLE, places.to);
    kernel.pickNearest(source, places.rows, rows.output, places.columns, columns.output, target);
    settle(target, places.to, result, to, plane * result);
  }
}
