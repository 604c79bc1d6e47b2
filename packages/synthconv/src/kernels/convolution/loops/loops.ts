/** The meaning of a correlation: plain loops with float64 sums, for both element types. */
import type { FloatArray } from "../../../core/index.js";
import { addTap, dotTap, type Tap, type TapSteps } from "../../../core/window.js";
import type { Correlation, Sampling } from "../geometry/correlation.js";
import type {
  CorrelationCall,
  CorrelationImplementation,
  Correlator,
  WeightCorrelator,
} from "../geometry/correlator.js";

/** Covers every call. A plane is one tile: a sum is one sum. */
export const loops: CorrelationImplementation = {
  name: "loops",
  prepare: (call) => ({
    correlator: () => correlator(call),
    weightCorrelator: () => weightCorrelator(call),
  }),
};

function correlator({ correlation, channels, outputs }: CorrelationCall): Correlator {
  const { target, taps: shifts, size } = correlation;
  const taps = tapsOf(correlation);
  const planes = numbersOf(correlation.planes[0]);
  const sums = new Float64Array(size[0] * size[1]);
  const run: Correlator["run"] = (source, weights, bias, out) => {
    for (let o = 0; o < outputs; o++) {
      sums.fill(bias?.(o) ?? 0);
      for (let i = 0; i < channels; i++) {
        const first = weights.start + o * weights.outputStep + i * weights.channelStep;
        taps.forEach(({ tap, steps }, at) => {
          const weight = weights.data[first + (shifts[at]?.index ?? 0)] as number;
          addTap(steps, tap, weight, source.data, source.start + i * planes, sums, 0);
        });
      }
      write(target, size, sums, out.data, out.start + o * numbersOf(target));
    }
  };
  return { tiles: 1, run };
}

/** Of a forward correlation, whose target is a whole plane. */
function weightCorrelator({ correlation, channels, outputs }: CorrelationCall): WeightCorrelator {
  const { target, taps: shifts } = correlation;
  const taps = tapsOf(correlation);
  const planes = numbersOf(correlation.planes[0]);
  const results = numbersOf(target);
  const run: WeightCorrelator["run"] = (source, upstream, { data, start, outputStep, channelStep }) => {
    for (let o = 0; o < outputs; o++) {
      for (let i = 0; i < channels; i++) {
        const from = source.start + i * planes;
        taps.forEach(({ tap, steps }, at) => {
          const to = start + o * outputStep + i * channelStep + (shifts[at]?.index ?? 0);
          const dot = dotTap(steps, tap, source.data, from, upstream.data, upstream.start + o * results);
          data[to] = (data[to] as number) + dot;
        });
      }
    }
  };
  return { tiles: 1, run };
}

function numbersOf(plane: Sampling | undefined): number {
  return plane === undefined ? 0 : plane.image[0] * plane.image[1];
}

interface Reach {
  readonly tap: Tap;
  readonly steps: TapSteps;
}

/** For each tap the results at which it lies inside the image. */
function tapsOf({ planes, taps, size }: Correlation): Reach[] {
  return taps.map(({ plane, y, x }) => {
    const { image, origin, step } = planes[plane] as Sampling;
    const rows = inside(origin[0] + y * step[0], step[0], image[0], size[0]);
    const columns = inside(origin[1] + x * step[1], step[1], image[1], size[1]);
    return {
      tap: {
        rows: rows.count,
        columns: columns.count,
        output: rows.first * size[1] + columns.first,
        input: rows.at * image[1] + columns.at,
      },
      steps: {
        inputRowStep: step[0] * image[1],
        inputColumnStep: step[1],
        outputRowStep: size[1],
      },
    };
  });
}

/** The results for which `origin + result * step` lies in [0, length), and where the first of them lies. */
function inside(
  origin: number,
  step: number,
  length: number,
  results: number,
): { readonly count: number; readonly first: number; readonly at: number } {
  const first = Math.max(0, Math.ceil(-origin / step));
  const last = Math.min(results - 1, Math.floor((length - 1 - origin) / step));
  return { count: Math.max(0, last - first + 1), first, at: origin + first * step };
}

/** Puts the results where they lie in the target's plane. */
function write(
  { image: [, width], origin, step }: Sampling,
  [rows, columns]: Correlation["size"],
  sums: Float64Array,
  data: FloatArray,
  start: number,
): void {
  for (let row = 0; row < rows; row++) {
    let to = start + (origin[0] + row * step[0]) * width + origin[1];
    for (let from = row * columns; from < (row + 1) * columns; from++, to += step[1]) {
      data[to] = sums[from] as number;
    }
  }
}
