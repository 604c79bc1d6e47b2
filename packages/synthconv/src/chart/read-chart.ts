/** From a picture of the chart that came back to what the app did to colours. */
import { check } from "../core/arguments.js";
import { ShapeError } from "../core/errors.js";
import { FLOAT32, type Kind, kind, STRING, whole } from "../core/kinds.js";
import { findChart } from "./find-chart.js";
import { type Pose, scaleOf } from "./pose.js";
import type { ColourPicture } from "./read-patches.js";
import { type NotColour, type SeparatedChart, separate } from "./separate.js";

export interface ChartReading extends SeparatedChart {
  /** Of the picture, in pixels. */
  readonly width: number;
  readonly height: number;
  readonly notColour: NotColour;
  /** Pixels for one of the chart that was drawn. */
  readonly scale: number;
  /** Degrees clockwise, 0 or 90 and a few more or less: turned by half, a chart is the same. */
  readonly turned: number;
  readonly mirrored: boolean;
  /** Colours that are there, of 4,096, and patches that show them, of 16,384. */
  readonly colours: number;
  readonly patches: number;
}

const PICTURE: Kind<ColourPicture> = kind(
  "decoded colours, an object { width, height, planes }",
  (value) =>
    typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value),
);
const SIDE = whole(1);

/**
 * Finds the chart that `drawChart` draws, at any size from 450 pixels on, turned by quarters, mirrored, cropped into its
 * grey border, in any colours, and tells what became of colours apart from what depends on the place.
 *
 * @param name of the file, for messages.
 * @throws {FormatError} when no chart is found, it is too small, or too much of it was cropped away.
 * @throws {ValueError | ShapeError} when the picture is none.
 */
export function readChart(picture: ColourPicture, name = "chart"): ChartReading {
  checkPicture(picture);
  check("readChart", "name", name, STRING);
  const { width, height } = picture;
  const found = findChart(picture, name);
  const { values, notColour } = separate(picture, found);
  const { pose, read, colours } = found;
  return {
    ...{ width, height, notColour, values },
    scale: scaleOf(pose),
    turned: turnOf(pose),
    mirrored: pose.xx * pose.yy - pose.xy * pose.yx < 0,
    colours,
    patches: read.patches.length,
  };
}

function checkPicture(picture: ColourPicture): void {
  check("readChart", "picture", picture, PICTURE);
  const { width, height, planes } = picture;
  check("readChart picture", "width", width, SIDE);
  check("readChart picture", "height", height, SIDE);
  check("readChart picture", "planes", planes, FLOAT32);
  if (planes.length === 3 * width * height) return;
  throw new ShapeError({
    where: "readChart picture planes",
    expected: `3 x ${width} x ${height} = ${3 * width * height} values`,
    received: String(planes.length),
  });
}

/** Of the chart's own upper edge, between -45 and 135 degrees. */
function turnOf({ xx, yx }: Pose): number {
  const degrees = (Math.atan2(yx, xx) * 180) / Math.PI;
  const half = degrees < -45 ? degrees + 180 : degrees >= 135 ? degrees - 180 : degrees;
  // No -0 for a document.
  return half + 0;
}
