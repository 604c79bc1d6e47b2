/** A chart that came back from an app, as colours before and after. */
import {
  CHART_COLOURS,
  CHART_SIDE,
  type ColourSamples,
  chartLut,
  type GreySource,
  greySourceOfLut,
  greySourceOfSamples,
  readChart,
  sampleChart,
} from "synthconv/fit";
import { decodePhoto } from "../../image/decode-photo.js";
import { warningsOf } from "../../image/photo.js";
import { openPhoto } from "../../image/photo-header.js";
import { readColours } from "../../image/pixels.js";
import type { ChartRecord } from "./chart-record.js";
import type { TrainedSpaces } from "./trained-spaces.js";
import type { TrainingSource } from "./training-source.js";

/** @throws {FormatError} when no chart is found in the photo, or too much of it was cropped away. */
export async function chartSource(
  path: string,
  { seed, spaces }: { seed: number; spaces: TrainedSpaces },
): Promise<TrainingSource> {
  const photo = await decodePhoto(await openPhoto(path));
  const { width, height } = photo;
  const picture = { width, height, planes: new Float32Array(3 * width * height) };
  readColours(photo, 0, picture.planes);
  const { values, ...chart } = readChart(picture, path);
  const { training, heldOut } = sampleChart(values, { seed });
  return {
    kind: "chart",
    files: [path],
    summary: `a chart of ${chart.colours} colours`,
    record: "chart",
    spaces,
    knobs: [],
    styles: [],
    training: [{ samples: training }],
    tests: [{ samples: heldOut }],
    testedOn: "held-out colours",
    greys: [greysOf(values, training, heldOut)],
    wholes: [],
    chart,
    warnings: [...warningsOf([photo]), ...missing(chart)],
  };
}

/** The chart's lattice is a LUT; where a part of it was cropped away, its greys may be among that. */
function greysOf(values: Float32Array, training: ColourSamples, heldOut: ColourSamples): GreySource {
  const lut = chartLut(values);
  return lut === undefined ? greySourceOfSamples(training) : greySourceOfLut(lut, heldOut);
}

function missing({ colours }: ChartRecord): string[] {
  if (colours === CHART_COLOURS) return [];
  return [
    `${CHART_COLOURS - colours} of the chart's ${CHART_COLOURS} colours were cropped away: what becomes of them is a guess. Export it ` +
      `again without a crop of more than its grey border, or in its own shape, ${CHART_SIDE} x ${CHART_SIDE}`,
  ];
}
