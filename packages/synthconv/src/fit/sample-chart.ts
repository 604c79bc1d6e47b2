/** Colours before and after of a chart that came back from an app. */
import { CHART_COLOURS, CHART_VALUES, chartColours } from "../chart/index.js";
import { check, checkOptions, type Fields } from "../core/arguments.js";
import { numberAs, whole } from "../core/kinds.js";
import { RandomStream } from "../core/random.js";
import type { SampleSplit } from "./sample-pair.js";
import type { ColourSamples } from "./samples.js";

export interface ChartSamplingOptions {
  readonly seed: number;
}

const CHART_OPTIONS: Fields<ChartSamplingOptions> = { seed: whole(0) };

/** One colour in ten is held out. */
const HELD_OUT_SHARE = 0.1;

/**
 * Splits the chart's colours into those that are trained on and those that are held out; what was cropped away is in
 * neither.
 *
 * @param values of `readChart`, planar `[3,4096]`.
 * @throws {ValueError} when they are none, or the options are of another kind.
 */
export function sampleChart(
  values: Float32Array,
  options: ChartSamplingOptions,
): Pick<SampleSplit, "training" | "heldOut"> {
  check("sampleChart", "values", values, CHART_VALUES);
  checkOptions("sampleChart", options, CHART_OPTIONS, { repair: numberAs("seed") });
  const stream = new RandomStream({ seed: options.seed, purpose: "held-out-colours" });
  const [training, heldOut]: [number[], number[]] = [[], []];
  for (let colour = 0; colour < CHART_COLOURS; colour++) {
    const isHeldOut = stream.uniform() < HELD_OUT_SHARE;
    if (Number.isNaN(values[colour])) continue;
    (isHeldOut ? heldOut : training).push(colour);
  }
  const colours = chartColours();
  const samples = (chosen: readonly number[]): ColourSamples => ({
    input: gathered(colours, chosen),
    target: gathered(values, chosen),
  });
  return { training: samples(training), heldOut: samples(heldOut) };
}

/** Planar `[3,chosen]` of planar `[3,4096]`. */
function gathered(planes: Float32Array, chosen: readonly number[]): Float32Array {
  return Float32Array.from({ length: 3 * chosen.length }, (_, at) => {
    const channel = Math.floor(at / chosen.length);
    return planes[channel * CHART_COLOURS + (chosen[at - channel * chosen.length] as number)] as number;
  });
}
