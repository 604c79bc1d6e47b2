/** What a look does to the picture that is seen: differences, clipping, colours that it never saw, histogram, waveform. */
import { applyNetwork, deltaE2000, rgbToLab, SeenColours, srgbToLinear } from "synthconv/look";
import type { Examination, ExamineAsk, Picture } from "../../protocol/index.js";
import type { Handler } from "../handler.js";
import { pause } from "../pause.js";
import { heatColour } from "./heat.js";
import { lookOf, networkOf } from "./paint.js";

/** CIEDE2000 at the bright end of the heat map: a difference that nobody overlooks. */
export const HEAT_TOP = 10;
/** Red for what is clipped, blue for what the look never saw. */
const CLIPPED = [230, 30, 60, 255] as const;
const UNSEEN = [40, 110, 255, 255] as const;
/** Half a code: what rounds to 0 or 255 is not clipped. */
const SLACK = 0.5 / 255;
const SEEN_SIZE = 16;
const LEVELS = 64;
const COLUMNS = 96;
/** Values between pauses, three a pixel: some milliseconds. */
const BLOCK = 3 * 8192;

export const examine: Handler<"examine"> = async (ask, { signal }) => {
  // What was asked for meanwhile comes in between: a knob does not wait for it.
  const answer = await examination(ask, async () => {
    await pause();
    signal.throwIfAborted();
  });
  return { answer, transfer: [answer.heat.pixels.buffer, answer.marks.pixels.buffer] };
};

/** @param pause awaited between blocks; what it throws ends the work. */
export async function examination(
  { before, edit, look }: ExamineAsk,
  pause: () => Promise<void>,
): Promise<Examination> {
  const { width, height } = before;
  const graded = floatsOf(before);
  applyNetwork(networkOf(look), graded, { channels: 4, strength: look.strength });
  const seen = unseenCells(look);
  const other = edit !== undefined && edit.width === width && edit.height === height ? edit : before;
  const counts = { clipped: 0, unseen: 0 };
  const marks = emptyLike(before);
  for (let at = 0; at < graded.length; at += 4) {
    const isClipped = [0, 1, 2].some((channel) => isOutside(graded[at + channel] as number));
    const isUnseen = seen?.[cellOf(before.pixels, at)] === 1;
    if (isClipped) counts.clipped++;
    if (isUnseen) counts.unseen++;
    if (isClipped || isUnseen) marks.pixels.set(isClipped ? CLIPPED : UNSEEN, at);
    for (let channel = 0; channel < 3; channel++) {
      graded[at + channel] = Math.min(1, Math.max(0, graded[at + channel] as number));
    }
  }
  const pixels = width * height;
  return {
    ...(await differences(graded, other, pause)),
    marks,
    clipped: counts.clipped / pixels,
    unseen: seen === undefined ? undefined : counts.unseen / pixels,
    histogram: histogramOf(graded),
    waveform: waveformOf(graded, width),
  };
}

function floatsOf({ pixels }: Picture): Float32Array {
  return Float32Array.from(pixels, (value) => value / 255);
}

function emptyLike({ width, height }: Picture): Picture {
  return { width, height, pixels: new Uint8ClampedArray(4 * width * height) };
}

function isOutside(value: number): boolean {
  return value < -SLACK || value > 1 + SLACK;
}

/** A 1 for each cell of colours that the look did not see, nor any beside it; undefined where it does not say. */
function unseenCells(ask: ExamineAsk["look"]): Uint8Array | undefined {
  const { coverage } = lookOf(ask).schema;
  if (coverage === undefined) return undefined;
  const seen = new SeenColours(coverage);
  return Uint8Array.from({ length: SEEN_SIZE ** 3 }, (_, cell) => {
    const middle = (index: number): number => (index + 0.5) / SEEN_SIZE;
    const colour = Float32Array.of(middle(cell >> 8), middle((cell >> 4) & 15), middle(cell & 15));
    return seen.countUnseen(colour);
  });
}

function cellOf(pixels: Uint8ClampedArray, at: number): number {
  const [red, green, blue] = [pixels[at], pixels[at + 1], pixels[at + 2]] as [number, number, number];
  return ((red >> 4) << 8) | ((green >> 4) << 4) | (blue >> 4);
}

async function differences(
  graded: Float32Array,
  other: Picture,
  pause: () => Promise<void>,
): Promise<Pick<Examination, "heat" | "deltaE">> {
  const heat = emptyLike(other);
  const [one, two] = [graded, floatsOf(other)].map(withoutAlpha) as [Float32Array, Float32Array];
  const errors = new Float32Array(one.length / 3);
  for (let start = 0; start < one.length; start += BLOCK) {
    await pause();
    const [labOne, labTwo] = [
      rgbToLab(one.subarray(start, start + BLOCK)),
      rgbToLab(two.subarray(start, start + BLOCK)),
    ];
    for (let at = 0; at < labOne.length; at += 3) {
      const pixel = (start + at) / 3;
      const difference = deltaE2000(...threeAt(labOne, at), ...threeAt(labTwo, at));
      errors[pixel] = difference;
      heat.pixels.set(heatColour(difference / HEAT_TOP), 4 * pixel);
    }
  }
  return { heat, deltaE: statisticsOf(errors) };
}

/** Of at least one error. */
function statisticsOf(errors: Float32Array): Examination["deltaE"] {
  const sorted = errors.slice().sort();
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  const p95 = sorted[Math.ceil(0.95 * errors.length) - 1] as number;
  return { mean, p95, max: sorted.at(-1) as number };
}

function withoutAlpha(colours: Float32Array): Float32Array {
  return colours.filter((_, at) => at % 4 !== 3);
}

function threeAt(values: Float64Array, at: number): [number, number, number] {
  return [values[at], values[at + 1], values[at + 2]] as [number, number, number];
}

function histogramOf(graded: Float32Array): number[][] {
  const counts = [0, 1, 2].map(() => new Array<number>(LEVELS).fill(0));
  for (let at = 0; at < graded.length; at += 4) {
    for (let channel = 0; channel < 3; channel++) {
      const level = Math.min(LEVELS - 1, Math.floor((graded[at + channel] as number) * LEVELS));
      const row = counts[channel] as number[];
      row[level] = (row[level] as number) + 1;
    }
  }
  return counts;
}

/** Of the relative luminance (Rec. 709), encoded again. */
function waveformOf(graded: Float32Array, width: number): number[][] {
  const columns = Math.min(COLUMNS, width);
  const counts = Array.from({ length: columns }, () => new Array<number>(LEVELS).fill(0));
  for (let at = 0, pixel = 0; at < graded.length; at += 4, pixel++) {
    const linear =
      0.2126 * srgbToLinear(graded[at] as number) +
      0.7152 * srgbToLinear(graded[at + 1] as number) +
      0.0722 * srgbToLinear(graded[at + 2] as number);
    const level = Math.min(LEVELS - 1, Math.floor(Math.sqrt(linear) * LEVELS));
    const column = counts[Math.floor(((pixel % width) * columns) / width)] as number[];
    column[level] = (column[level] as number) + 1;
  }
  return counts;
}
