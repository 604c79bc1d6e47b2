/** What a picture has at the places of the chart's patches. */
import { median } from "../core/robust.js";
import { COLOURS, PATCH, type Patch } from "./layout.js";
import { type Pose, placed, scaleOf } from "./pose.js";

/** Colours of a picture: encoded sRGB, planar `[3,height * width]`. */
export interface ColourPicture {
  readonly width: number;
  readonly height: number;
  readonly planes: Float32Array;
}

export interface ReadPatches {
  /** Those that lie in the picture. */
  readonly patches: readonly Patch[];
  /** Mean of each one's middle, planar `[3,patches]`. */
  readonly means: Float32Array;
  /** Standard deviation within the middle of a patch, the median over patches: grain. Undefined where a middle is a pixel. */
  readonly grain: number | undefined;
}

/** Of a patch's side: what blur and subsampled chroma bring from its neighbours stays outside. */
const MIDDLE = 0.5;

export function readPatches(picture: ColourPicture, pose: Pose, all: readonly Patch[]): ReadPatches {
  const { width, height, planes } = picture;
  const pixels = width * height;
  const half = (MIDDLE / 2) * PATCH * scaleOf(pose);
  const patches: Patch[] = [];
  const boxes: Box[] = [];
  for (const patch of all) {
    const { x, y } = placed(pose, patch);
    if (x - half < 0 || y - half < 0 || x + half > width || y + half > height) continue;
    patches.push(patch);
    boxes.push({ columns: span(x, half), rows: span(y, half) });
  }
  const means = new Float32Array(3 * patches.length);
  const deviations: number[] = [];
  boxes.forEach((box, nth) => {
    for (let channel = 0; channel < 3; channel++) {
      const { mean, deviation } = statistics(planes.subarray(channel * pixels), width, box);
      means[channel * patches.length + nth] = mean;
      if (deviation !== undefined) deviations.push(deviation);
    }
  });
  return { patches, means, grain: median(deviations) };
}

interface Box {
  readonly columns: readonly [first: number, end: number];
  readonly rows: readonly [first: number, end: number];
}

/** The pixels whose centers lie within; the nearest one where none does. */
function span(center: number, half: number): [number, number] {
  const first = Math.ceil(center - half - 0.5);
  const end = Math.floor(center + half - 0.5) + 1;
  return end > first ? [first, end] : [Math.floor(center), Math.floor(center) + 1];
}

function statistics(
  plane: Float32Array,
  width: number,
  { columns, rows }: Box,
): { mean: number; deviation: number | undefined } {
  let [sum, squares] = [0, 0];
  for (let row = rows[0]; row < rows[1]; row++) {
    for (let column = columns[0]; column < columns[1]; column++) {
      const value = plane[row * width + column] as number;
      sum += value;
      squares += value * value;
    }
  }
  const count = (columns[1] - columns[0]) * (rows[1] - rows[0]);
  const mean = sum / count;
  const deviation =
    count < 4 ? undefined : Math.sqrt(Math.max(0, squares - count * mean * mean) / (count - 1));
  return { mean, deviation };
}

/**
 * How much of what differs between patches their colour explains, 0 to 1 (the correlation ratio, eta squared): 1 where all
 * patches of a colour came out alike, whatever they came out as; near 0.3 for patches read by chance.
 */
export function explainedByColour({ patches, means }: ReadPatches): number {
  const count = patches.length;
  let [within, total] = [0, 0];
  for (let channel = 0; channel < 3; channel++) {
    const plane = means.subarray(channel * count, (channel + 1) * count);
    const [sums, counts] = [new Float64Array(COLOURS), new Float64Array(COLOURS)];
    let [all, squares] = [0, 0];
    patches.forEach(({ colour }, nth) => {
      const value = plane[nth] as number;
      sums[colour] = (sums[colour] as number) + value;
      counts[colour] = (counts[colour] as number) + 1;
      all += value;
      squares += value * value;
    });
    const between = sums.reduce((sum, one, colour) => {
      const of = counts[colour] as number;
      return of === 0 ? sum : sum + (one * one) / of;
    }, 0);
    within += squares - between;
    total += squares - (all * all) / count;
  }
  return total > 0 ? 1 - within / total : 0;
}
