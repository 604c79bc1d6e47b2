/** From a picture of the chart, whatever its size and its colours, to what its patches became. */
import { FormatError } from "../core/errors.js";
import { findMarkers, type GreyPicture } from "./find-markers.js";
import { CHART_SIDE, COLOURS, chartPatches, PATCH } from "./layout.js";
import { type Pose, poseOf, scaleOf, symmetriesOf } from "./pose.js";
import { type ColourPicture, explainedByColour, type ReadPatches, readPatches } from "./read-patches.js";

export interface FoundChart {
  readonly pose: Pose;
  readonly read: ReadPatches;
  /** Colours that lie in the picture at one place at least, of 4,096. */
  readonly colours: number;
}

/** A patch of fewer pixels has no middle that its neighbours leave alone. */
const MIN_PATCH = 3;
/** Right ways up explain 0.9 and more under the strongest vignettes and grain that were tried, wrong ones 0.5 at most. */
const MIN_EXPLAINED = 0.75;
/** Of the colours, each at one place at least: beyond that whole corners of the cube are gone. */
const MIN_COLOURS = 0.9;

/**
 * @param name of the file, for messages.
 * @throws {FormatError} when no chart is found, it is too small, or too much of it was cropped away.
 */
export function findChart(picture: ColourPicture, name: string): FoundChart {
  const refuse = (received: string, repair: string): never => {
    throw new FormatError({
      where: name,
      expected: "the picture that synthconv chart writes, after an edit of its colours",
      received,
      repair,
    });
  };
  let most = 0;
  for (const grey of greyPictures(picture)) {
    const markers = findMarkers(grey);
    most = Math.max(most, markers.length);
    const pose = poseOf(markers);
    if (pose === undefined) continue;
    const patch = PATCH * scaleOf(pose);
    if (patch < MIN_PATCH) {
      return refuse(
        `one of which a patch has ${patch.toFixed(1)} pixels`,
        `Export it larger: at least ${Math.ceil((CHART_SIDE * MIN_PATCH) / PATCH)} pixels wide, best ${CHART_SIDE}.`,
      );
    }
    const found = rightWayUp(picture, pose);
    if (found === undefined) continue;
    const share = found.colours / COLOURS;
    if (share < MIN_COLOURS) {
      return refuse(
        `one with ${(100 * share).toFixed(0)} % of its colours: the rest was cropped away`,
        "Export it again without a crop; its grey border alone may go.",
      );
    }
    return found;
  }
  return refuse(
    most === 0
      ? "a picture without its markers"
      : `a picture with ${most} of its 9 markers, or others like them`,
    "See whether it shows the whole chart, upright or turned by quarters, at least 450 pixels wide and without text over " +
      "it. A chart is written by synthconv chart -o chart.png.",
  );
}

function rightWayUp(picture: ColourPicture, pose: Pose): FoundChart | undefined {
  const all = chartPatches();
  const ways = symmetriesOf(pose).map((way) => {
    const read = readPatches(picture, way, all);
    return { pose: way, read, explained: explainedByColour(read) };
  });
  const best = ways.reduce((one, other) => (other.explained > one.explained ? other : one));
  if (best.explained < MIN_EXPLAINED) return undefined;
  return { ...best, colours: new Set(best.read.patches.map(({ colour }) => colour)).size };
}

/** Lightness first; each channel by itself where a filter leaves black and white alike in it. */
function* greyPictures({ width, height, planes }: ColourPicture): Generator<GreyPicture> {
  const pixels = width * height;
  const data = new Float32Array(pixels);
  for (let pixel = 0; pixel < pixels; pixel++) {
    data[pixel] =
      (planes[pixel] as number) +
      2 * (planes[pixels + pixel] as number) +
      (planes[2 * pixels + pixel] as number);
  }
  yield { width, height, data };
  for (let channel = 0; channel < 3; channel++) {
    yield { width, height, data: planes.subarray(channel * pixels, (channel + 1) * pixels) };
  }
}
