/** The meaning of a resampling: plain loops with float64 sums, for both element types. */
import type { FloatArray } from "../../core/index.js";
import type { AxisTaps, ResampleImplementation } from "./types.js";

/** Of one plane; `start` and `to` are where it begins in the arrays. */
type Pass = (data: FloatArray, start: number, out: FloatArray, to: number) => void;

interface Resample {
  readonly apply: Pass;
  /** From a plane of the result's size to one of the image's. */
  readonly adjoint: Pass;
}

/** Covers every call. */
export const reference: ResampleImplementation = {
  name: "loops",
  prepare: ({ planes, rows, columns }, direction) => {
    const pass = (rows.count === 1 ? nearest : twoPasses)(rows, columns)[direction];
    const [image, result] = [rows.input * columns.input, rows.output * columns.output];
    const [read, written] = direction === "apply" ? [image, result] : [result, image];
    return (from, to) => {
      for (let plane = 0; plane < planes; plane++) pass(from, plane * read, to, plane * written);
    };
  },
};

/** Each pixel is the one that lies under it. */
function nearest(rows: AxisTaps, columns: AxisTaps): Resample {
  const [rowEnds, columnEnds] = [readerEnds(rows), readerEnds(columns)];
  return {
    apply: (data, start, out, to) => pickNearest(rows, columns, data, start, out, to),
    adjoint: (data, start, out, to) => {
      for (let y = 0, row = 0, at = to; y < rows.input; y++) {
        const rowEnd = rowEnds[y] as number;
        for (let x = 0, column = 0; x < columns.input; x++, at++) {
          const columnEnd = columnEnds[x] as number;
          let sum = 0;
          for (let r = row; r < rowEnd; r++) {
            const from = start + r * columns.output;
            for (let c = column; c < columnEnd; c++) sum += data[from + c] as number;
          }
          out[at] = sum;
          column = columnEnd;
        }
        row = rowEnd;
      }
    },
  };
}

/** Of each entry the one after the last entry of the result that is read from it; they follow each other. */
function readerEnds({ input, sources }: AxisTaps): Int32Array {
  const ends = new Int32Array(input);
  sources.forEach((source, at) => {
    ends[source] = at + 1;
  });
  for (let i = 1; i < input; i++) ends[i] = Math.max(ends[i] as number, ends[i - 1] as number);
  return ends;
}

/**
 * One axis after the other, in float64: first the columns, which are read from here and there, of the rows that the image has,
 * then whole rows.
 */
function twoPasses(rows: AxisTaps, columns: AxisTaps): Resample {
  // What lies between: rows of the image in the width of the result.
  const between = new Float64Array(rows.input * columns.output);
  const image = new Float64Array(rows.input * columns.input);
  return {
    apply: (data, start, out, to) => {
      gatherColumns(columns, rows.input, data, start, between);
      if (rows.count === 2) blendRows(rows, columns.output, between, out, to);
      else gatherRows(rows, columns.output, between, out, to);
    },
    adjoint: (data, start, out, to) => {
      between.fill(0);
      scatterRows(rows, columns.output, data, start, between);
      image.fill(0);
      scatterColumns(columns, rows.input, between, image);
      out.set(image, to);
    },
  };
}

/** Each pixel of a plane from the one that lies under it; a row that is read again is copied. */
function pickNearest(
  rows: AxisTaps,
  columns: AxisTaps,
  data: FloatArray,
  start: number,
  out: FloatArray,
  to: number,
): void {
  const { sources, input: width, output } = columns;
  for (let y = 0; y < rows.output; y++) {
    const row = rows.sources[y] as number;
    const at = to + y * output;
    if (y > 0 && row === rows.sources[y - 1]) {
      out.copyWithin(at, at - output, at);
      continue;
    }
    const from = start + row * width;
    for (let i = 0; i < output; i++) out[at + i] = data[from + (sources[i] as number)] as number;
  }
}

