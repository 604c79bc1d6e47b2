/** Softmax along columns on the kernel: lines whose entries lie apart, as those over the channels of an image. */
import type { FloatArray } from "../../core/index.js";
import { type SoftmaxKernel, softmaxKernelFor } from "./kernels.js";
import { FIRST_SUM, kernelDoubles, LONGEST_LINE, load, noteDomain, PLACES, unloadRow } from "./memory.js";
import {
  inLoops,
  type PreparedSoftmax,
  type SoftmaxImplementation,
  type SoftmaxName,
} from "./softmax-lines.js";

// Fewer columns are not worth a copy for each row.
const MIN_COLUMNS = 16;

export const columnsOnKernel: SoftmaxImplementation = {
  name: "wasm columns",
  prepare: (name, { size, length, step }, sample) => {
    if (step < MIN_COLUMNS || size === 0 || length * MIN_COLUMNS > LONGEST_LINE) return undefined;
    const kernel = softmaxKernelFor(sample);
    return kernel === undefined ? undefined : onKernel(kernel, name, size, length, step);
  },
};

/** Some columns of a block: where they begin in the array, and how many there are. */
interface Part {
  readonly start: number;
  readonly columns: number;
  /** Of a row in kernel memory. */
  readonly width: number;
}

function onKernel(
  kernel: SoftmaxKernel,
  name: SoftmaxName,
  size: number,
  length: number,
  step: number,
): PreparedSoftmax {
  const { a, b, out, sums, largest } = PLACES;
  const isPlain = name === "softmax";
  const most = Math.min(MOST_COLUMNS, Math.floor(LONGEST_LINE / length / 4) * 4);
  const forEachPart = (work: (part: Part) => void): void => {
    for (let block = 0; block < size; block += length * step) {
      for (let column = 0; column < step; column += most) {
        const columns = Math.min(most, step - column);
        work({ start: block + column, columns, width: Math.ceil(columns / 4) * 4 });
      }
    }
  };
  const loadRows = (data: FloatArray, { start, columns, width }: Part, place: number): void => {
    for (let row = 0; row < length; row++) {
      load(data, start + row * step, start + row * step + columns, place + 4 * row * width);
    }
  };
  const unloadRows = (data: FloatArray, { start, columns, width }: Part): void => {
    for (let row = 0; row < length; row++)
      unloadRow(out + 4 * row * width, columns, data, start + row * step);
  };
  /** Columns in which the kernel has no digits, as an array of their own. */
  const again = (
    part: Part,
    run: (own: PreparedSoftmax, rows: (data: FloatArray) => FloatArray) => void,
  ): void => {
    const { start, columns } = part;
    const own = inLoops(name, { size: length * columns, length, step: columns });
    run(own, (data) => {
      const rows = data.slice(0, length * columns);
      for (let row = 0; row < length; row++) {
        const from = start + row * step;
        rows.set(data.subarray(from, from + columns), row * columns);
      }
      return rows;
    });
  };
  const putBack = (rows: FloatArray, data: FloatArray, { start, columns }: Part): void => {
    for (let row = 0; row < length; row++) {
      data.set(rows.subarray(row * columns, (row + 1) * columns), start + row * step);
    }
  };
  return {
    forward: (input, output) =>
      forEachPart((part) => {
        const { width, columns } = part;
        loadRows(input, part, a);
        const isOutside = kernel.columnExponentials(a, out, length, width, columns, sums, largest) !== 0;
        noteDomain(isOutside);
        if (isOutside) {
          again(part, (own, rowsOf) => {
            const rows = rowsOf(input);
            own.forward(rowsOf(input), rows);
            putBack(rows, output, part);
          });
          return;
        }
        if (isPlain) kernel.divideColumns(out, length, width, sums);
        else {
          const totals = kernelDoubles();
          for (let i = FIRST_SUM; i < FIRST_SUM + columns; i++) totals[i] = Math.log(totals[i] as number);
          kernel.subtractColumns(a, out, length, width, sums, largest);
        }
        unloadRows(output, part);
      }),
    backward: (upstream, output, gradient) =>
      forEachPart((part) => {
        const { width, columns } = part;
        loadRows(upstream, part, a);
        loadRows(output, part, b);
        let isOutside = false;
        if (isPlain) kernel.columnSoftmaxGradient(a, b, out, length, width);
        else isOutside = kernel.columnLogGradient(a, b, out, length, width, columns) !== 0;
        noteDomain(isOutside);
        if (!isOutside) unloadRows(gradient, part);
        else {
          again(part, (own, rowsOf) => {
            const rows = rowsOf(upstream);
            own.backward(rowsOf(upstream), rowsOf(output), rows);
            putBack(rows, gradient, part);
          });
        }
      }),
  };
}

/** As many as the region of sums holds. */
const MOST_COLUMNS = 4096;
