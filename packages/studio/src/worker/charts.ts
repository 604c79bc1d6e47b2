/** The chart of colours: drawn, and read when it comes back. */
import { CHART_SIDE, type ChartReading, drawChart, readChart } from "synthconv/fit";
import { chartFindings } from "synthconv/internal";
import { FormatError } from "synthconv/look";
import type { FileRef } from "../protocol/index.js";
import type { Handler } from "./handler.js";
import { photoOf } from "./photos.js";

/** More than the chart has: one that was enlarged is thinned out to it. */
const CHART_PIXELS = 2 ** 23;

/** What was read of charts is small; what was no chart is not looked at again. */
const kept = new Map<string, Promise<ChartReading>>();

/** @throws {FormatError} when it shows no chart, or too little of one; {PhotoError} as `photoOf` does. */
export function chartOf(file: FileRef): Promise<ChartReading> {
  const known = kept.get(file.key);
  if (known !== undefined) return known;
  const reading = photoOf(file, CHART_PIXELS).then(({ width, height, data }) => {
    const pixels = width * height;
    const planes = new Float32Array(3 * pixels);
    for (let channel = 0; channel < 3; channel++) {
      for (let pixel = 0; pixel < pixels; pixel++) {
        planes[channel * pixels + pixel] = (data[4 * pixel + channel] as number) / 255;
      }
    }
    return readChart({ width, height, planes }, file.name);
  });
  kept.set(file.key, reading);
  reading.catch((error: unknown) => {
    if (!(error instanceof FormatError)) kept.delete(file.key);
  });
  return reading;
}

export const checkChart: Handler<"checkChart"> = async (file) => {
  const { values: _, ...record } = await chartOf(file);
  return { answer: { record, findings: chartFindings(record.notColour) }, transfer: [] };
};

export const chart: Handler<"chart"> = async () => {
  const drawn = drawChart();
  const image = new ImageData(CHART_SIDE, CHART_SIDE);
  for (let pixel = 0; pixel < CHART_SIDE ** 2; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      image.data[4 * pixel + channel] = drawn[3 * pixel + channel] as number;
    }
    image.data[4 * pixel + 3] = 255;
  }
  const canvas = new OffscreenCanvas(CHART_SIDE, CHART_SIDE);
  canvas.getContext("2d")?.putImageData(image, 0, 0);
  return { answer: await canvas.convertToBlob({ type: "image/png" }), transfer: [] };
};