function gatherColumns(
  taps: AxisTaps,
  rows: number,
  data: FloatArray,
  start: number,
  out: Float64Array,
): void {
  const { input, output, count, sources, weights } = taps;
  if (count === 2) {
    blendColumns(taps, rows, data, start, out);
    return;
  }
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < output; i++) {
      let sum = 0;
      for (let k = i * count; k < (i + 1) * count; k++) {
        sum += (weights[k] as number) * (data[start + row * input + (sources[k] as number)] as number);
      }
      out[row * output + i] = sum;
    }
  }
}

/** `gatherColumns` of two taps: the loop over the taps would cost more than they. */
function blendColumns(
  { input, output, sources, weights }: AxisTaps,
  rows: number,
  data: FloatArray,
  start: number,
  out: Float64Array,
): void {
  for (let row = 0; row < rows; row++) {
    const from = start + row * input;
    const to = row * output;
    for (let i = 0, tap = 0; i < output; i++, tap += 2) {
      const first = data[from + (sources[tap] as number)] as number;
      const second = data[from + (sources[tap + 1] as number)] as number;
      out[to + i] = (weights[tap] as number) * first + (weights[tap + 1] as number) * second;
    }
  }
}

function gatherRows(taps: AxisTaps, width: number, data: Float64Array, out: FloatArray, start: number): void {
  const { output, count, sources, weights } = taps;
  for (let row = 0; row < output; row++) {
    const to = start + row * width;
    for (let i = 0; i < width; i++) {
      let sum = 0;
      for (let k = row * count; k < (row + 1) * count; k++) {
        sum += (weights[k] as number) * (data[(sources[k] as number) * width + i] as number);
      }
      out[to + i] = sum;
    }
  }
}

/** `gatherRows` of two taps. */
function blendRows(
  { output, sources, weights }: AxisTaps,
  width: number,
  data: Float64Array,
  out: FloatArray,
  start: number,
): void {
  for (let row = 0; row < output; row++) {
    const to = start + row * width;
    const [first, second] = [(sources[2 * row] as number) * width, (sources[2 * row + 1] as number) * width];
    const [ofFirst, ofSecond] = [weights[2 * row] as number, weights[2 * row + 1] as number];
    for (let i = 0; i < width; i++) {
      out[to + i] = ofFirst * (data[first + i] as number) + ofSecond * (data[second + i] as number);
    }
  }
}

/** The adjoint of rows that are sums of `count` ones; of two at a time, which saves reading the upstream row again. */
function scatterRows(
  { output, count, sources, weights }: AxisTaps,
  width: number,
  data: FloatArray,
  start: number,
  out: Float64Array,
): void {
  for (let row = 0; row < output; row++) {
    const from = start + row * width;
    for (let tap = row * count; tap < (row + 1) * count; tap += 2) {
      const [first, second] = [(sources[tap] as number) * width, (sources[tap + 1] as number) * width];
      const [ofFirst, ofSecond] = [weights[tap] as number, weights[tap + 1] as number];
      for (let i = 0; i < width; i++) {
        const value = data[from + i] as number;
        out[first + i] = (out[first + i] as number) + ofFirst * value;
        out[second + i] = (out[second + i] as number) + ofSecond * value;
      }
    }
  }
}

/** The same of columns. */
function scatterColumns(taps: AxisTaps, rows: number, data: Float64Array, out: Float64Array): void {
  const { input, output, count, sources, weights } = taps;
  for (let row = 0; row < rows; row++) {
    const to = row * input;
    for (let i = 0, tap = 0; i < output; i++) {
      const value = data[row * output + i] as number;
      for (const end = tap + count; tap < end; tap += 2) {
        const [first, second] = [to + (sources[tap] as number), to + (sources[tap + 1] as number)];
        out[first] = (out[first] as number) + (weights[tap] as number) * value;
        out[second] = (out[second] as number) + (weights[tap + 1] as number) * value;
      }
    }
  }
}
