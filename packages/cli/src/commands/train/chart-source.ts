/** A chart that came back from an app, as colours before and after. */
import { RandomStream } from "synthconv";
import { type ColourSamples, type GreySource, greySourceOfLut, greySourceOfSamples } from "synthconv/fit";
import { type FoundChart, findChart } from "../../chart/find-chart.js";
import { CHART_SIDE, COLOURS, chartColours, LEVELS } from "../../chart/layout.js";
import { type Pose, scaleOf } from "../../chart/pose.js";
import { separate } from "../../chart/separate.js";
import { decodePhoto } from "../../image/decode-photo.js";
import { warningsOf } from "../../image/photo.js";
import { openPhoto } from "../../image/photo-header.js";
import { readColours } from "../../image/pixels.js";
import type { ChartRecord } from "./chart-record.js";
import type { TrainingSource } from "./training-source.js";

/** One colour in ten is held out. */
const HELD_OUT_SHARE = 0.1;

/** @throws {FormatError} when no chart is found in the photo, or too much of it was cropped away. */
export async function chartSource(path: string, { seed }: { seed: number }): Promise<TrainingSource> {
  const photo = await decodePhoto(await openPhoto(path));
  const { width, height } = photo;
  const picture = { width, height, planes: new Float32Array(3 * width * height) };
  readColours(photo, 0, picture.planes);
  const found = findChart(picture, path);
  const { values, notColour } = separate(picture, found);
  const { training, heldOut } = split(values, seed);
  const chart = recordOf(found, { width, height, notColour });
  return {
    kind: "chart",
    files: [path],
    summary: `a chart of ${chart.colours} colours`,
    record: "chart",
    knobs: [],
    styles: [],
    training: [{ samples: training }],
    tests: [{ samples: heldOut }],
    testedOn: "held-out colours",
    greys: greysOf(values, training, heldOut),
    wholes: [],
    chart,
    warnings: [...warningsOf([photo]), ...missing(chart)],
  };
}

function recordOf(
  { pose, read, colours }: FoundChart,
  rest: Pick<ChartRecord, "width" | "height" | "notColour">,
): ChartRecord {
  return {
    ...rest,
    scale: scaleOf(pose),
    turned: turnOf(pose),
    mirrored: pose.xx * pose.yy - pose.xy * pose.yx < 0,
    colours,
    patches: read.patches.length,
  };
}

/** Of the chart's own upper edge, between -45 and 135 degrees. */
function turnOf({ xx, yx }: Pose): number {
  const degrees = (Math.atan2(yx, xx) * 180) / Math.PI;
  const half = degrees < -45 ? degrees + 180 : degrees >= 135 ? degrees - 180 : degrees;
  // No -0 for a document.
  return half + 0;
}

function split(values: Float32Array, seed: number): { training: ColourSamples; heldOut: ColourSamples } {
  const stream = new RandomStream({ seed, purpose: "held-out-colours" });
  const [training, heldOut]: [number[], number[]] = [[], []];
  for (let colour = 0; colour < COLOURS; colour++) {
    const isHeldOut = stream.uniform() < HELD_OUT_SHARE;
    if (Number.isNaN(values[colour])) continue;
    (isHeldOut ? heldOut : training).push(colour);
  }
  const colours = chartColours();
  const gather = (planes: Float32Array, chosen: readonly number[]): Float32Array =>
    Float32Array.from({ length: 3 * chosen.length }, (_, at) => {
      const channel = Math.floor(at / chosen.length);
      return planes[channel * COLOURS + (chosen[at - channel * chosen.length] as number)] as number;
    });
  const samples = (chosen: readonly number[]): ColourSamples => ({
    input: gather(colours, chosen),
    target: gather(values, chosen),
  });
  return { training: samples(training), heldOut: samples(heldOut) };
}

/** The chart's lattice is a LUT; where a part of it was cropped away, its greys may be among that. */
function greysOf(values: Float32Array, training: ColourSamples, heldOut: ColourSamples): GreySource {
  if (values.some(Number.isNaN)) return greySourceOfSamples(training);
  const table = new Float32Array(3 * COLOURS);
  for (let colour = 0; colour < COLOURS; colour++) {
    const [red, green, blue] = [colour >> 8, (colour >> 4) & 15, colour & 15];
    const node = red + LEVELS * (green + LEVELS * blue);
    for (let channel = 0; channel < 3; channel++) {
      table[3 * node + channel] = values[channel * COLOURS + colour] as number;
    }
  }
  const lattice = {
    kind: "lut3d" as const,
    size: LEVELS,
    table,
    ...{ domainMin: [0, 0, 0] as const, domainMax: [1, 1, 1] as const },
  };
  return greySourceOfLut({ stages: [lattice] }, heldOut);
}

function missing({ colours }: ChartRecord): string[] {
  if (colours === COLOURS) return [];
  return [
    `${COLOURS - colours} of the chart's ${COLOURS} colours were cropped away: what becomes of them is a guess. Export it ` +
      `again without a crop of more than its grey border, or in its own shape, ${CHART_SIDE} x ${CHART_SIDE}`,
  ];
}
